"""Reading who sits where, and whom it bars that a case complains of somebody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session, aliased, contains_eager

from caseapp.db import Instant, word
from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.circle import Bar, Pair, PostHeld, circle, officials
from caseapp.domain.access.models import CaseAccess
from caseapp.domain.access.queries import recused, scope
from caseapp.domain.cases.accused import deputies_ever, named_since
from caseapp.domain.cases.history import History
from caseapp.domain.cases.models import Case, Proposal
from caseapp.domain.cases.queries import OPEN, placed_in, stubs_for
from caseapp.domain.org.models import Unit
from caseapp.domain.org.queries import Units
from caseapp.domain.people.models import User
from caseapp.domain.people.queries import posts_of
from caseapp.domain.teams.models import CaseSeat, CoHandler, StandingSeat
from caseapp.domain.teams.queries.acting import answers_for, stands, who_answers_for
from caseapp.domain.teams.seats import SEATS

SILENCE = timedelta(days=3)
SEAT = aliased(CaseSeat)  # the one that a row of another table is charged to
MAIN_SEATS = ("dept", "lead")
Way = tuple[int | None, str | None, bool, bool, str | None, str | None]
"""A row of who may see a case or is out of it: unit, person, barred, sealed, role, because of whom."""


def case_seats(session: Session, case_id: int) -> dict[str, CaseSeat]:
    """The filled seats of a case."""
    return {row.seat: row for row in session.scalars(select(CaseSeat).where(CaseSeat.case_id == case_id))}


def standing_team(session: Session, units: Units, unit: str) -> dict[str, tuple[str, str | None]]:
    """Who takes which seat of a new case of a unit: its own standing team first, then that of the unit above."""
    team: dict[str, tuple[str, str | None]] = {}
    rows = session.scalars(select(StandingSeat).where(StandingSeat.unit_id.in_(units.ids_above(unit)))).all()
    for code in units.line(unit):
        for row in rows:
            if row.unit_id == units.id_of[code]:
                team.setdefault(row.seat, (row.holder, row.deputy))
    return {seat: team[seat] for seat in SEATS if seat in team}


@lru_cache(maxsize=4)
def standing_aside(day: date) -> Select[*tuple[Any, ...]]:
    """The standing teams that a case (``case_id``) is staffed from, of its own unit and those above (``line``), with
    the columns of what stands beside a case: ``person`` the holder, ``name`` the unit, ``more`` the seat, ``over``
    whether they may sit."""
    row, out = StandingSeat, recused(StandingSeat.holder, Case.id, day)
    return (
        select(
            word("standing").label("kind"), row.id, row.holder, Unit.code, word(""), row.seat,
            cast(None, Date).label("day"), cast(None, Instant).label("at"), and_(User.active, ~out),
        )
        .join(Unit, Unit.id == row.unit_id)
        .join(User, User.username == row.holder)
        .join(Case, Case.id == bindparam("case_id", type_=Integer))
        .where(row.unit_id.in_(bindparam("line", expanding=True)))
    )  # fmt: skip


def standing_teams(session: Session) -> dict[int, dict[str, StandingSeat]]:
    """All standing teams, by unit id and seat."""
    teams: dict[int, dict[str, StandingSeat]] = {}
    for row in session.scalars(select(StandingSeat)):
        teams.setdefault(row.unit_id, {})[row.seat] = row
    return teams


def seats_of(session: Session, actor: Actor, username: str) -> list[tuple[Case, CaseSeat]]:
    """The seats somebody holds, as A or as B, of cases not ended that the actor sees, in order of case."""
    held = or_(CaseSeat.holder == username, CaseSeat.deputy == username)
    query = (
        select(Case, CaseSeat)
        .join(CaseSeat, CaseSeat.case_id == Case.id)
        .where(held, Case.standing != "excluded", ~Case.archived, scope(actor, Case.id))
        .order_by(Case.id, CaseSeat.id)
    )
    return [(found, seat) for found, seat in session.execute(query)]


def seat_counts(session: Session, actor: Actor) -> dict[str, int]:
    """How many seats each person holds, as A or as B, of cases not ended that the actor sees."""
    living = (Case.standing != "excluded", ~Case.archived, scope(actor, Case.id))
    held = union_all(
        select(CaseSeat.holder.label("person")).join(Case, Case.id == CaseSeat.case_id).where(*living),
        select(CaseSeat.deputy.label("person"))
        .join(Case, Case.id == CaseSeat.case_id)
        .where(*living, CaseSeat.deputy.is_not(None)),
    ).subquery()
    counted = select(held.c.person, func.count()).group_by(held.c.person)
    return {row[0]: row[1] for row in session.execute(counted)}


def proposals_waiting(session: Session, actor: Actor, day: date) -> list[tuple[Proposal, str, bool]]:
    """Acts that wait for an actor to decide them, on cases the actor sees: each with the full name of who asked, and
    that the actor is one who decides it."""
    rows = session.execute(_waiting(actor, day, kept=stands(session, day)))
    return [(proposal, name, bool(mine)) for proposal, name, mine in rows]


def proposals_in(session: Session, actor: Actor, day: date, case_id: int) -> list[tuple[Proposal, str, bool]]:
    """Acts of one case that wait for a second person, whoever that is. In most cases nothing waits, which who asks
    knows already (``supervision/queries.py: beside()``)."""
    of_case = Proposal.case_id == case_id
    rows = session.execute(_proposals(actor, to_decide(actor, day, kept=stands(session, day))).where(of_case))
    return [(proposal, name, bool(mine)) for proposal, name, mine in rows]


@lru_cache(maxsize=512)
def _waiting(actor: Actor, day: date, *, kept: bool) -> Select[Proposal, str, bool]:
    """What waits for somebody. The question is kept for the day: putting it together costs more than asking it."""
    return _proposals(actor, true()).where(to_decide(actor, day, kept=kept))


def ids_waiting(actor: Actor, day: date, *, kept: bool) -> Select[int]:
    """What asks for the numbers of what waits for somebody."""
    return _waiting(actor, day, kept=kept).with_only_columns(Proposal.id).order_by(None)


def _proposals(actor: Actor, mine: ColumnElement[bool]) -> Select[Proposal, str, bool]:
    return (
        select(Proposal, func.coalesce(User.full_name, Proposal.asked_by), mine)
        .join(Proposal.case)
        .outerjoin(User, User.username == Proposal.asked_by)
        .where(Proposal.decided_at.is_(None), scope(actor, Case.id), ~stubs_for(actor))
        .options(contains_eager(Proposal.case))
        .order_by(Proposal.asked_at)
    )


def to_decide(actor: Actor, day: date, *, kept: bool) -> ColumnElement[bool]:
    """What was asked for and waits for somebody: what their posts approve, and an extension of a case they lead, each
    asked by somebody else."""
    ordinary = placed_in(actor.parts_with(may.APPROVE))
    sealed = and_(Case.sealed, placed_in(actor.parts_with(may.SEALED)))
    lead = select(CaseSeat.id).where(CaseSeat.case_id == Case.id, CaseSeat.seat == "lead")
    leads = and_(
        Proposal.action == "extend", exists(lead.where(answers_for(actor.username, day, kept=kept)).correlate(Case))
    )
    return and_(Proposal.asked_by != actor.username, or_(and_(~Case.sealed, ordinary), sealed, leads))


def co_handling(
    actor: Actor, day: date, silent_since: ColumnElement[datetime], *, kept: bool
) -> Select[*tuple[Any, ...]]:
    """Co-handling on somebody's desk: the tasks they were asked to do, and, of cases whose main handler they are, those
    of co-handlers who are late or were silent for three days. The columns of a ``Task``."""
    silent = func.coalesce(CoHandler.last_word_at, CoHandler.asked_at) < silent_since
    seats = select(CaseSeat.id).where(CaseSeat.case_id == Case.id, CaseSeat.seat.in_(MAIN_SEATS))
    main = exists(seats.where(answers_for(actor.username, day, kept=kept)).correlate(Case))
    wanted = or_(CoHandler.username == actor.username, and_(main, or_(silent, CoHandler.due_on < day)))
    return (
        select(
            literal("asked").label("kind"), CoHandler.id, Case.number, Case.title, CoHandler.task, CoHandler.due_on,
            CoHandler.username, func.coalesce(User.full_name, CoHandler.username).label("name"),
            func.coalesce(CoHandler.last_word_at, CoHandler.asked_at).label("since"),
        )
        .join(Case, Case.id == CoHandler.case_id)
        .outerjoin(User, User.username == CoHandler.username)
        .where(wanted, CoHandler.done_at.is_(None), CoHandler.ended_at.is_(None), Case.standing == "open")
        .where(scope(actor, Case.id))
    )  # fmt: skip


def silent_helpers(session: Session, now: datetime, day: date) -> list[tuple[CoHandler, Case, str]]:
    """Co-handlers of open cases who said nothing for three days, each with the case and who handles it."""
    silent = func.coalesce(CoHandler.last_word_at, CoHandler.asked_at) < now - SILENCE
    person = who_answers_for(session, day)
    query = (
        select(CoHandler, Case, person)
        .join(Case, Case.id == CoHandler.case_id)
        .join(CaseSeat, and_(CaseSeat.case_id == Case.id, CaseSeat.seat.in_(MAIN_SEATS)))
        .where(silent, CoHandler.done_at.is_(None), CoHandler.ended_at.is_(None), Case.standing == "open")
        .where(person.is_not(None))
    )
    return [(helper, case, main) for helper, case, main in session.execute(query) if main]


def unsigned() -> ColumnElement[bool]:
    """Open cases that were sent up or down and that the unit they were sent to has not signed for."""
    return and_(OPEN, Case.moves > Case.signed_for)


def held_by_posts(actor: Actor) -> list[ColumnElement[bool]]:
    """Cases held by the very unit of one of somebody's posts, one condition a unit."""
    return [Case.holder_id == unit_id for unit_id in sorted({office.unit_id for office in actor.offices})]


