"""What is overdue, what is due for whom. Of the day for which the rows of ``duty`` stand, it is read from them
(``standing.py``); of any other, and of today until somebody turned the rows to it, from the history
(``history.py``)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, true
from sqlalchemy.orm import Session

from caseapp.db import COUNT_UP_TO, counted
from caseapp.db.among import among
from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.models import Case
from caseapp.domain.deadlines.models import Deadline, Duty
from caseapp.domain.deadlines.queries.history import charged_to_me, found_on, leads_on, overdue_on, owed_on
from caseapp.domain.deadlines.queries.items import DueHead, DueItem, Found, LineItem, OwedLine, line_of_item
from caseapp.domain.deadlines.queries.standing import (
    Place,
    Range,
    StandingList,
    arose_in,
    arose_within,
    is_mine_today,
    of_case,
    of_lead,
    of_mine,
    of_seen,
    of_unit,
)
from caseapp.domain.deadlines.rules import LIGHTS, LONG_LIMIT, YELLOW_DAYS, YELLOW_DAYS_LONG, light
from caseapp.domain.org.parts import TreePart
from caseapp.domain.org.queries import Units, lies_within
from caseapp.domain.teams.queries.acting import stands

Clause = ColumnElement[bool]
DAY = timedelta(days=1)
AHEAD = timedelta(days=7)
LAMPS = (YELLOW_DAYS, YELLOW_DAYS_LONG)
MOST = 200


class DueList:
    """A list of due items and its count. ``day`` is the day at whose end they are looked at; ``clauses`` are about the
    history; ``today`` is the same list read from the rows, for when they stand for that day."""

    def __init__(self, actor: Actor, day: date, *clauses: Clause, today: StandingList | None = None) -> None:
        self.day, self.actor, self.today, self.clauses = day, actor, today, clauses

    @cached_property
    def where(self) -> Clause:
        """The condition on the history."""
        return and_(scope(self.actor, Case.id), *self.clauses)

    def count(self, session: Session, up_to: int = COUNT_UP_TO) -> int:
        """How many, counted no further than one over a number."""
        found = session.scalar(self.counting(up_to, kept=stands(session, self.day)))
        return min(found or 0, up_to + 1)

    def counting(self, up_to: int, *, kept: bool) -> Select[int]:
        """How many, counted no further than some more than a number; also for use as a subquery. ``kept``: whether the
        rows stand for the day."""
        if self.today is not None and kept:
            return self.today.counting(up_to)
        return counted(select(Deadline.id).join(Case, Case.id == Deadline.case_id).where(self.where), up_to)

    def items(
        self, session: Session, units: Units, *, after: Place | None = None, most: int | None = None
    ) -> list[DueItem]:
        """The items in order of due date, from ``after`` on, at most so many."""
        if self.today is not None and stands(session, self.day):
            found = self.today.found(session, after, most)
        else:
            found = self._of_history(session, after, most)
        return [one.item(self.day, units) for one in found]

    def lines(self, session: Session, units: Units, *, after: Place | None, most: int) -> list[OwedLine]:
        """The same as lines of a page."""
        if self.today is not None and stands(session, self.day):
            return self.today.lines(session, units, after, most)
        return [line_of_item(item) for item in self.items(session, units, after=after, most=most)]

    def heads(self, session: Session, most: int) -> list[DueHead]:
        """The first items in order of due date, without what is shown of them."""
        if self.today is not None and stands(session, self.day):
            return self.today.heads(session, most)
        query = select(Deadline.id, Deadline.due_on, Deadline.days).join(Case, Case.id == Deadline.case_id)
        query = query.where(self.where).order_by(Deadline.due_on, Deadline.id).limit(most)
        return [DueHead(*row) for row in session.execute(query)]

    def asking(self, most: int) -> Any:
        """What asks the rows of today for them."""
        assert self.today is not None, "a list of a desk is one of today too"
        return self.today.heading(most)

    def _of_history(self, session: Session, after: Place | None, most: int | None) -> list[Found]:
        query = found_on(self.actor, self.day).where(self.where)
        if after is not None:
            later = and_(Deadline.due_on == after[0], Deadline.id > after[1])
            query = query.where(or_(Deadline.due_on > after[0], later))
        return [Found(*row) for row in session.execute(query.limit(most))]


def has_light(session: Session, colour: str, day: date, lamps: tuple[int, int] = LAMPS) -> Clause:
    """Cases whose most pressing item shows a light on a day; green are those with nothing red or yellow."""
    item, owed = (Duty, true()) if stands(session, day) else (Deadline, owed_on(day))
    pressing = and_(item.case_id == Case.id, owed)
    red = exists().where(pressing, item.due_on < day)
    short = and_(item.days < LONG_LIMIT, item.due_on <= day + (lamps[0] - 1) * DAY)
    long = and_(item.days >= LONG_LIMIT, item.due_on <= day + (lamps[1] - 1) * DAY)
    yellow = exists().where(pressing, or_(short, long))
    if colour == "red":
        return red
    return and_(~red, yellow) if colour == "yellow" else and_(~red, ~yellow)


def my_items(actor: Actor, day: date) -> DueList:
    """What an actor owes by a week from now, late first."""
    last = day + AHEAD
    clauses = owed_on(day), Deadline.due_on <= last, charged_to_me(actor, day)
    return DueList(actor, day, *clauses, today=StandingList(actor, of_mine(actor, last)))


def due_today(actor: Actor, day: date) -> DueList:
    """What is due on a day, of all cases an actor sees."""
    today = StandingList(actor, of_seen(actor, day, first=day))
    return DueList(actor, day, owed_on(day), Deadline.due_on == day, today=today)


def due_by(actor: Actor, day: date) -> DueList:
    """Everything late or due on a day, of all cases an actor sees: the town's list for the morning."""
    today = StandingList(actor, of_seen(actor, day))
    return DueList(actor, day, owed_on(day), Deadline.due_on <= day, today=today)


