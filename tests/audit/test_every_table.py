"""docs/anchors.md says of every table whether a changed, a forged, a deleted row of it is found; this holds it to that."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from caseapp import tables  # noqa: F401 (the test may run alone)
from caseapp.actions.context import Ctx
from caseapp.actions.rebuild import KEPT
from caseapp.actions.verify_shadows import verify_all
from caseapp.db import db
from caseapp.domain.access.actor import SYSTEM
from caseapp.domain.audit.held import HELD
from tests.audit.conftest import KEY
from tests.audit.tampering import Tampering, past_the_triggers
from tests.house.code import ROOT
from tests.sizes import many

PAGE, HEADING = ROOT / "docs" / "anchors.md", "## Every table"
VERIFY, HELD_FAST, DEEP, NOWHERE = "verify", "held", "deep", "no"
SLUG = re.compile(r"`([a-z_]+)`")
TRIES = many(30, 10_000)


@dataclass(frozen=True)
class Row:
    """A line of the table of the page: where a tampering shows, and the columns of which it does not."""

    table: str
    found: str
    but: frozenset[str]
    why: str


def rows() -> list[Row]:
    """The table of the page."""
    lines = PAGE.read_text("utf-8").split(HEADING)[1].split("\n## ")[0].splitlines()
    cells = [[cell.strip() for cell in line.strip("| \n").split(" | ")] for line in lines if line.startswith("| `")]
    return [Row(SLUG.findall(one[0])[0], one[1], frozenset(SLUG.findall(one[2])), one[3]) for one in cells]


def test_the_page_tells_of_every_table_once_and_of_no_other():
    told = [row.table for row in rows()]
    assert sorted(told) == sorted(db.metadata.tables), "say in docs/anchors.md whether a forged row of it is found"


def test_the_page_tells_of_the_held_tables_what_is_held():
    told = {row.table: row for row in rows()}
    assert {name for name, row in told.items() if row.found == HELD_FAST} == set(HELD)
    assert {name: told[name].but for name in HELD} == dict(HELD)


def test_where_something_is_not_found_the_page_says_why_it_does_no_harm():
    assert {row.found for row in rows()} == {VERIFY, HELD_FAST, DEEP, NOWHERE}
    assert [row.table for row in rows() if (row.found == NOWHERE or row.but) and row.why == "–"] == []
    assert [row.table for row in rows() if not row.but <= set(db.metadata.tables[row.table].c.keys())] == []


@pytest.mark.slow(seconds=60)
def test_a_row_that_is_gone_or_changed_is_found_where_the_page_says_so(kept, system, tried):
    """Each column of one row of each table in turn, and the row itself (in the suite some of them, by chance, others on each
    database)."""
    session = db.session
    empty = {row.table for row in rows() if not session.scalar(_any(db.metadata.tables[row.table]))}
    told = [row for row in rows() if row.found != NOWHERE and row.table not in empty]
    assert [row.table for row in rows() if row.found in (VERIFY, DEEP) and row.table in empty] == []
    tries = [(row, column) for row in told for column in (None, *_columns(row))]
    chosen = random.Random(session.get_bind().dialect.name).sample(tries, min(TRIES, len(tries)))
    missed = [f"{row.table}.{column}" for row, column in chosen if not _found(system, row, column)]
    session.rollback()
    assert missed == []
    tried(len(chosen))


def _any(table: sa.Table) -> Any:
    return sa.select(sa.literal(1)).select_from(table).limit(1)


def _columns(row: Row) -> Iterator[str]:
    for column in db.metadata.tables[row.table].c:
        if column.key not in row.but and not column.primary_key:
            yield column.key


def _found(system: Ctx, row: Row, column: str | None) -> bool:
    """Whether a change of one row shows; one that the database itself refuses does no harm."""
    session = db.session
    session.rollback()
    past_the_triggers(session)
    attack = Tampering(session, 1)
    table, here, there = attack.some(row.table)
    try:
        with session.begin_nested():
            session.execute(_statement(attack, table, column, there).where(here))
    except (sa.exc.IntegrityError, sa.exc.DataError):
        return True
    session.expire_all()
    return bool(_problems(Ctx(session, SYSTEM, system.clock), row))


def _statement(attack: Tampering, table: sa.Table, column: str | None, there: Any) -> Any:
    if column is None:
        return sa.delete(table)
    return sa.update(table).values({column: attack.other(table.c[column], getattr(there, column))})


def _problems(ctx: Ctx, row: Row) -> list[str]:
    if row.found == DEEP:
        return [number for one in KEPT for number in one.unlike(ctx)]
    return [str(one) for one in verify_all(ctx, KEY).broken]


def test_what_is_the_offices_is_not_done_by_a_deputy(kept, system):
    session = db.session
    past_the_triggers(session)
    session.execute(sa.text("UPDATE duty SET acting = NOT acting WHERE person IS NULL"))
    (duty,) = (row for row in rows() if row.table == "duty")
    assert _problems(Ctx(session, SYSTEM, system.clock), duty)
    session.rollback()
