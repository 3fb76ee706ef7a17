"""A seat says whether its case is open and what waits for it, and a case whether a plan is still to be filed: after
every act that ends or reopens it."""

from __future__ import annotations

import sqlalchemy as sa

from caseapp.actions.teams import staff_case
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case
from caseapp.domain.teams.models import CaseSeat
from tests.audit.holds import what_does_not_hold
from tests.cases.make import do, head, log, moment, petition


def stands() -> tuple[set[bool], bool]:
    owed = db.session.scalars(sa.select(Case.plan_owed)).one()
    return set(db.session.scalars(sa.select(CaseSeat.case_open))), owed


def test_they_follow_the_case(as_user, clock):
    office, grid = as_user("office"), as_user("grid")
    number = log(office, head(risk="red", unit="TH-SH-01"))
    assert stands() == (set(), True)
    with unit_of_work(db.session):
        staff_case(office, number)
    assert stands() == ({True}, True)
    do(grid, number, "resolve", method="mediation", evidence="协议")
    assert stands() == ({False}, False)
    do(grid, number, "reopen", reason="又漏水")
    assert stands() == ({True}, True)
    do(as_user("liaison"), number, "file_plan", text="先看水沟")
    assert stands() == ({True}, False)
    assert what_does_not_hold(clock) == []


def waits() -> set[tuple[str, str]]:
    """Which seats are waited for, and for what; always since the case was registered."""
    at, names = db.session.scalars(sa.select(Case.registered_at)).one(), ("plan_at", "reply_at", "paper_at")
    seats = db.session.execute(sa.select(CaseSeat.seat, *(getattr(CaseSeat, name) for name in names))).all()
    told = [(row.seat, name, getattr(row, name)) for row in seats for name in names if getattr(row, name)]
    assert {when for _seat, _name, when in told} <= {at}
    return {(seat, name.removesuffix("_at")) for seat, name, _when in told}


def test_a_seat_says_what_waits_for_it(as_user, clock):
    office, station = as_user("office"), as_user("station")
    number = log(office, petition(), moment(2026, 11, 2, 9))
    with unit_of_work(db.session):
        staff_case(office, number)
    assert waits() == {("liaison", "plan")}
    do(office, number, "accept")
    assert waits() == {("liaison", "plan"), ("dept", "reply")}
    do(station, number, "reply", outcome="supported")
    assert waits() == {("liaison", "plan"), ("dept", "reply"), ("dept", "paper")}
    do(as_user("liaison"), number, "file_plan", text="先看材料")
    assert waits() == {("dept", "reply"), ("dept", "paper")}
    do(office, number, "resolve", method="policy", evidence="审批表")
    assert waits() == {("dept", "paper")}
    assert what_does_not_hold(clock) == []
