"""A week of downtime leaves the history of seven nightly sweeps, and nothing is sent for what was met meanwhile."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from caseapp.actions.notices_inbox import set_reach
from caseapp.actions.notices_outbox import gather, take
from caseapp.actions.supervision import draft_sheets
from caseapp.actions.teams import staff_case
from caseapp.db import db, unit_of_work
from caseapp.domain.deadlines.models import Flag
from caseapp.domain.notices.models import Delivery
from caseapp.domain.supervision.models import Sheet
from caseapp.jobs.registry import JOBS
from caseapp.jobs.runner import catch_up
from tests.cases.make import do, head, log, petition

pytestmark = pytest.mark.either_database

SWEEP = next(job for job in JOBS if job.name == "sweep")
FIRST, DAYS = date(2026, 11, 23), 8


def week(as_user, clock, *, nightly: bool) -> tuple[list[tuple], list[tuple]]:
    """A week with one case neglected, one met on the fifth day, one petition; swept each night, or once at the end."""
    numbers = [log(as_user("grid"), head(title=f"第{place}件", risk="red")) for place in range(2)]
    log(as_user("office"), petition())
    with unit_of_work(db.session):
        staff_case(as_user("office"), numbers[0])
    assert catch_up(db.session, clock, [SWEEP]) == 1
    for day in range(1, DAYS):
        when = FIRST + timedelta(days=day)
        clock.set(when.year, when.month, when.day, 1, 0)
        if nightly:
            assert catch_up(db.session, clock, [SWEEP]) == 1
        if day == 5:
            do(as_user("grid"), numbers[1], "follow_up", method="visit", note="到场")
    if not nightly:
        assert catch_up(db.session, clock, [SWEEP]) == DAYS - 1
    flags = [
        (one.case_id, one.kind, one.nth, one.due_on, one.rung, one.flagged_on, one.person)
        for one in db.session.query(Flag)
    ]
    sheets = [(one.case_id, one.ground, one.trigger, one.drafted_on) for one in db.session.query(Sheet)]
    return sorted(flags, key=str), sorted(sheets, key=str)


def test_a_week_made_up_slot_by_slot_equals_seven_nights(world, as_user, clock):
    each_night = week(as_user, clock, nightly=True)
    world.fresh()
    clock.set(2026, 11, 23, 10, 0)
    assert week(as_user, clock, nightly=False) == each_night
    assert {flag[4] for flag in each_night[0]} == {"seat", "lead"}


def test_nothing_is_sent_for_what_was_met_meanwhile(world, as_user, clock, system):
    with unit_of_work(db.session):
        set_reach(as_user("grid"), "email", "grid@office.example", active=True)
    number = log(as_user("grid"), head())
    with unit_of_work(db.session):
        staff_case(as_user("office"), number)
    clock.set(2026, 11, 28, 9, 0)
    do(as_user("grid"), number, "follow_up", method="visit", note="停机期间已办")
    catch_up(db.session, clock, [SWEEP])
    with unit_of_work(db.session):
        draft_sheets(system, date(2026, 11, 27))
        gather(system)
    with unit_of_work(db.session):
        taken = take(system)
    assert db.session.query(Flag).filter_by(kind="first_contact").count()
    told = [line.kind for line in taken.lines] if taken else []
    assert "overdue" not in told
    assert {row.state for row in db.session.query(Delivery)} <= {"needless", "waiting"}
