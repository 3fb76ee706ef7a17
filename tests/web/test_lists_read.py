"""What a list of cases and one case read does not grow with the cases: the rows that PostgreSQL went through, at two
sizes, for who reads everything and for who reads little."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
import sqlalchemy as sa

from caseapp.actions.context import Ctx
from caseapp.actions.teams import staff_case
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import CaseFilter, CaseList, find_case
from tests.cases.make import head, log, moment, petition
from tests.deadlines.test_rows_read import GROWTH, LARGE, SMALL, grow, rows_read, settle

SPREAD = "UPDATE case_file SET registered_at = timestamptz '2026-01-01 00:00+08' + id * interval '1 minute'"
"""Copies come in one after the other, like cases, and not all at the minute of what they were copied from."""

NARROWED = {
    "all": CaseFilter(),
    "open": CaseFilter(states=("open",)),
    "open of a category": CaseFilter(states=("open",), category="welfare"),
    "of a category": CaseFilter(category="neighbour"),
}


def half_way() -> tuple[datetime, int]:
    """The place of the case in the middle of all."""
    order = sa.select(Case.registered_at, Case.id).order_by(Case.registered_at.desc(), Case.id.desc())
    instant, key = db.session.execute(order.offset(db.session.query(Case).count() // 2).limit(1)).one()
    return instant, key


def all_read(as_user: Callable[[str], Ctx], number: str) -> dict[str, int]:
    """The rows that each list reads for its first page, for the one behind it and for one half way down, and the case."""
    found = {}
    for who in ("office", "leader", "village", "grid"):
        ctx = as_user(who)
        for name, narrowed in NARROWED.items():
            listed = CaseList(ctx.actor, narrowed)
            first = listed.page(db.session, None)
            behind, deep = (first[-1].registered_at, first[-1].id), half_way()
            found[f"{name}, {who}"] = rows_read(lambda: listed.page(db.session, None))  # noqa: B023 - called at once
            found[f"behind it: {name}, {who}"] = rows_read(lambda: listed.page(db.session, behind))  # noqa: B023 - the same
            found[f"half way: {name}, {who}"] = rows_read(lambda: listed.page(db.session, deep))  # noqa: B023 - the same
        found[f"one case, {who}"] = rows_read(lambda: find_case(db.session, ctx.actor, number))  # noqa: B023 - the same
    return found


@pytest.mark.parametrize("world", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_a_page_of_cases_reads_as_many_rows_of_few_as_of_many(as_user, system):
    for nth, unit in enumerate(("TH-SH-01", "TH-SH", "TH-DS-01", "TH")):
        log(as_user("office"), head(unit=unit), moment(2026, 9, 1, 9, nth))
        number = log(as_user("office"), petition(unit=unit), moment(2026, 9, 1, 10, nth))
        if unit == "TH-SH-01":
            with unit_of_work(db.session):
                staff_case(as_user("office"), number)
            seen_by_all = number
    read = []
    for size in (SMALL, LARGE):
        with unit_of_work(db.session):
            grow(system, size)
            db.session.execute(sa.text(SPREAD))
        settle()
        read.append(all_read(as_user, seen_by_all))
        db.session.rollback()
    grown = {name: (rows, read[1][name]) for name, rows in read[0].items() if read[1][name] > GROWTH * rows}
    assert not grown, grown
    assert max(read[1].values()) < 2_000, read[1]