def is_mine(username: str) -> ColumnElement[bool]:
    """Cases somebody holds a seat of, as A or as B, or registered."""
    seated = [select(CaseSeat.case_id).where(person == username) for person in (CaseSeat.holder, CaseSeat.deputy)]
    mine = aliased(Case)
    return Case.id.in_(union_all(*seated, select(mine.id).where(mine.registered_by == username)))


def touches(username: str) -> ColumnElement[bool]:
    """The same as ``is_mine``, asked of one case after the other: for a list of few."""
    seat = select(CaseSeat.id).where(CaseSeat.case_id == Case.id)
    seated = exists(seat.where(or_(CaseSeat.holder == username, CaseSeat.deputy == username)).correlate(Case))
    return or_(Case.registered_by == username, seated)


def circle_of(
    session: Session, units: Units, history: History, also: Mapping[str, date] = MappingProxyType({})
) -> frozenset[Bar]:
    """The circle of who is complained of in a case; with ``also``, of those as well, each from a day on."""
    named = {**also, **named_since(history)}
    people = officials(named, units)
    if not people:
        return circle(named, (), (), units)
    pairs = [*deputies_ever(history), *_standing_pairs(session, people)]
    return circle(named, _posts(session, units, people), pairs, units)


def _posts(session: Session, units: Units, people: Iterable[str]) -> Iterable[PostHeld]:
    for username, post in posts_of(session, people):
        yield PostHeld(username, post.role, units.by_id[post.unit_id].code, post.ended_on)


