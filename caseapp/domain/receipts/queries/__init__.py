"""Reading receipts and what follows from ratings. A receipt's token is the one way past ``scope()``: it leads to what
``progress.py`` lets out, and to nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, String, and_, cast, exists, func, literal, or_, select, true
from sqlalchemy import case as sa_case
from sqlalchemy.orm import Session, selectinload

from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.models import Interest, TransferDuty
from caseapp.domain.access.outside import authority_for
from caseapp.domain.access.queries import actor_of, bars_of, is_met, not_barred, out_of_it, scope
from caseapp.domain.cases.history import History
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.cases.queries import asked_for, last_up_to, load_history, placed_in
from caseapp.domain.deadlines.queries import items_of
from caseapp.domain.deadlines.undone import SERVE
from caseapp.domain.documents.models import Document
from caseapp.domain.documents.queries import opinion_of
from caseapp.domain.org.office import OfficeRules
from caseapp.domain.org.queries import Units
from caseapp.domain.people.models import Post, User
from caseapp.domain.people.queries import held_on, people_within
from caseapp.domain.receipts.codes import digest_of_token
from caseapp.domain.receipts.models import Callback, PressureReport, Receipt
from caseapp.domain.receipts.progress import (
    HANDED,
    HIDDEN,
    OWED,
    TO_HAND_OVER,
    Contact,
    Progress,
    dues,
    office_of,
    onward_of,
    progress_of,
    stage_of,
)
from caseapp.domain.receipts.ratings import HANDLING, RATED_WHILE
from caseapp.domain.receipts.slip import Slip
from caseapp.domain.teams.models import CaseSeat, CoHandler

JUST_ISSUED = timedelta(hours=1)
VISITORS = ("liaison", "village", "office", "leader", "station")
"""Whose desk a return visit after a bad rating goes to, in this order, among those who do not handle the case."""
Clause = ColumnElement[bool]


@dataclass(frozen=True)
class Held:
    """A case with its receipt, where it has one, and whether who asks handles the case."""

    case: Case
    receipt: Receipt | None
    handled: bool


def held_receipt(session: Session, actor: Actor, number: str, now: datetime) -> Held | None:
    """A case and its receipt, for who sees the case; and for the hour after it was made, for who made it, whether or
    not they see the case (an accusation is gone from its logger's sight at once). A declared interest ends it,
    and so does having mediated or closed the case: they could rate their own work. Who logged it sees no other's."""
    out = exists().where(Interest.case_id == Case.id, Interest.username == actor.username, Interest.undone_at.is_(None))
    just_made = and_(Receipt.issued_by == actor.username, Receipt.issued_at > now - JUST_ISSUED, ~out)
    others = and_(Case.registered_by == actor.username, Receipt.issued_by != actor.username)
    closed = or_(others, exists().where(_worked_by(actor.username)))
    query = (
        select(Case, Receipt, or_(closed, and_(handled_by(actor.username), or_(Receipt.case_id.is_(None), ~just_made))))
        .outerjoin(Receipt, Receipt.case_id == Case.id)
        .where(asked_for(number, or_(scope(actor, Case.id), just_made)))
    )
    found = session.execute(query).one_or_none()
    return Held(found[0], found[1], bool(found[2])) if found else None


def by_token(session: Session, token: str) -> Case | None:
    """The case a token belongs to."""
    digest = digest_of_token(token)
    return session.scalar(select(Case).where(Receipt.case_id == Case.id, Receipt.token_digest == digest))


def by_number(session: Session, number: str) -> Receipt | None:
    """The receipt of a case number. A number that there is not costs the same: its neighbour's receipt is read."""
    query = select(Receipt, Case.number == number).join(Case, Case.id == Receipt.case_id)
    found = session.execute(query.where(Case.id == last_up_to(number))).one_or_none()
    return found[0] if found is not None and found[1] else None


def handled_by(username: str) -> Clause:
    """Cases that somebody handles: the SQL twin of ``ratings.handlers``, with the co-handlers of today."""
    sits = or_(CaseSeat.holder == username, CaseSeat.deputy == username)
    filled = and_(
        CaseEvent.kind == "seat_filled",
        or_(CaseEvent.facts["holder"].as_string() == username, CaseEvent.facts["deputy"].as_string() == username),
    )
    return or_(
        exists().where(CaseSeat.case_id == Case.id, sits),
        exists().where(CaseEvent.case_id == Case.id, filled),
        exists().where(_worked_by(username)),
        exists().where(CoHandler.case_id == Case.id, CoHandler.username == username, CoHandler.ended_at.is_(None)),
    )


def _worked_by(username: str) -> Clause:
    """Events by which somebody mediated, replied to or closed a case."""
    return and_(CaseEvent.case_id == Case.id, CaseEvent.kind.in_(HANDLING), CaseEvent.by == username)


def oversees(actor: Actor) -> bool:
    """Whether somebody's post looks after the work of others: the office, town leaders, the auditor."""
    return actor.may(may.APPROVE) or actor.may(may.AUDIT)


def rating_shown(actor: Actor) -> Clause:
    """Cases of which an actor may learn how they were rated: the SQL twin of ``ratings.sees_rating``."""
    if actor.is_system:
        return true()
    return or_(Case.archived, ~handled_by(actor.username)) if oversees(actor) else Case.archived.is_(True)


def helpers_of(session: Session, case_id: int) -> list[str]:
    """Who is asked to help with a case now."""
    return list(
        session.scalars(select(CoHandler.username).where(CoHandler.case_id == case_id, CoHandler.ended_at.is_(None)))
    )


def visitors_for(session: Session, units: Units, case: Case, without: frozenset[str], day: date) -> list[str]:
    """Who may be asked to visit after a bad rating, the most fitting first: at work where the case arose or above, not
    absent, not out of the case, and none of ``without``; among equals who has the fewest such visits to make. Of an
    accusation somebody of its desk: nobody else sees it."""
    waiting = (
        select(func.count()).where(Callback.assigned_to == User.username, Callback.done_at.is_(None)).scalar_subquery()
    )
    roles = [role for role, granted in may.GRANTS.items() if may.SEALED in granted] if case.sealed else VISITORS
    rank = sa_case({role: place for place, role in enumerate(roles)}, value=Post.role)
    query = (
        select(User.username, func.min(rank).label("rank"), waiting.label("waiting"))
        .join(Post, Post.user_id == User.id)
        .join(Case, Case.id == case.id)
        .where(
            Post.role.in_(roles), Post.unit_id.in_(units.ids_above(units.by_id[case.unit_id].code)), held_on(day),
            User.active, User.username.not_in(without), ~out_of_it(User.username, Case.id, day),
        )
        .group_by(User.username)
        .order_by("rank", "waiting", User.username)
    )  # fmt: skip
    return [row.username for row in session.execute(query)]


def undone_callbacks(session: Session, case_id: int) -> list[Callback]:
    """The return visits still to be made after bad ratings of a case."""
    return list(session.scalars(select(Callback).where(Callback.case_id == case_id, Callback.done_at.is_(None))))


def stranded_callbacks(session: Session, day: date) -> list[tuple[Callback, Case]]:
    """Return visits whose visitor cannot make them: nobody was found, or who was is away, out of the case or gone."""
    gone = ~exists().where(User.username == Callback.assigned_to, User.active)
    lost = or_(Callback.assigned_to.is_(None), gone, out_of_it(Callback.assigned_to, Callback.case_id, day))
    query = (
        select(Callback, Case)
        .join(Case, Case.id == Callback.case_id)
        .where(Callback.done_at.is_(None), Case.standing.in_(RATED_WHILE), lost)
        .order_by(Callback.id)
    )
    return [(callback, case) for callback, case in session.execute(query)]


def callbacks_for(actor: Actor) -> Select[*tuple[Any, ...]]:
    """Return visits on somebody's desk, with the columns of a ``Task``; ``text`` is the act that makes one. One that
    found nobody is on the desk of every office and leader who do not handle the case."""
    within_reach = placed_in(actor.parts_with(may.SUPERVISE))
    nobodys = and_(Callback.assigned_to.is_(None), within_reach, ~handled_by(actor.username))
    act = sa_case((Case.standing == "resolved", literal("return_visit")), else_=literal("follow_up"))
    return (
        select(
            literal("callback").label("kind"), Callback.id, Case.number, Case.title, act.label("text"),
            Callback.due_on, Callback.assigned_to, Callback.why.label("name"),
            Callback.assigned_at.label("since"),
        )
        .join(Case, Case.id == Callback.case_id)
        .where(or_(Callback.assigned_to == actor.username, nobodys))
        .where(Callback.done_at.is_(None), Case.standing.in_(RATED_WHILE), scope(actor, Case.id))
    )  # fmt: skip


def pressure_for(actor: Actor, day: date) -> Select[*tuple[Any, ...]]:
    """Reports of pressure that somebody has to see to, with the columns of a ``Task`` and without a word."""
    row, nothing = PressureReport, cast(None, String)
    return (
        select(
            literal("pressed").label("kind"), row.id, Case.number, nothing, nothing, literal(day, Date), nothing,
            nothing.label("name"), row.at.label("since"),
        )
        .join(Case, Case.id == row.case_id)
        .where(row.done_at.is_(None), told_of(actor))
    )  # fmt: skip


def told_of(actor: Actor) -> Clause:
    """Reports of pressure about cases within the reach of a discipline contact who is not barred from the case."""
    return and_(placed_in(actor.parts_with(may.PRESSURE)), not_barred(actor, Case.id))


def who_is_told(session: Session, units: Units, case: Case, day: date) -> list[str]:
    """Who there is on a day for ``told_of`` to let read a report of pressure about a case."""
    above = frozenset().union(*(units.ids_above(units.by_id[unit].code) for unit in case.places))
    roles = [role for role, granted in may.GRANTS.items() if may.PRESSURE in granted]
    people, bars = people_within(session, above, day, *roles), bars_of(session, case.id)
    actors = [actor_of(user, units, day) for user in people]
    return [one.username for one in actors if not any(is_met(one, bar) for bar in bars)]


def waits_for_alone(session: Session, units: Units, case: Case, username: str, day: date) -> bool:
    """Whether a report about a case was told to somebody and nobody else, and is not done."""
    waits = exists().where(PressureReport.case_id == case.id, PressureReport.done_at.is_(None))
    return bool(session.scalar(select(waits))) and who_is_told(session, units, case, day) == [username]


def outside_of(session: Session, case_id: int) -> str:
    """Whether a matter that nobody here may read is owed to an authority outside, or was handed over to it."""
    handed = select(TransferDuty.handed_on.is_not(None)).where(TransferDuty.case_id == case_id)
    return {None: "", False: OWED, True: HANDED}[session.scalar(handed)]


def pressure_reports(
    session: Session, actor: Actor, *clauses: Clause, most: int = 200
) -> list[tuple[PressureReport, Case]]:
    """The reports an actor is told of, latest first, those not done before the others."""
    query = (
        select(PressureReport, Case)
        .join(Case, Case.id == PressureReport.case_id)
        .where(told_of(actor), *clauses)
        .options(selectinload(PressureReport.notes))
        .order_by(PressureReport.done_at.is_not(None), PressureReport.at.desc(), PressureReport.id.desc())
        .limit(most)
    )
    return [(report, case) for report, case in session.execute(query)]


def find_pressure(session: Session, actor: Actor, report_id: int) -> tuple[PressureReport, Case] | None:
    """One report, if the actor is told of it."""
    found = pressure_reports(session, actor, PressureReport.id == report_id)
    return found[0] if found else None


def was_reported(session: Session, key: str) -> bool:
    """Whether a form came in before, with the same words."""
    return session.scalar(select(PressureReport.id).where(PressureReport.key == key)) is not None


def read_progress(
    session: Session, units: Units, office: OfficeRules, case: Case, day: date, *, living: Case | None = None
) -> Progress:
    """What the public page, and the sheet that is printed for people without a telephone, show of a case on a day; of a
    merged one also how far the ``living`` one is that it is handled with."""
    history = load_history(session, case, units)
    owed = owed_to_petitioner(session, case, day)
    holder = units.by_id[case.holder_id].code
    shown = units.town_of(holder) if case.sealed else office_of(units, holder)
    contact = Contact(_name(units, shown), *office.contact(day))
    told = progress_of(
        history, owed, contact, office.calendar, day, has_opinion=readable_reply(session, case, history) is not None,
        outside=outside_of(session, case.id),
    )  # fmt: skip
    if told.stage == TO_HAND_OVER:
        return replace(told, moved_to=" ".join(office.outside(authority_for(sealed=case.sealed), day)).strip())
    if living is None or living.id == case.id or case.sealed or living.sealed:
        return told
    return replace(told, onward=onward_of(read_progress(session, units, office, living, day)))


def owed_to_petitioner(session: Session, case: Case, day: date) -> list[tuple[str, date]]:
    """The running due items of a case, kind and day, and by when a paper is to be handed over."""
    owed = [(item.kind, item.due_on) for item in items_of(session, case.id, day)]
    return [*owed, (SERVE, case.serve_due_on)] if case.serve_due_on else owed


def readable_reply(session: Session, case: Case, history: History) -> Document | None:
    """The paper of a case's written reply, for the petitioner to read: there is a reply on record, and nothing of the
    case is hidden from the receipt's holder."""
    replied = any(event.kind == "replied" for event in history.events)
    return opinion_of(session, case.id) if replied and stage_of(history) not in HIDDEN else None


def read_slip(session: Session, units: Units, office: OfficeRules, case: Case, code: str, *, day: date) -> Slip:
    """What stands on the receipt of a case that is printed on a day: what happens next is told as it is then."""
    owed = owed_to_petitioner(session, case, day)
    contact = Contact(_name(units, units.town_of(units.by_id[case.unit_id].code)), *office.contact(day))
    return Slip(case.number, case.sealed, case.received_on, contact, dues(owed, day), code)


def _name(units: Units, code: str) -> str:
    place = units.place(code)
    return f"{place.name}信访办" if place.tier == "town" else place.name