def coming(actor: Actor, day: date) -> DueList:
    """What an actor owes from a day to a week on."""
    last = day + AHEAD
    clauses = owed_on(day), Deadline.due_on.between(day, last), charged_to_me(actor, day)
    return DueList(actor, day, *clauses, today=StandingList(actor, of_mine(actor, last, first=day)))


def late_with_others(actor: Actor, day: date) -> DueList:
    """What others are late with on the cases that an actor leads."""
    today = StandingList(actor, of_lead(actor, day - DAY), (~is_mine_today(actor),))
    return DueList(actor, day, overdue_on(day), leads_on(actor, day), ~charged_to_me(actor, day), today=today)


def overdue_list(
    actor: Actor, day: date, unit_ids: Iterable[int] | None = None,
    *, top: TreePart | None = None, kind: str = "", mine: bool = False,
) -> DueList:  # fmt: skip
    """What was overdue at the end of a day: of the cases that arose in some units, or within ``top``, or in any; of one
    kind or of any; charged to the actor or to anybody. With ``top``, the units lie within it."""
    past, today = [overdue_on(day)], list[Clause]()
    if unit_ids is not None:
        ids = list(unit_ids)
        past, today = [*past, Case.unit_id.in_(ids)], [arose_in(ids)]
    elif top is not None:
        past, today = [*past, lies_within(Case.unit_id, [top])], [arose_within(top)]
    if kind:
        past, today = [*past, Deadline.kind == kind], [*today, Duty.kind == kind]
    if mine:
        past.append(charged_to_me(actor, day))
    ranges = _late_today(actor, day - DAY, top, mine=mine)
    return DueList(actor, day, *past, today=StandingList(actor, ranges, tuple(today)))


def _late_today(actor: Actor, last: date, top: TreePart | None, *, mine: bool) -> list[Range]:
    if mine:
        return of_mine(actor, last)
    if top is not None and (actor.is_system or top.unit_id in actor.units_with(may.READ)):
        return of_unit(top, last)
    return of_seen(actor, last)


def next_items(session: Session, case_ids: list[int], day: date, lamps: tuple[int, int] = LAMPS) -> dict[int, LineItem]:
    """The most pressing item of each of some cases: the reddest light, then the soonest."""
    found: dict[int, LineItem] = {}
    for case_id, *item in _pressing(session, case_ids, day) if case_ids else ():
        row = LineItem(*item)
        if case_id not in found or pressing(row, day, lamps) < pressing(found[case_id], day, lamps):
            found[case_id] = row
    return found


def pressing(item: Deadline | LineItem, day: date, lamps: tuple[int, int] = LAMPS) -> tuple[int, date, int]:
    """The order in which items press: red before yellow before green, then by due date."""
    return LIGHTS.index(light(item.due_on, item.days, day, lamps)), item.due_on, item.id


def items_of(session: Session, case_id: int, day: date) -> list[Deadline]:
    """What one case owes on a day, most pressing first."""
    return sorted(_owed(session, [case_id], day), key=lambda row: pressing(row, day))


def items_of_all(session: Session, case_ids: list[int], day: date) -> dict[int, list[Deadline]]:
    """What each of some cases owes on a day, soonest first."""
    found: dict[int, list[Deadline]] = {}
    for row in sorted(_owed(session, case_ids, day), key=lambda row: (row.due_on, row.id)):
        found.setdefault(row.case_id, []).append(row)
    return found


OWED_TODAY = select(Deadline).join(Duty, Duty.id == Deadline.id).where(among(Duty.case_id, "ids"))
PRESSING_TODAY = select(Duty.case_id, *(getattr(Duty, name) for name in LineItem._fields)).where(
    among(Duty.case_id, "ids")
)


def _pressing(session: Session, case_ids: list[int], day: date) -> Iterable[Any]:
    """What some cases owe on a day, as lines show it."""
    if stands(session, day):
        return session.execute(PRESSING_TODAY, {"ids": case_ids})
    columns = Deadline.case_id, *(getattr(Deadline, name) for name in LineItem._fields)
    return session.execute(select(*columns).where(Deadline.case_id.in_(case_ids), owed_on(day)))


def _owed(session: Session, case_ids: list[int], day: date) -> list[Deadline]:
    if not case_ids:
        return []
    if stands(session, day):
        return list(session.scalars(OWED_TODAY, {"ids": case_ids}))
    return list(session.scalars(select(Deadline).where(Deadline.case_id.in_(case_ids), owed_on(day))))


def running_dates(session: Session, day: date) -> dict[tuple[int, str, int], date]:
    """The due dates running on a day, by case, kind and number within the kind."""
    rows = session.execute(select(Deadline.case_id, Deadline.kind, Deadline.nth, Deadline.due_on).where(owed_on(day)))
    return {(case_id, kind, nth): due_on for case_id, kind, nth, due_on in rows}


def item_owed(session: Session, actor: Actor, case_id: int, kind: str, day: date, units: Units) -> DueItem | None:  # noqa: PLR0917 - what is asked for, of whom, when
    """One due item of a case, the most pressing of its kind, with who answers for it."""
    today = StandingList(actor, of_case(case_id), (Duty.kind == kind,))
    listed = DueList(actor, day, owed_on(day), Deadline.case_id == case_id, Deadline.kind == kind, today=today)
    return next(iter(listed.items(session, units, most=1)), None)
