"""What a list of what is owed reads does not grow with the cases: the rows that PostgreSQL went through, at two sizes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bench.plans import read_by
from caseapp.actions.context import Ctx
from caseapp.actions.duties import make_anew
from caseapp.actions.teams import staff_case
from caseapp.db import db, unit_of_work
from caseapp.domain.access.models import CaseAccess
from caseapp.domain.cases.models import Case
from caseapp.domain.deadlines.late import late_months
from caseapp.domain.deadlines.models import Deadline, Duty
from caseapp.domain.deadlines.queries import coming, due_by, late_with_others, my_items, overdue_list
from caseapp.domain.notices.queries import at_a_glance
from caseapp.domain.teams.models import CaseSeat
from tests.cases.make import head, log, moment, petition

SMALL, LARGE, GROWTH, SHOWN = 1_000, 5_000, 1.1, 20
READERS = ("office", "leader", "grid")
A_FEW = 100  # a list that is empty at the one size may hold something at the other


def grow(ctx: Ctx, cases: int) -> None:
    """Copy the cases there are, with what they owe, until there are so many; a day earlier or later each time."""
    own = list(db.session.scalars(sa.select(Case.id).order_by(Case.id)))
    last, nth = max(own), 0
    kept: dict[Any, Any] = {
        model: [dict(row) for row in db.session.execute(sa.select(model.__table__)).mappings()]
        for model in (Case, Deadline, CaseSeat, CaseAccess)
    }
    while (nth + 1) * len(own) < cases:
        nth += 1
        for model, rows in kept.items():
            db.session.execute(sa.insert(model), [copied(model, row, nth, last) for row in rows])
    make_anew(ctx)


def copied(model: Any, row: dict[str, Any], nth: int, step: int) -> dict[str, Any]:
    """A row of the nth copy: of a case of its own, due a few days later."""
    new = {name: value for name, value in row.items() if name != "id"}
    key = "id" if model is Case else "case_id"
    new[key] = row[key] + nth * step
    if model is Case:
        new |= {name: f"{row[name]}-{step}-{nth}" for name in ("number", "token")}
    if model is Deadline:
        new["due_on"] += timedelta(days=nth % 7)
        new |= late_months(new["from_on"], new["due_on"], new["to_on"])._asdict()
    return new


def settle() -> None:
    """What the planner knows and the size of the tables are those of the rows there are, whatever was there before."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM (FULL, ANALYZE)"))


def rows_read(work: Callable[[], object]) -> int:
    """The rows that the database went through to answer. What fits into a few pages would be read whole."""
    return read_by(db.session.connection(), work, without=("seqscan", "hashjoin", "mergejoin")).rows


def all_read(as_user: Callable[[str], Ctx]) -> dict[str, int]:
    """The rows that each list reads, for each reader."""
    found = {}
    for who in READERS:
        ctx = as_user(who)
        lists = (my_items, coming, late_with_others, due_by, overdue_list)
        for make in lists:
            listed = make(ctx.actor, ctx.today)
            found[f"{make.__name__} of {who}"] = rows_read(lambda: listed.items(db.session, ctx.units, most=SHOWN))  # noqa: B023 - called at once
        found[f"badges of {who}"] = rows_read(lambda: at_a_glance(db.session, ctx.actor, ctx.today, ctx.office))  # noqa: B023 - called at once
    return found


@pytest.mark.parametrize("world", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_a_list_reads_as_many_rows_of_few_cases_as_of_many(as_user, system):
    at = moment(2026, 9, 1, 9)
    for unit in ("TH-SH-01", "TH-SH", "TH-DS-01", "TH"):
        log(as_user("office"), head(unit=unit), at)
        log(as_user("office"), head(unit=unit), moment(2026, 11, 20, 9))
        number = log(as_user("office"), petition(unit=unit, risk="red"), at)
        if unit != "TH":
            with unit_of_work(db.session):
                staff_case(as_user("office"), number)
    read = []
    for size in (SMALL, LARGE):
        with unit_of_work(db.session):
            grow(system, size)
        settle()
        assert db.session.query(Duty).count() > size
        read.append(all_read(as_user))
        db.session.rollback()
    grown = {n: (rows, read[1][n]) for n, rows in read[0].items() if read[1][n] > GROWTH * max(rows, A_FEW)}
    assert not grown, grown
