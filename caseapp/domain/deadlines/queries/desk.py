"""Due items as a desk shows them: the line of a list, with whom to call and whom to urge."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from functools import cached_property
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Date, cast, false, null, select, union_all
from sqlalchemy.orm import Session

from caseapp.db import figure, plain_rows, word
from caseapp.db.among import among
from caseapp.domain.access.actor import Actor
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries.lines import LINE, CaseLine
from caseapp.domain.deadlines.models import Deadline, Duty
from caseapp.domain.deadlines.queries import LAMPS, DueList
from caseapp.domain.deadlines.queries.history import owed_on
from caseapp.domain.deadlines.queries.items import DueHead, DueItem, LineItem, OwedLine, line_of_item, name_of
from caseapp.domain.deadlines.queries.lines import LitLine, each_once, lit_lines
from caseapp.domain.org.queries import Units
from caseapp.domain.people.models import User
from caseapp.domain.teams.queries.acting import stands

BY_DUE = itemgetter(1, 0)
ITEM = tuple(getattr(Duty, name) for name in LineItem._fields)
NOBODY = null(), null(), false(), null(), null()
TODAY = union_all(
    select(word("item"), *ITEM, Duty.town_id, Duty.person, Duty.acting, User.full_name, User.phone, *LINE)
    .join(Case, Case.id == Duty.case_id)
    .outerjoin(User, User.username == Duty.person)
    .where(among(Duty.id, "ids")),
    select(word("case"), *ITEM, *NOBODY, *LINE)
    .select_from(Case)
    .outerjoin(Duty, Duty.case_id == Case.id)
    .where(among(Case.id, "cases")),
)
"""Of duties and of cases that somebody was found to see: what is shown of them."""


class DeskLists:
    """The first due items of several lists, and how many there are of one more, no further than over a number: one
    statement of the rows of today. Made once for a reader and a day."""

    def __init__(self, lists: Mapping[str, DueList], most: int, counted: DueList, up_to: int) -> None:
        self.lists, self.most, self.counted, self.up_to = lists, most, counted, up_to

    def found(self, session: Session) -> tuple[dict[str, list[DueHead]], int]:
        """The items of each list in order of due date, and the number."""
        if not stands(session, self.counted.day):
            heads = {name: one.heads(session, self.most) for name, one in self.lists.items()}
            return heads, self.counted.count(session, self.up_to)
        found: dict[str, list[DueHead]] = {name: [] for name in self.lists}
        first, *rows = plain_rows(session, self._asking)
        for name, *item in rows:
            found[name].append(DueHead(*item))
        return {name: sorted(some, key=BY_DUE) for name, some in found.items()}, min(first.id, self.up_to + 1)

    @cached_property
    def _asking(self) -> Any:
        many = self.counted.counting(self.up_to, kept=True).scalar_subquery()
        first = select(word("").label("name"), many.label("id"), cast(None, Date).label("due_on"), figure(0))
        parts = ((name, one.asking(self.most).subquery().c) for name, one in self.lists.items())
        return union_all(first, *(select(word(name), part.id, part.due_on, part.days) for name, part in parts))


class DeskLine(NamedTuple):
    """A due item on a desk. ``person``: who answers for it, none where it is an office or a unit; ``of_office``:
    whether it is charged to the petition office."""

    line: OwedLine
    person: str | None
    phone: str
    acting: bool
    of_office: bool


def desk_lines(
    session: Session, actor: Actor, ids: Collection[int], cases: Collection[int],
    *, day: date, units: Units, lamps: tuple[int, int] = LAMPS,
) -> tuple[dict[int, DeskLine], dict[int, LitLine]]:  # fmt: skip
    """Some due items and some cases by number, which the caller found in lists of what the actor sees."""
    if not stands(session, day):
        found = DueList(actor, day, owed_on(day), Deadline.id.in_(ids)).items(session, units)
        return {item.deadline.id: desk_line_of(item) for item in found}, lit_lines(session, cases, day, lamps)
    rows = plain_rows(session, TODAY, {"ids": list(ids), "cases": list(cases)}) if ids or cases else ()
    items = {row[1]: _of_today(row[1:], units) for row in rows if row[0] == "item"}
    lines = map(_lit, (row for row in rows if row[0] == "case"))
    return items, {line.case.id: line for line in each_once(lines, day, lamps)}


def _lit(row: Any) -> LitLine:
    return LitLine(CaseLine(*row[10:]), LineItem(*row[1:5]) if row[1] else None)


def _of_today(row: Any, units: Units) -> DeskLine:
    key, kind, due_on, days, town_id, person, acting, name, phone, *rest = row
    case = CaseLine(*rest)
    told = name_of(units, case.holder_id, name or person, office=town_id is not None)
    line = OwedLine(case, LineItem(key, kind, due_on, days), told)
    return DeskLine(line, person, phone or "", acting, town_id is not None)


def desk_line_of(item: DueItem) -> DeskLine:
    """The same of an item that is at hand."""
    return DeskLine(line_of_item(item), item.person, item.phone, item.acting, item.seat == "office")
