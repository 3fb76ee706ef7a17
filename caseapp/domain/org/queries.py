"""Reading the tree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseapp.domain.org.models import DEMO, TREE, CalendarDay, Mark, Setting, Unit
from caseapp.domain.org.office import OfficeRules
from caseapp.domain.org.settings import gather
from caseapp.domain.org.tree import Place, Tree
from caseapp.kernel.workdays import WorkCalendar, shipped


@dataclass(frozen=True)
class UnitRow:
    """One unit with its database id."""

    id: int
    place: Place
    path: str


class Units(Tree):
    """The tree with database ids, read in one query."""

    def __init__(self, rows: list[UnitRow]) -> None:
        super().__init__(row.place for row in rows)
        self.rows = rows
        self.by_id = {row.id: row.place for row in rows}
        self.id_of = {row.place.code: row.id for row in rows}

    @cached_property
    def paths(self) -> dict[int, str]:
        """The path of each unit by id."""
        return {row.id: row.path for row in self.rows}

    def ids_within(self, code: str) -> frozenset[int]:
        """Ids of a unit and everything below it."""
        path = self.paths[self.id_of[code]]
        return frozenset(unit for unit, other in self.paths.items() if other.startswith(path))

    def ids_above(self, code: str) -> frozenset[int]:
        """Ids of a unit and everything above it."""
        return frozenset(self.id_of[up] for up in self.line(code))

    def full_name(self, code: str) -> str:
        """A unit as people say it: a group with its village unless the name says it already."""
        place = self.place(code)
        above = self.places.get(place.parent)
        if place.tier != "group" or above is None or place.name.startswith(above.name):
            return place.name
        return above.name + place.name


def load_units(session: Session) -> Units:
    """The whole tree."""
    found = session.execute(select(Unit).order_by(Unit.path)).scalars().all()
    code = {unit.id: unit.code for unit in found}
    return Units(
        [
            UnitRow(
                unit.id,
                Place(unit.code, code[unit.parent_id] if unit.parent_id else "", unit.tier, unit.kind, unit.name),
                unit.path,
            )
            for unit in found
        ]
    )


def tree_version(session: Session) -> str:
    """The version of the tree and the settings: it changes with either."""
    return session.scalar(select(Mark.value).where(Mark.name == TREE)) or ""


def load_office(session: Session, as_of: datetime | None = None) -> OfficeRules:
    """What the office set, and the calendar: the official days that come with the program and those it entered; as they
    were known at an instant, or now."""
    query = select(Setting.key, Setting.valid_from, Setting.value).order_by(Setting.id)
    if as_of is not None:
        query = query.where(Setting.set_at <= as_of)
    settings = gather((key, valid_from, value) for key, valid_from, value in session.execute(query))
    entered = [day for day in official_days(session) if as_of is None or day.entered_at <= as_of]
    return OfficeRules(settings, calendar_with(entered))


def official_days(session: Session) -> list[CalendarDay]:
    """The official days that the office entered, in order."""
    return list(session.scalars(select(CalendarDay).order_by(CalendarDay.day)))


def calendar_with(entered: list[CalendarDay]) -> WorkCalendar:
    """The calendar of the program with days of the office's own; a year it entered is wholly its own."""
    base = shipped()
    if not entered:
        return base
    years = {day.day.year for day in entered if day.day.month < 12}
    kinds = {day: kind for day, kind in base.days.items() if day.year not in years}
    names = {day: name for day, name in base.names.items() if day.year not in years}
    own = {day.day: day.kind for day in entered}
    return WorkCalendar({**kinds, **own}, {**names, **{day.day: day.name for day in entered}})


def setting_rows(session: Session) -> list[Setting]:
    """Everything the office ever set, latest first."""
    return list(session.scalars(select(Setting).order_by(Setting.id.desc())))


def is_demo(session: Session) -> bool:
    """Whether the database holds the demo township."""
    return session.get(Mark, DEMO) is not None
