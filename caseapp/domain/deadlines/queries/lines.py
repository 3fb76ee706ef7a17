"""Lists of cases as a page shows them, in one statement: the few columns of each line, with the most pressing of what
the case owes. Of a day for which the rows do not stand, what is owed is read from the history in a second one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from caseapp.db import COUNT_UP_TO, plain_rows
from caseapp.db.among import among
from caseapp.domain.access.actor import Actor
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import PAGE, CaseFilter, CaseList
from caseapp.domain.cases.queries.lines import LINE, CaseLine, place_of
from caseapp.domain.deadlines.models import Duty
from caseapp.domain.deadlines.queries import next_items, pressing
from caseapp.domain.deadlines.queries.items import LineItem
from caseapp.domain.teams.queries.acting import stands

WIDE = len(LINE)
ITEM = tuple(getattr(Duty, name) for name in LineItem._fields)


SHOWN = select(*LINE).where(among(Case.id, "ids"))
"""Of cases that somebody was found to see: what lines show of them, without what they owe."""


class LitLine(NamedTuple):
    """A line of a list: a case with the most pressing of what it owes."""

    case: CaseLine
    item: LineItem | None


class LitPage(NamedTuple):
    """A page of a list, one line longer when there is a next one; and how many there are in all, counted no further
    than one over a thousand."""

    lines: list[LitLine]
    many: int


class LitList:
    """A list of cases whose lines show what presses most. What asks for it is put together once."""

    def __init__(self, actor: Actor, narrowed: CaseFilter) -> None:
        self.cases = CaseList(actor, narrowed)
        self._asked: dict[tuple[bool, bool], Select[Any]] = {}

    def page(
        self, session: Session, after: tuple[datetime, int] | None, day: date, lamps: tuple[int, int]
    ) -> LitPage:  # fmt: skip
        """A page by key: the cases older than ``after``."""
        kept = stands(session, day)
        rows = plain_rows(session, self._asking(lit=kept, behind=after is not None), place_of(after))
        if not rows:
            return LitPage([], self.cases.count(session) if after else 0)
        lines = [LitLine(CaseLine(*row[1 : WIDE + 1]), _item(row[WIDE + 1 :])) for row in rows]
        return LitPage(_lit(session, lines, day, lamps, kept=kept), min(rows[0][0], COUNT_UP_TO + 1))

    def _asking(self, *, lit: bool, behind: bool) -> Select[Any]:
        """What asks for a page, with what its cases owe or without; for the first one, or for one behind a place."""
        if (lit, behind) not in self._asked:
            page = self.cases.lines(PAGE, behind=behind).subquery()
            query = select(self.cases.counting.scalar_subquery(), *page.c)
            if lit:
                query = query.add_columns(*ITEM).outerjoin(Duty, Duty.case_id == page.c.id)
            self._asked[lit, behind] = query.order_by(page.c.registered_at.desc(), page.c.id.desc())
        return self._asked[lit, behind]


def lit_list(actor: Actor, narrowed: CaseFilter) -> LitList:
    """A list of cases, the same one for the same words."""
    return LitList(actor, narrowed) if narrowed.clauses else _kept(actor, narrowed)


def lit_lines(
    session: Session, case_ids: Collection[int], day: date, lamps: tuple[int, int]
) -> dict[int, LitLine]:  # fmt: skip
    """The lines of some cases by their ids, which the caller found in lists of what the reader sees, on a day for which
    the rows do not stand."""
    rows = plain_rows(session, SHOWN, {"ids": case_ids}) if case_ids else ()
    lines = [LitLine(CaseLine(*row), None) for row in rows]
    return {line.case.id: line for line in _lit(session, lines, day, lamps, kept=False)}


def _lit(
    session: Session, lines: list[LitLine], day: date, lamps: tuple[int, int], *, kept: bool
) -> list[LitLine]:  # fmt: skip
    """Each case once, with its most pressing item: of those that were read with it, or else read now."""
    if kept:
        return each_once(lines, day, lamps)
    items = next_items(session, [line.case.id for line in lines], day, lamps)
    return [LitLine(line.case, items.get(line.case.id)) for line in lines]


@lru_cache(maxsize=512)
def _kept(actor: Actor, narrowed: CaseFilter) -> LitList:
    return LitList(actor, narrowed)


def _item(found: tuple[Any, ...]) -> LineItem | None:
    return LineItem(*found) if found and found[0] is not None else None


def each_once(lines: Iterable[LitLine], day: date, lamps: tuple[int, int]) -> list[LitLine]:
    """Each case once, with its most pressing item, in the order in which they came. How an item presses is worked out
    once, and of a case with one item not at all."""
    found: dict[int, LitLine] = {}
    pressed: dict[int, tuple[int, date, int]] = {}
    for line in lines:
        key = line.case.id
        before = found.setdefault(key, line)
        if before is not line and before.item and line.item:
            first, here = pressed.get(key) or pressing(before.item, day, lamps), pressing(line.item, day, lamps)
            pressed[key] = min(first, here)
            if here < first:
                found[key] = line
    return list(found.values())
