"""The ladder: a missed item climbs seat, lead, office, heads, a rung at a time, once each, until it is answered."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from caseapp.actions.cases import Act, decide, propose
from caseapp.actions.deadlines import sweep
from caseapp.db import db, unit_of_work
from caseapp.domain.deadlines.models import Flag
from caseapp.domain.org.office import DEFAULT
from tests.cases.make import do, head, log

STARTED = date(2026, 11, 23)


def sweep_on(system, clock, day: date) -> None:
    clock.set(day.year, day.month, day.day, 23, 0)
    with unit_of_work(db.session):
        sweep(system, day)


def climbed(number: str, kind: str = "first_contact") -> list[tuple[str, date]]:
    rows = db.session.query(Flag).filter_by(kind=kind).order_by(Flag.id)
    return [(row.rung, row.flagged_on) for row in rows]


@pytest.fixture
def missed(as_user) -> str:
    """A dispute whose first contact was due on 24 November."""
    return log(as_user("grid"), head())


def test_an_item_twenty_days_late_has_climbed_each_rung_once_and_in_order(missed, system, clock):
    for days in range(1, 25):
        sweep_on(system, clock, STARTED + timedelta(days=days))
    first = date(2026, 11, 25)
    assert climbed(missed) == [(rung, first + timedelta(days=days)) for rung, days in DEFAULT.ladder(STARTED).items()]


def test_answering_it_stops_the_climb(missed, system, clock, as_user):
    for days in range(1, 5):
        sweep_on(system, clock, STARTED + timedelta(days=days))
    do(as_user("grid"), missed, "follow_up", method="visit", note="到场")
    for days in range(5, 18):
        sweep_on(system, clock, STARTED + timedelta(days=days))
    assert [rung for rung, _on in climbed(missed)] == ["seat"]


def test_an_extension_makes_a_new_version_that_climbs_anew(system, clock, as_user):
    number = log(as_user("grid"), head())
    for due, to in ((date(2026, 12, 23), "2027-01-02"), (date(2027, 1, 2), "2027-01-10")):
        clock.set(due.year, due.month, due.day, 9, 0)
        with unit_of_work(db.session):
            asked = propose(as_user("grid"), Act(number, "extend", {"to": to, "reason": "待鉴定"}))
        with unit_of_work(db.session):
            decide(as_user("office"), asked.id, approved=True)
    sweep_on(system, clock, date(2027, 1, 9))
    assert climbed(number, "handle") == []
    sweep_on(system, clock, date(2027, 1, 15))
    assert climbed(number, "handle") == [("seat", date(2027, 1, 11)), ("lead", date(2027, 1, 14))]


def test_a_week_of_downtime_leaves_the_history_of_seven_nights(missed, system, clock):
    last = STARTED + timedelta(days=12)
    sweep_on(system, clock, last)  # after downtime, in one go
    at_once = climbed(missed)
    assert at_once == [("seat", date(2026, 11, 25)), ("lead", date(2026, 11, 28)), ("office", date(2026, 12, 2))]
    for days in range(1, 13):
        sweep_on(system, clock, STARTED + timedelta(days=days))
    assert climbed(missed) == at_once
