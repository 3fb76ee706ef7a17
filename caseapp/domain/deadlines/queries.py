"""What is overdue, what is due for whom: the SQL twin of ``rules.py``, and a test holds the two together."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from caseapp.db import counted
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.models import Case
from caseapp.domain.deadlines.models import Deadline
from caseapp.domain.deadlines.rules import LIGHTS, YELLOW_DAYS, YELLOW_DAYS_LONG, days_late, light
from caseapp.domain.org.queries import Units, lies_within
from caseapp.domain.people.models import User
from caseapp.domain.people.roles import AT_WORK
from caseapp.domain.teams.models import CaseSeat
from caseapp.domain.teams.queries import SEAT, deputy_acts, who_acts

Clause = ColumnElement[bool]
AHEAD = timedelta(days=7)
LAMPS = (YELLOW_DAYS, YELLOW_DAYS_LONG)
MOST = 200


def owed_on(day: date) -> Clause:
    """Items that were, or are, owed at the end of a day."""
    return and_(Deadline.from_on <= day, or_(Deadline.to_on.is_(None), Deadline.to_on > day))


def overdue_on(day: date) -> Clause:
    """Items overdue at the end of a day: due before it and unmet at its end (contract §6)."""
    return and_(owed_on(day), Deadline.due_on < day)


def has_light(colour: str, day: date, lamps: tuple[int, int] = LAMPS) -> Clause:
    """Cases whose most pressing item shows a light on a day; green are those with nothing red or yellow."""
    near = Deadline.due_on <= day + timedelta(days=lamps[1] - 1)
    pressing = and_(Deadline.case_id == Case.id, owed_on(day))
    red = exists().where(pressing, Deadline.due_on < day)
    short = and_(Deadline.days < 30, Deadline.due_on <= day + timedelta(days=lamps[0] - 1))
    yellow = exists().where(pressing, or_(short, and_(Deadline.days >= 30, near)))
    if colour == "red":
        return red
    return and_(~red, yellow) if colour == "yellow" else and_(~red, ~yellow)


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


class DueList:
    """One query object for a list of due items and its count. ``day`` is the day at whose end they are looked at."""

    def __init__(self, actor: Actor, day: date, *clauses: Clause) -> None:
        self.day, self.actor = day, actor
        self.where = and_(scope(actor, Case.id), *clauses)

    def where_also(self, *clauses: Clause) -> DueList:
        """The same list, narrowed further."""
        narrower = copy(self)
        narrower.where = and_(self.where, *clauses)
        return narrower

    def count(self, session: Session) -> int:
        """How many, counted no further than one over a thousand."""
        query = select(Deadline.id).join(Case, Case.id == Deadline.case_id).where(self.where)
        return session.scalar(counted(query)) or 0

    def total(self, session: Session) -> int:
        """How many in all, for a sweep's record."""
        query = select(func.count(Deadline.id)).join(Case, Case.id == Deadline.case_id).where(self.where)
        return session.scalar(query) or 0

    def items(
        self, session: Session, units: Units, *, after: tuple[date, int] | None = None, most: int | None = None
    ) -> list[DueItem]:
        """The items in order of due date, from ``after`` on, at most so many."""
        query = self._query()
        if after is not None:
            query = query.where(
                or_(Deadline.due_on > after[0], and_(Deadline.due_on == after[0], Deadline.id > after[1]))
            )
        return [self._item(row, units) for row in session.execute(query.limit(most))]

    def _query(self) -> Any:
        who = aliased(User)
        person, acting = who_answers(self.day), answers_as_deputy(self.day)
        return (
            select(Deadline, Case, person, who.full_name, acting, who.phone, charged_to_me(self.actor, self.day))
            .join(Case, Case.id == Deadline.case_id)
            .outerjoin(SEAT, and_(SEAT.case_id == Case.id, SEAT.seat == Deadline.charged_to))
            .outerjoin(who, who.username == person)
            .where(self.where)
            .order_by(Deadline.due_on, Deadline.id)
        )

    def _item(self, row: Any, units: Units) -> DueItem:
        deadline, case, person, full_name, acting, phone, mine = row
        seat, name = responsible(deadline, case, person, full_name, units)
        return DueItem(
            case,
            deadline,
            days_late(deadline.due_on, self.day),
            (deadline.due_on - self.day).days,
            seat,
            name,
            bool(acting),
            person if deadline.charged_to != "office" else None,
            phone or "",
            bool(mine),
        )


def responsible(
    deadline: Deadline, case: Case, holder: str | None, full_name: str | None, units: Units
) -> tuple[str | None, str]:
    """Whom an item is charged to: the office, the holder of its seat, or else the unit that holds the case."""
    place = units.by_id[case.holder_id]
    if deadline.charged_to == "office":
        return "office", units.place(units.town_of(place.code)).name + "信访办"
    if holder:
        return deadline.charged_to, full_name or holder
    return None, units.full_name(place.code)


def who_answers(day: date, seat: Any = SEAT) -> ColumnElement[str | None]:
    """Who answers for an item on a day, of the seat it is charged to."""
    return who_acts(day, seat, Deadline.not_by)


def answers_as_deputy(day: date, seat: Any = SEAT) -> Clause:
    """Whether that is the deputy."""
    return deputy_acts(day, seat, Deadline.not_by)


