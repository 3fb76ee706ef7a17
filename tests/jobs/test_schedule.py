"""When jobs are due, and that what was missed is made up, dated as it should have been."""

from __future__ import annotations

from datetime import time

import pytest

from caseapp.actions.settings import set_value
from caseapp.db import db, unit_of_work
from caseapp.domain.audit.models import JobRun
from caseapp.domain.deadlines.models import Flag
from caseapp.domain.reports.models import FrozenReport
from caseapp.jobs.registry import JOBS
from caseapp.jobs.runner import catch_up, missed_slots
from caseapp.jobs.schedule import Daily, Monthly
from caseapp.kernel.clock import SHANGHAI
from tests.cases.make import log, moment

pytestmark = pytest.mark.either_database

SWEEP, FREEZE = (next(job for job in JOBS if job.name == name) for name in ("sweep", "monthly_freeze"))


def test_a_daily_job_has_one_slot_a_day_in_shanghai():
    slots = list(Daily(time(0, 30)).slots(moment(2026, 2, 27, 0, 30), moment(2026, 3, 1, 0, 30)))
    assert slots == [moment(2026, 2, 28, 0, 30), moment(2026, 3, 1, 0, 30)]


def test_a_monthly_job_has_one_slot_a_month():
    monthly = Monthly(time(1, 0), day=1)
    assert list(monthly.slots(moment(2025, 12, 31), moment(2026, 3, 1))) == [
        moment(2026, 1, 1, 1),
        moment(2026, 2, 1, 1),
    ]
    assert monthly.latest(moment(2026, 2, 1)) == moment(2026, 1, 1, 1)


def test_a_new_installation_runs_the_latest_slot_alone(world, clock):
    assert missed_slots(db.session, SWEEP, clock()) == [moment(2026, 11, 23, 0, 30)]


def test_a_week_of_downtime_is_made_up_slot_by_slot(world, clock, as_user):
    log(as_user("grid"), at=moment(2026, 11, 22, 9))
    assert catch_up(db.session, clock, [SWEEP]) == 1
    clock.set(2026, 11, 30, 8)
    assert catch_up(db.session, clock, [SWEEP]) == 7
    assert catch_up(db.session, clock, [SWEEP]) == 0
    runs = [run.result["on"] for run in db.session.query(JobRun).order_by(JobRun.slot)]
    assert runs == [f"2026-11-{day}" for day in range(22, 30)]
    flag = db.session.query(Flag).filter_by(kind="first_contact", rung="seat").one()
    assert (flag.due_on.isoformat(), flag.flagged_on.isoformat()) == ("2026-11-23", "2026-11-24")
    assert flag.logged_at == clock()


def test_a_day_is_a_day_in_shanghai_also_for_jobs():
    assert SWEEP.schedule.latest(moment(2026, 11, 23, 0, 29)) == moment(2026, 11, 22, 0, 30)
    assert moment(2026, 11, 23).tzinfo is SHANGHAI


def test_the_month_is_frozen_on_the_day_and_at_the_hour_that_the_office_sets(world, clock, as_user):
    clock.set(2026, 12, 3, 17, 59)
    assert missed_slots(db.session, FREEZE, clock()) == [moment(2026, 11, 3, 18)]
    assert catch_up(db.session, clock, [FREEZE]) == 1
    clock.set(2026, 12, 3, 18, 4)
    assert missed_slots(db.session, FREEZE, clock()) == [moment(2026, 12, 3, 18)]
    with unit_of_work(db.session):
        set_value(as_user("office"), "freeze.day", "5", as_user("office").today)
        set_value(as_user("office"), "freeze.time", "09:30", as_user("office").today)
    catch_up(db.session, clock, [FREEZE])  # the fifth of November is past and October is frozen: nothing is done
    assert {row.month for row in db.session.query(FrozenReport)} == {"2026-10"}
    clock.set(2026, 12, 5, 9, 31)
    assert missed_slots(db.session, FREEZE, clock()) == [moment(2026, 12, 5, 9, 30)]
    assert catch_up(db.session, clock, [FREEZE]) == 1
    assert {row.month for row in db.session.query(FrozenReport)} == {"2026-10", "2026-11"}
    assert {row.as_of for row in db.session.query(FrozenReport)} == {
        moment(2026, 11, 3, 18),
        moment(2026, 12, 5, 9, 30),
    }
