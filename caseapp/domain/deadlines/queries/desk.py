"""Due items as a desk shows them: the line of a list, with whom to call and whom to urge."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseapp.db import plain_rows
from caseapp.db.among import among
from caseapp.domain.access.actor import Actor
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries.lines import LINE, CaseLine
from caseapp.domain.deadlines.models import Deadline, Duty
from caseapp.domain.deadlines.queries import DueList
from caseapp.domain.deadlines.queries.history import owed_on
from caseapp.domain.deadlines.queries.items import DueItem, LineItem, OwedLine, line_of_item, name_of
from caseapp.domain.org.queries import Units
from caseapp.domain.people.models import User
from caseapp.domain.teams.queries.acting import stands

ITEM = tuple(getattr(Duty, name) for name in LineItem._fields)
TODAY = (
    select(*ITEM, Duty.town_id, Duty.person, Duty.acting, User.full_name, User.phone, *LINE)
    .join(Case, Case.id == Duty.case_id)
    .outerjoin(User, User.username == Duty.person)
    .where(among(Duty.id, "ids"))
)
"""Of duties that somebody was found to see: what is shown of them."""


class DeskLine(NamedTuple):
    """A due item on a desk. ``person``: who answers for it, none where it is an office or a unit; ``of_office``:
    whether it is charged to the petition office."""

    line: OwedLine
    person: str | None
    phone: str
    acting: bool
    of_office: bool


def desk_lines(
    session: Session, actor: Actor, ids: Collection[int], day: date, units: Units
) -> dict[int, DeskLine]:  # fmt: skip
    """Some due items by number, which the caller found in lists of what the actor sees."""
    if not ids:
        return {}
    if stands(session, day):
        return {row[0]: _of_today(row, units) for row in plain_rows(session, TODAY, {"ids": list(ids)})}
    found = DueList(actor, day, owed_on(day), Deadline.id.in_(ids)).items(session, units)
    return {item.deadline.id: desk_line_of(item) for item in found}


def _of_today(row: Any, units: Units) -> DeskLine:
    key, kind, due_on, days, town_id, person, acting, name, phone, *rest = row
    case = CaseLine(*rest)
    told = name_of(units, case.holder_id, name or person, office=town_id is not None)
    line = OwedLine(case, LineItem(key, kind, due_on, days), told)
    return DeskLine(line, person, phone or "", acting, town_id is not None)


def desk_line_of(item: DueItem) -> DeskLine:
    """The same of an item that is at hand."""
    return DeskLine(line_of_item(item), item.person, item.phone, item.acting, item.seat == "office")