def charged_to_me(actor: Actor, day: date) -> Clause:
    """Items an actor answers for on a day: by a seat, as its holder or as the deputy of one who is out of it; as the
    office; or as the unit that holds a case whose seat nobody can act for. Never what the actor may not meet."""
    seat = select(CaseSeat.id).where(CaseSeat.case_id == Case.id, CaseSeat.seat == Deadline.charged_to)
    me, acts = actor.username, answers_as_deputy(day, CaseSeat)
    held = and_(CaseSeat.holder == me, ~acts, Deadline.not_by.is_distinct_from(me))
    mine = exists(seat.where(or_(held, and_(CaseSeat.deputy == me, acts))).correlate(Case, Deadline))
    empty = ~exists(seat.where(who_answers(day, CaseSeat).is_not(None)).correlate(Case, Deadline))
    office = [office.part for office in actor.offices if office.role == "office"]
    posts = [
        and_(Case.holder_id == office.unit_id, Case.tier == tier)
        for office in actor.offices
        for tier, role in AT_WORK.items()
        if office.role == role
    ]
    return or_(
        mine,
        and_(Deadline.charged_to == "office", lies_within(Case.unit_id, office)),
        and_(
            Deadline.charged_to != "office",
            empty,
            Deadline.not_by.is_distinct_from(me),
            or_(*posts) if posts else Case.id.is_(None),
        ),
    )


def my_items(actor: Actor, day: date) -> DueList:
    """What an actor owes by a week from now, late first."""
    return DueList(actor, day, owed_on(day), Deadline.due_on <= day + AHEAD, charged_to_me(actor, day))


def due_today(actor: Actor, day: date) -> DueList:
    """What is due on a day, of all cases an actor sees."""
    return DueList(actor, day, owed_on(day), Deadline.due_on == day)


def due_by(actor: Actor, day: date) -> DueList:
    """Everything late or due on a day, of all cases an actor sees: the town's list for the morning."""
    return DueList(actor, day, owed_on(day), Deadline.due_on <= day)


def desk(actor: Actor, day: date) -> DueList:
    """What an actor owes by a week from now, and what others are late with on the cases that the actor leads."""
    lead = select(CaseSeat.id).where(CaseSeat.case_id == Case.id, CaseSeat.seat == "lead")
    leads = exists(lead.where(who_acts(day) == actor.username).correlate(Case))
    mine = and_(Deadline.due_on <= day + AHEAD, charged_to_me(actor, day))
    return DueList(actor, day, owed_on(day), or_(mine, and_(Deadline.due_on < day, leads)))


def overdue_list(actor: Actor, day: date, unit_ids: Iterable[int] | None = None) -> DueList:
    """What was overdue at the end of a day, of the cases that arose in some units."""
    narrowed = [] if unit_ids is None else [Case.unit_id.in_(unit_ids)]
    return DueList(actor, day, overdue_on(day), *narrowed)


def next_items(session: Session, case_ids: list[int], day: date, lamps: tuple[int, int] = LAMPS) -> dict[int, Deadline]:
    """The most pressing item of each of some cases: the reddest light, then the soonest."""
    if not case_ids:
        return {}
    query = select(Deadline).where(Deadline.case_id.in_(case_ids), owed_on(day))
    found: dict[int, Deadline] = {}
    for row in sorted(session.scalars(query), key=lambda row: pressing(row, day, lamps)):
        found.setdefault(row.case_id, row)
    return found


def pressing(item: Deadline, day: date, lamps: tuple[int, int] = LAMPS) -> tuple[int, date, int]:
    """The order in which items press: red before yellow before green, then by due date."""
    return LIGHTS.index(light(item.due_on, item.days, day, lamps)), item.due_on, item.id


def items_of(session: Session, case_id: int, day: date) -> list[Deadline]:
    """What one case owes on a day, most pressing first."""
    query = select(Deadline).where(Deadline.case_id == case_id, owed_on(day))
    return sorted(session.scalars(query), key=lambda row: pressing(row, day))


def items_of_all(session: Session, case_ids: list[int], day: date) -> dict[int, list[Deadline]]:
    """What each of some cases owes on a day, soonest first."""
    query = select(Deadline).where(Deadline.case_id.in_(case_ids), owed_on(day)).order_by(Deadline.due_on, Deadline.id)
    found: dict[int, list[Deadline]] = {}
    for row in session.scalars(query) if case_ids else ():
        found.setdefault(row.case_id, []).append(row)
    return found


def running_dates(session: Session, day: date) -> dict[tuple[int, str, int], date]:
    """The due dates running on a day, by case, kind and number within the kind."""
    rows = session.execute(select(Deadline.case_id, Deadline.kind, Deadline.nth, Deadline.due_on).where(owed_on(day)))
    return {(case_id, kind, nth): due_on for case_id, kind, nth, due_on in rows}


def item_owed(session: Session, actor: Actor, case_id: int, kind: str, day: date, units: Units) -> DueItem | None:  # noqa: PLR0917 - what is asked for, of whom, when
    """One due item of a case, the most pressing of its kind, with who answers for it."""
    listed = DueList(actor, day, owed_on(day), Deadline.case_id == case_id, Deadline.kind == kind)
    return next(iter(listed.items(session, units, most=1)), None)


def counts(actor: Actor, day: date) -> tuple[Any, Any]:
    """How much of my work is late or due soon, and how much is overdue that I may see: subqueries for every page."""
    return _capped(my_items(actor, day).where), _capped(overdue_list(actor, day).where)


def _capped(where: Clause) -> Any:
    return counted(select(Deadline.id).join(Case, Case.id == Deadline.case_id).where(where)).scalar_subquery()


def of_kind(kind: str) -> Clause:
    """Items of one kind."""
    return Deadline.kind == kind
