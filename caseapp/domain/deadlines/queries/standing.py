"""What stands today, read from the rows of ``duty`` by an index on who answers, or whose list it is, and the due date.

A list is a few ranges of such indices, each in order of due date and each asked by a statement of its own, because one
statement with OR between them is answered by reading everything. Every range passes through ``scope()``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from heapq import merge
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Select, and_, bindparam, false, func, or_, select, true, union
from sqlalchemy import case as sa_case
from sqlalchemy.orm import Session

from caseapp.db import plain_rows
from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries.lines import LINE, CaseLine
from caseapp.domain.deadlines.models import Deadline, Duty, DutyReader
from caseapp.domain.deadlines.queries.items import DueHead, Found, LineItem, OwedLine, name_of
from caseapp.domain.org.parts import TreePart
from caseapp.domain.org.queries import Units, lies_within
from caseapp.domain.people.models import User
from caseapp.domain.people.roles import AT_WORK

Clause = ColumnElement[bool]
Place = tuple[date, int]
"""Where an item stands in the order of a list: its due date and its number."""


@dataclass(frozen=True)
class Range:
    """A range of an index: some clauses, the last due date and the first, and whether it is one of ``duty_reader``.
    ``named``: its rows name the reader, who sees the case but for a bar or a seal."""

    clauses: tuple[Clause, ...]
    last: date | None = None
    first: date | None = None
    of_reader: bool = False
    named: bool = True

    def query(self, columns: Iterable[Any], narrowed: Iterable[Clause]) -> Any:
        """What is asked of the duties in it, of those alone that pass a condition each."""
        query = select(*columns).where(*self.clauses, *map(row_by_row, narrowed))
        if self.of_reader:
            query = query.join(DutyReader, DutyReader.duty_id == Duty.id)
        ends = [] if self.last is None else [self._due <= self.last]
        return query.where(*ends, *([] if self.first is None else [self._due >= self.first]))

    def after(self, query: Any, place: tuple[Any, Any]) -> Any:
        """The same from a place in the order on."""
        later = and_(self._due == place[0], self._key > place[1])
        return query.where(self._due >= place[0], or_(self._due > place[0], later))

    def in_order(self, query: Any) -> Any:
        """The same in order of due date."""
        return query.order_by(self._due, self._key)

    @property
    def _due(self) -> Any:
        return DutyReader.due_on if self.of_reader else Duty.due_on

    @property
    def _key(self) -> Any:
        return DutyReader.duty_id if self.of_reader else Duty.id


@dataclass(frozen=True)
class StandingList:
    """A list of what stands today: of some ranges what an actor may see, narrowed further."""

    actor: Actor
    ranges: Sequence[Range]
    narrowed: tuple[Clause, ...] = ()

    def found(self, session: Session, after: Place | None = None, most: int | None = None) -> list[Found]:
        """The items in order of due date, each once."""
        lists = [self._read(session, one, after, most) for one in self.ranges]
        once = {found.deadline.id: found for found in merge(*lists, key=_place)}
        return list(once.values())[:most]

    def _read(self, session: Session, one: Range, after: Place | None, most: int | None) -> list[Found]:
        """What is wanted is cut from the index first, and joined with what is shown of it afterwards."""
        wanted = one.query(self._columns(), self._narrowed(one))
        if after is not None:
            wanted = one.after(wanted, after)
        return [Found(*found) for found in session.execute(self._shown(one.in_order(wanted).limit(most)))]

    def lines(self, session: Session, units: Units, after: Place | None, most: int) -> list[OwedLine]:
        """The same as lines of a page: a few columns, and what asks for them put together once."""
        place = {} if after is None else {"due": after[0], "key": after[1]}
        lists = (plain_rows(session, query, place) for query in self._asked(most, behind=after is not None))
        once = {row.duty_id: row for row in merge(*lists, key=itemgetter(0, 1))}
        return [_line(row, units) for row in list(once.values())[:most]]

    def _asked(self, most: int, *, behind: bool) -> list[Select[Any]]:
        if (most, behind) not in self._asking:
            self._asking[most, behind] = [self._asking_for(one, most, behind=behind) for one in self.ranges]
        return self._asking[most, behind]

    @cached_property
    def _asking(self) -> dict[tuple[int, bool], list[Select[Any]]]:
        """The statements that ask for lines, by how many and from where on."""
        return {}

    def _asking_for(self, one: Range, most: int, *, behind: bool) -> Select[Any]:
        columns = *(getattr(Duty, name) for name in LineItem._fields), Duty.case_id, Duty.person, Duty.town_id
        wanted = one.query(columns, self._narrowed(one))
        if behind:
            wanted = one.after(wanted, (bindparam("due", type_=Date), bindparam("key", type_=Integer)))
        row = one.in_order(wanted).limit(most).subquery().c
        return (
            select(
                row.due_on, row.id.label("duty_id"), row.kind, row.days, row.town_id,
                func.coalesce(User.full_name, row.person), *LINE,
            )
            .select_from(row.id.table)
            .join(Case, Case.id == row.case_id)
            .outerjoin(User, User.username == row.person)
            .order_by(row.due_on, row.id)
        )  # fmt: skip

    def _columns(self) -> tuple[Any, ...]:
        return Duty.id, Duty.case_id, Duty.due_on, Duty.person, Duty.acting, is_mine_today(self.actor).label("mine")

    @staticmethod
    def _shown(wanted: Any) -> Select[Any]:
        """Some duties with what is shown of them."""
        cut = wanted.subquery()
        row = cut.c
        return (
            select(Deadline, Case, row.person, row.acting, User.full_name, User.phone, row.mine)
            .select_from(cut)
            .join(Deadline, Deadline.id == row.id)
            .join(Case, Case.id == row.case_id)
            .outerjoin(User, User.username == row.person)
            .order_by(row.due_on, row.id)
        )

    def heads(self, session: Session, most: int) -> list[DueHead]:
        """The first items in order of due date, without what is shown of them: one short statement for all ranges."""
        return [DueHead(*row) for row in plain_rows(session, self.heading(most))]

    def heading(self, most: int) -> Any:
        """What asks for those."""
        if most not in self._heading:
            columns = Duty.id, Duty.due_on, Duty.days
            parts = [one.in_order(one.query(columns, self._narrowed(one))).limit(most) for one in self.ranges]
            self._heading[most] = parts[0] if len(parts) == 1 else _together(parts).limit(most)
        return self._heading[most]

    @cached_property
    def _heading(self) -> dict[int, Select[Any]]:
        """The statements that ask for the first ones, by how many."""
        return {}

    def counting(self, up_to: int) -> Select[int]:
        """How many, counted no further than some more than ``up_to``; also for use as a subquery. A page asks the same
        again and again: it is put together once."""
        if up_to not in self._counting:
            self._counting[up_to] = self._counted(up_to)
        return self._counting[up_to]

    @cached_property
    def _counting(self) -> dict[int, Select[int]]:
        """The statements that count, by how far."""
        return {}

    def _counted(self, up_to: int) -> Select[int]:
        """In their order, which is that of an index: else PostgreSQL may read all there is of it first."""
        parts = [one.in_order(one.query([Duty.id], self._narrowed(one))).limit(up_to + 1) for one in self.ranges]
        rows: Any = parts[0] if len(parts) == 1 else union(*(select(part.subquery().c.id) for part in parts))
        return select(func.count()).select_from(rows.subquery())

    def _narrowed(self, one: Range) -> tuple[Clause, ...]:
        """Whom a row names sees the case, unless it is guarded: of most rows nothing is looked up."""
        seen = scope(self.actor, Duty.case_id)
        return or_(~Duty.guarded, seen) if one.named else seen, *self.narrowed


def _together(parts: Iterable[Select[Any]]) -> Select[Any]:
    """The items of several ranges, each once, in order of due date."""
    rows = union(*(select(*part.subquery().c) for part in parts)).subquery().c
    return select(rows.id, rows.due_on, rows.days).order_by(rows.due_on, rows.id)


def _line(row: Any, units: Units) -> OwedLine:
    due_on, key, kind, days, town_id, name, *rest = row
    case = CaseLine(*rest)
    told = name_of(units, case.holder_id, name, office=town_id is not None)
    return OwedLine(case, LineItem(key, kind, due_on, days), told)


def row_by_row(clause: Clause) -> Clause:
    """A condition that is asked of each row as it is read. Else PostgreSQL may first gather every case somebody sees,
    to join a few rows with them."""
    return sa_case((clause, true()), else_=false())


def _place(found: Found) -> Place:
    return found.deadline.due_on, found.deadline.id


def of_mine(actor: Actor, last: date, first: date | None = None) -> list[Range]:
    """What an actor answers for: in person, as the office, or as the unit that holds a case whose seat nobody can act
    for."""
    return [Range(clauses, last, first) for clauses in _mine(actor)]


def of_seen(actor: Actor, last: date, first: date | None = None) -> list[Range]:
    """What an actor sees, whoever answers for it."""
    parts = actor.parts_with(may.READ)
    if actor.is_system or any(part.everything for part in parts):
        return [Range((), last, first)]
    posts = sorted({part.unit_id for part in parts})
    return [_of_reader(reader, last, first) for reader in (*map(str, posts), f"@{actor.username}")]


def of_unit(part: TreePart, last: date) -> list[Range]:
    """What is owed of the cases that arose in a unit, or in what lies below it, or are held there."""
    return [Range((), last) if part.everything else _of_reader(str(part.unit_id), last)]


def of_lead(actor: Actor, last: date) -> list[Range]:
    """What is owed by others of the cases that an actor leads."""
    others = or_(Duty.person.is_(None), Duty.person != Duty.lead)
    return [Range((Duty.lead == actor.username, others), last)]


def of_case(case_id: int) -> list[Range]:
    """What one case owes."""
    return [Range((Duty.case_id == case_id,), named=False)]


def _of_reader(reader: str, last: date, first: date | None = None) -> Range:
    return Range((DutyReader.reader == reader,), last, first, of_reader=True)


def _mine(actor: Actor) -> Iterable[tuple[Clause, ...]]:
    yield (Duty.person == actor.username,)
    for office in actor.offices:
        if office.role == "office":
            for town_id in sorted(office.above):  # each by itself: of several at once an index knows no order
                within = () if town_id == office.unit_id else (arose_within(office.part),)
                yield Duty.town_id == town_id, *within
        for tier, role in AT_WORK.items():
            if office.role == role:
                meets = Duty.not_by.is_distinct_from(actor.username)
                yield Duty.holder_id == office.unit_id, Duty.tier == tier, meets


def arose_within(part: TreePart) -> Clause:
    """Duties of the cases that arose in a part of the tree."""
    unit_id: Any = select(Case.unit_id).where(Case.id == Duty.case_id).correlate(Duty).scalar_subquery()
    return true() if part.everything else row_by_row(lies_within(unit_id, [part]))


def arose_in(unit_ids: Iterable[int]) -> Clause:
    """Duties of the cases that arose in some units."""
    return select(Case.unit_id).where(Case.id == Duty.case_id).correlate(Duty).scalar_subquery().in_(unit_ids)


def is_mine_today(actor: Actor) -> Clause:
    """Duties that an actor answers for, said of any duty: never unknown, though nobody or no office answers for it."""
    return row_by_row(or_(*(and_(*clauses) for clauses in _mine(actor))))
