"""A seat says whether its case is open, and a case whether a plan is still to be filed: after every act that ends or
reopens it."""

from __future__ import annotations

import sqlalchemy as sa

from caseapp.actions.teams import staff_case
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case
from caseapp.domain.teams.models import CaseSeat
from tests.audit.holds import what_does_not_hold
from tests.cases.make import do, head, log


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
