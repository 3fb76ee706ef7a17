"""The job that gathers and sends, and when it runs."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from caseapp.actions.runs import claim
from caseapp.cli.jobs import jobs
from caseapp.config import read_settings
from caseapp.db import db, unit_of_work
from caseapp.jobs.registry import JOBS
from caseapp.jobs.runner import catch_up, missed_slots
from caseapp.jobs.schedule import Every
from caseapp.jobs.scheduler import tick
from caseapp.kernel.errors import CaseappError
from tests.cases.make import log, moment
from tests.notices.make import deliveries, reached, told
from tests.notices.receivers import Kept, robot

POST = next(job for job in JOBS if job.name == "post")


def test_every_five_minutes_has_its_slots_counted_from_the_hour():
    slots = list(Every(5).slots(moment(2026, 11, 23, 9, 52, 1), moment(2026, 11, 23, 10, 5)))
    assert slots == [moment(2026, 11, 23, 9, 55), moment(2026, 11, 23, 10, 0), moment(2026, 11, 23, 10, 5)]
    assert Every(5).latest(moment(2026, 11, 23, 9, 59, 59)) == moment(2026, 11, 23, 9, 55)
    assert list(Every(5).slots(moment(2026, 11, 23, 9, 55), moment(2026, 11, 23, 9, 59))) == []
    assert Every(5).cron == {"minute": "*/5"}


def test_after_a_week_of_downtime_it_runs_once(world, clock):
    assert missed_slots(db.session, POST, clock()) == [moment(2026, 11, 23, 10, 0)]
    with unit_of_work(db.session) as session:
        claim(session, "post", moment(2026, 11, 16, 10, 0), clock)
    assert catch_up(db.session, clock, [POST]) == 1
    assert missed_slots(db.session, POST, clock()) == []


@pytest.mark.parametrize("by", ["clock", "hand"])
def test_a_run_gathers_and_sends(app, system, as_user, by):
    kept = Kept()
    number = log(as_user("grid"), at=moment(2026, 11, 22, 9))
    with robot(kept) as robots:
        reached(as_user("grid"), "wecom", robots)
        told(system, number, "grid")
        if by == "clock":
            tick(app, POST)
        else:
            outcome = CliRunner().invoke(jobs, ["run", "post"])
            assert (outcome.exit_code, "sent=1" in outcome.output) == (0, True)
    assert [row.state for row in deliveries()] == ["sent"]
    assert len(kept.arrived) == 1


def test_the_addresses_of_the_installation_are_read_and_checked(tmp_path):
    environ = {"CASEAPP_INSTANCE": str(tmp_path)}
    assert (read_settings(environ).mail_url, read_settings(environ).base_url) == ("", "")
    told_it = environ | {
        "CASEAPP_MAIL_URL": "smtp://a:b@mail.example:25?from=c@d",
        "CASEAPP_BASE_URL": "https://o.example",
    }
    assert read_settings(told_it).mail_url.startswith("smtp://a:b@")
    for name in ("CASEAPP_MAIL_URL", "CASEAPP_BASE_URL"):
        with pytest.raises(CaseappError, match=name):
            read_settings(environ | {name: "office.example"})
