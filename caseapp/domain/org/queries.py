"""Reading the tree."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from caseapp.domain.org.chronicle import Change, Chronicle
from caseapp.domain.org.models import DEMO, TREE, CalendarDay, Mark, Setting, Unit, UnitChange, UnitWithin
from caseapp.domain.org.office import OfficeRules
from caseapp.domain.org.parts import TreePart
from caseapp.domain.org.settings import WORKING, gather
from caseapp.domain.org.tree import Tree
from caseapp.kernel.clock import local_day
from caseapp.kernel.workdays import WorkCalendar, shipped

UnitId = InstrumentedAttribute[int] | InstrumentedAttribute[int | None]


class Units(Tree):
    """The tree of one day with database ids, and the tree of every other day, read in two queries. ``stored``: the
    path of each unit as its row says it."""

    def __init__(self, chronicle: Chronicle, day: date, ids: Mapping[str, int], stored: Mapping[str, str]) -> None:
        today = chronicle.on(day)
        super().__init__(today.places.values(), today.gone.values(), today.into)
        self.chronicle = chronicle
        self.id_of = ids
        self._stored = stored
        self._parts: dict[str, TreePart] = {}
        self.by_id = {key: self.place(code) for code, key in ids.items()}

    def on(self, day: date) -> Tree:
        """The tree as it stood on a day."""
        return self.chronicle.on(day)

    def known_at(self, instant: datetime) -> Chronicle:
        """The tree of any day as it was known at an instant."""
        return self.chronicle.known_at(instant)

    @cached_property
    def paths(self) -> dict[int, str]:
        """The path of each unit by id: what lies within a unit begins with its path."""
        return {key: path_of(self, code) for code, key in self.id_of.items()}

    def ids_within(self, code: str) -> frozenset[int]:
        """Ids of a unit and everything below it, also what was merged into it."""
        return self.part(code).ids

    @cached_property
    def _is_in_line(self) -> bool:
        """Whether the rows say the same of what lies within what."""
        return all(self.paths[key] == self._stored.get(code) for code, key in self.id_of.items())

    def part(self, code: str) -> TreePart:
        """A unit and everything below it."""
        if code not in self._parts:
            key = self.id_of[code]
            path = self.paths[key]
            ids = frozenset(unit for unit, other in self.paths.items() if other.startswith(path))
            self._parts[code] = TreePart(key, ids, len(self.paths), stored=self._is_in_line)
        return self._parts[code]

    def part_on(self, code: str, tree: Tree) -> TreePart:
        """A unit and everything below it in the tree of some day."""
        today, ids = self.part(code), self.ids_within_on(code, tree)
        return today if ids == today.ids else TreePart(today.unit_id, ids, len(self.paths), stored=False)

    def ids_within_on(self, code: str, *trees: Tree) -> frozenset[int]:
        """Ids of what lay within a unit in some tree of these."""
        return frozenset(self.id_of[unit] for tree in trees for unit in tree.all_within(code))

    def ids_ever_above(self, code: str) -> frozenset[int]:
        """Ids of a unit and everything that lay above it on any day."""
        trees = self.chronicle.until(date.max)
        return frozenset(self.id_of[up] for tree in trees for up in tree.line(code))

    def ids_above(self, code: str) -> frozenset[int]:
        """Ids of a unit and everything above it."""
        return frozenset(self.id_of[up] for up in self.line(code))


def path_of(tree: Tree, code: str) -> str:
    """The codes from the town down to a unit, each closed by a slash."""
    return "".join(f"{up}/" for up in reversed(tree.line(code)))


def load_units(session: Session, day: date = date.max) -> Units:
    """The tree of a day; without one, as it stands once every change on record holds."""
    rows = session.execute(select(Unit.id, Unit.code, Unit.path)).all()
    ids, paths = {code: key for key, code, _path in rows}, {code: path for _key, code, path in rows}
    return Units(load_chronicle(session), day, ids, paths)


def is_one_of(unit_id: UnitId, few: Collection[int]) -> ColumnElement[bool]:
    """Whether a unit is one of a few: written out, since a list of no set length is put into a statement anew each
    time."""
    return or_(false(), *(unit_id == one for one in sorted(few)))


def lies_within(unit_id: UnitId, parts: Iterable[TreePart]) -> ColumnElement[bool]:
    """Whether a unit lies within some parts of the tree: the condition is as long as there are parts, whatever lies
    within them; of who may see everything it asks no more than that there is a unit."""
    parts = list(parts)
    if any(part.everything for part in parts):
        return unit_id.is_not(None)
    stored = sorted({part.unit_id for part in parts if part.stored})
    listed = frozenset[int]().union(*(part.ids for part in parts if not part.stored))
    below = select(UnitWithin.unit_id).where(is_one_of(UnitWithin.above_id, stored))
    ways = [unit_id.in_(below)] if stored else []
    return or_(*ways, unit_id.in_(sorted(listed))) if listed or not stored else ways[0]


def load_chronicle(session: Session) -> Chronicle:
    """Every change of the tree, in the order in which they were entered."""
    rows = session.scalars(select(UnitChange).order_by(UnitChange.seq))
    return Chronicle(
        Change(row.unit, row.kind, row.from_on, row.facts, row.recorded_at, row.by, row.reason) for row in rows
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


def rules_held(session: Session, instant: datetime) -> bool:
    """Whether due dates on record are those that the rules known at an instant give: no day count was set since, or for
    days before it was set; and official days, which come late by nature, count in none."""
    about = or_(Setting.key.startswith("days."), Setting.key.startswith("unit."))
    for key, value, valid_from, set_at in session.execute(
        select(Setting.key, Setting.value, Setting.valid_from, Setting.set_at).where(about)
    ):
        if set_at > instant or valid_from < local_day(set_at) or (key.startswith("unit.") and value == WORKING):
            return False
    return True


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
