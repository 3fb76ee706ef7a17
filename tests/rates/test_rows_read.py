"""A report of a month reads the rows of that month: ten times as many of other years cost nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from caseapp.actions.imports import import_cases
from caseapp.db import db, unit_of_work
from caseapp.domain.rates.models import Contributed
from caseapp.domain.rates.queries import WindowRows, holds
from caseapp.kernel.periods import FOREVER, Month
from tests.recount.histories import write_cases
from tests.recount.pure import TREE

MONTH = Month(2025, 3)
WINDOWS = (MONTH.window, MONTH.year_to_date, MONTH.back(1).window)
QUARTERS_END, YEARS_END = 12000, 3000  # numbers of bins: months are above the first, years below the second
INDEX = "ix_contribution_window"


def statement(window: Any) -> Any:
    return WindowRows(db.session, holds(window)).alike()


def explained(window: Any, how: str) -> list[Any]:
    compiled = statement(window).compile(db.engine, compile_kwargs={"literal_binds": True})
    return list(db.session.execute(sa.text(f"EXPLAIN {how} {compiled}")))


def rows_read(window: Any) -> int:
    """How many rows the database looked at, those it passed over too."""
    plan = explained(window, "(ANALYZE, FORMAT JSON)")[0][0][0]["Plan"]
    return sum(int(one) for one in _looked_at(plan))


def _looked_at(node: dict[str, Any]) -> Iterator[float]:
    for below in node.get("Plans", ()):
        yield from _looked_at(below)
    if "Index Name" in node or node.get("Relation Name") == "contribution":
        passed = sum(node.get(f"Rows Removed by {why}", 0) for why in ("Filter", "Index Recheck"))
        yield (node["Actual Rows"] + passed) * node["Actual Loops"]


def years_before(years: int) -> Any:
    """Every row that has an end, again for windows so many years earlier."""
    table = Contributed.__table__
    months = {"first": 12 * years, "last": 12 * years}
    moved = sa.case((table.c.bin > QUARTERS_END, 12 * years), (table.c.bin > YEARS_END, 4 * years), else_=years)
    columns = [
        column - (moved if column.name == "bin" else months[column.name]) if column.name in (*months, "bin") else column
        for column in table.columns
    ]
    own = sa.and_(table.c.last < FOREVER, table.c.first > Month(2010, 1).number)
    return sa.insert(table).from_select([column.name for column in table.columns], sa.select(*columns).where(own))


def test_the_rows_of_other_years_are_not_read(system):
    with unit_of_work(db.session):
        import_cases(system, enumerate(write_cases(7, 60, TREE), start=1))
        db.session.execute(years_before(25))
    before = [sorted(map(str, db.session.execute(statement(window)))) for window in WINDOWS]
    assert all(before)
    read = [looked_at()]
    with unit_of_work(db.session):
        for years in range(30, 120, 5):
            db.session.execute(years_before(years))
    read.append(looked_at())
    assert [sorted(map(str, db.session.execute(statement(window)))) for window in WINDOWS] == before
    assert all(late <= early * 1.1 + 4 for early, late in zip(*read, strict=True)), read


def looked_at() -> list[int]:
    """How many rows are read for each window; with SQLite, which does not say it, that it goes by the index."""
    db.session.execute(sa.text("ANALYZE"))
    if db.engine.dialect.name == "postgresql":
        return [rows_read(window) for window in WINDOWS]
    plans = [" ".join(str(row[-1]) for row in explained(window, "QUERY PLAN")) for window in WINDOWS]
    assert all(f"{INDEX} (series=? AND bin=?" in plan for plan in plans), plans
    return []
