"""What was due for whom at the end of any day, worked out from the spans, the seats, the absences and the bars of that
day: the SQL twin of ``rules.py``, and a test holds the two together. The rows of today (``standing.py``) are written
by it."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select, union_all
from sqlalchemy.orm import aliased

from caseapp.db.among import among
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import with_readers
from caseapp.domain.cases.models import Case
from caseapp.domain.deadlines.late import late_bins
from caseapp.domain.deadlines.models import Deadline, Duty
from caseapp.domain.org.queries import lies_within
from caseapp.domain.people.models import User
from caseapp.domain.people.roles import AT_WORK
from caseapp.domain.teams.models import CaseSeat
from caseapp.domain.teams.queries import SEAT
from caseapp.domain.teams.queries.acting import answered_by, deputy_acts, who_acts

Clause = ColumnElement[bool]
LEAD = aliased(CaseSeat)
"""The seat of who leads a case, beside the one that an item is charged to."""


class StandingItem(NamedTuple):
    """A due item that stands, with its case and whoever sits in the seat that it is charged to. ``guarded``: the case
    is an accusation, or somebody is out of it."""

    id: int
    case_id: int
    kind: str
    nth: int
    due_on: date
    from_on: date
    days: int
    charged_to: str
    unit_id: int
    holder_id: int
    guarded: bool
    tier: str
    not_by: str | None
    person: str | None = None
    deputy: str | None = None
    seat_holder: str | None = None
    lead: str | None = None


def owed_on(day: date) -> Clause:
    """Items that were, or are, owed at the end of a day."""
    return and_(Deadline.from_on <= day, or_(Deadline.to_on.is_(None), Deadline.to_on > day))


def late_at_end(number: int) -> Clause:
    """Items overdue at the end of the month of a number, as ``overdue_on`` says it of any day."""
    then = and_(Deadline.late_from <= number, Deadline.late_to >= number)
    return and_(Deadline.late_bin.in_(late_bins(number)), then)


def late_in_brief(number: int, most: int) -> Clause:
    """Of the same items, in order of due date, at least the first so many: those due up to the day by which some place
    where they lie has so many. All of them, where no place has. ``+ 0``: as most rows say nothing of months, PostgreSQL
    takes those that do for very few, and would read all of them to find that day."""
    then = and_(Deadline.late_from + 0 <= number, Deadline.late_to + 0 >= number)
    days = [
        select(Deadline.due_on)
        .where(Deadline.late_bin == place, then)
        .order_by(Deadline.due_on)
        .offset(most - 1)
        .limit(1)
        for place in late_bins(number)
    ]
    one = union_all(*(select(day.subquery().c.due_on) for day in days)).subquery()
    first = select(func.min(one.c.due_on)).scalar_subquery()
    return and_(late_at_end(number), Deadline.due_on <= func.coalesce(first, date.max))


def overdue_on(day: date) -> Clause:
    """Items overdue at the end of a day: due before it and unmet at its end (contract §6)."""
    return and_(owed_on(day), Deadline.due_on < day)


def found_on(actor: Actor, day: date) -> Any:
    """Items with what ``Found`` holds of them, as they were at the end of a day, in order of due date."""
    who = aliased(User)
    person, acting = who_answers(day), answers_as_deputy(day)
    return (
        select(Deadline, Case, person, acting, who.full_name, who.phone, charged_to_me(actor, day))
        .join(Case, Case.id == Deadline.case_id)
        .outerjoin(SEAT, and_(SEAT.case_id == Case.id, SEAT.seat == Deadline.charged_to))
        .outerjoin(who, who.username == person)
        .order_by(Deadline.due_on, Deadline.id)
    )


def who_answers(day: date, seat: Any = SEAT) -> ColumnElement[str | None]:
    """Who answers for an item on a day, of the seat it is charged to."""
    return who_acts(day, seat, Deadline.not_by)


def answers_as_deputy(day: date, seat: Any = SEAT) -> Clause:
    """Whether that is the deputy."""
    return deputy_acts(day, seat, Deadline.not_by)


@lru_cache(maxsize=4)
def standing_of(day: date) -> Select[*tuple[Any, ...]]:
    """What some cases (``ids``) owe on a day, and who answers for it. It is put together once a day: that takes as long
    as asking for it."""
    return _standing(day).where(among(Deadline.case_id, "ids"))


@lru_cache(maxsize=4)
def came_of(day: date) -> Select[*tuple[Any, ...]]:
    """The same of what one case (``id``) owes and no row of today tells yet, with who comes into the case
    (``with_readers``). One case is said so: of several PostgreSQL would plan it anew each time, which takes ten times
    longer than answering it."""
    came = _standing(day).where(Deadline.case_id == bindparam("id"), ~exists().where(Duty.id == Deadline.id))
    return with_readers(came, Deadline.case_id, day)


def _standing(day: date) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Deadline.id, Deadline.case_id, Deadline.kind, Deadline.nth, Deadline.due_on, Deadline.from_on,
            Deadline.days, Deadline.charged_to, Case.unit_id, Case.holder_id, Case.guarded,
            Case.tier, Deadline.not_by, who_answers(day), SEAT.deputy, SEAT.holder, LEAD.person,
        )
        .join(Case, Case.id == Deadline.case_id)
        .outerjoin(SEAT, and_(SEAT.case_id == Case.id, SEAT.seat == Deadline.charged_to))
        .outerjoin(LEAD, and_(LEAD.case_id == Case.id, LEAD.seat == "lead"))
        .where(owed_on(day))
    )  # fmt: skip


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


def leads_on(actor: Actor, day: date) -> Clause:
    """Cases that an actor leads on a day."""
    lead = select(CaseSeat.id).where(CaseSeat.case_id == Case.id, CaseSeat.seat == "lead")
    return exists(lead.where(answered_by(actor.username, day)).correlate(Case))