def _standing_pairs(session: Session, people: Iterable[str]) -> list[Pair]:
    row, names = StandingSeat, list(people)
    query = select(row.holder, row.deputy).where(
        row.deputy.is_not(None), or_(row.holder.in_(names), row.deputy.in_(names))
    )
    return [(holder, str(deputy)) for holder, deputy in session.execute(query)]


def settled_bars(
    session: Session, units: Units, history: History, there: Iterable[CaseAccess], *, anew: bool = False
) -> set[Way]:
    """The bars of a case as rows: those that are ``there``, as long as their cause stands on record, and the circle of
    who was named since; of everybody who is named when it is settled ``anew``. What changes later about posts and
    deputies bars nobody: whoever may change them alone would shut others out of a case."""
    about = set(history.now.about)
    kept = {_went_to(units, row) for row in there if row.barred and row.because in about}
    named = about if anew else about - {way[-1] for way in kept}
    found = circle_of(session, units, history) if named else ()
    return kept | {_as_way(units, bar) for bar in found if bar.because in named}


def _went_to(units: Units, row: CaseAccess) -> Way:
    """A bar as it is now: of a unit that was merged, the one it went to."""
    unit = units.id_of[units.went_to(units.by_id[row.unit_id].code)] if row.unit_id else None
    return unit, row.username, True, False, row.role, row.because


def _as_way(units: Units, bar: Bar) -> Way:
    return units.id_of[bar.unit] if bar.unit else None, bar.person, True, False, bar.role, bar.because


def complaining_of(session: Session, usernames: Iterable[str]) -> list[Case]:
    """The cases that complain of some people."""
    known = CaseAccess.barred & CaseAccess.because.in_(list(usernames))
    query = select(Case).where(Case.id.in_(select(CaseAccess.case_id).where(known))).order_by(Case.id)
    return list(session.scalars(query))
