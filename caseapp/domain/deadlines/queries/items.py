"""One item of a list of what is due, as lists and pages show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries.lines import CaseLine, line_of
from caseapp.domain.deadlines.models import Deadline
from caseapp.domain.deadlines.rules import days_late
from caseapp.domain.org.queries import Units


@dataclass(frozen=True)
class DueItem:
    """One item of a list: what, when, how late, whose."""

    case: Case
    deadline: Deadline
    days_late: int
    days_left: int
    seat: str | None
    responsible: str
    acting: bool
    person: str | None
    phone: str
    mine: bool


class DueHead(NamedTuple):
    """A due item before anything of it is shown: its number, its due date and its days."""

    id: int
    due_on: date
    days: int


class LineItem(NamedTuple):
    """What a line of a list shows of a due item."""

    id: int
    kind: str
    due_on: date
    days: int


class OwedLine(NamedTuple):
    """A line of a list of what is due: the case, the item, and whom it is charged to."""

    case: CaseLine
    item: LineItem
    responsible: str


@dataclass(frozen=True)
class Found:
    """A due item as a query finds it, with who answers for it (none: the office, or the unit that holds the case), the
    name and the telephone number on their account, and whether it is the reader's own."""

    deadline: Deadline
    case: Case
    person: str | None
    acting: bool | None
    full_name: str | None
    phone: str | None
    mine: bool | None

    def item(self, day: date, units: Units) -> DueItem:
        """The item of a list, looked at at the end of a day."""
        seat, name = responsible(self, units)
        return DueItem(
            self.case,
            self.deadline,
            days_late(self.deadline.due_on, day),
            (self.deadline.due_on - day).days,
            seat,
            name,
            bool(self.acting),
            self.person if self.deadline.charged_to != "office" else None,
            self.phone or "",
            bool(self.mine),
        )


def responsible(found: Found, units: Units) -> tuple[str | None, str]:
    """Whom an item is charged to: the office, the holder of its seat, or else the unit that holds the case."""
    charged, name = found.deadline.charged_to, found.full_name or found.person
    told = name_of(units, found.case.holder_id, name, office=charged == "office")
    return charged if charged == "office" or found.person else None, told


def name_of(units: Units, holder_id: int, name: str | None, *, office: bool) -> str:
    """The name of whom an item is charged to: the petition office of the town, somebody, or the unit that holds the
    case."""
    place = units.by_id[holder_id]
    if office:
        return units.place(units.town_of(place.code)).name + "信访办"
    return name or units.full_name(place.code)


def line_of_item(item: DueItem) -> OwedLine:
    """The line of an item that is at hand."""
    due = item.deadline
    return OwedLine(line_of(item.case), LineItem(due.id, due.kind, due.due_on, due.days), item.responsible)
