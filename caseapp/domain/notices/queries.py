"""Reading notices: somebody's inbox, what is to be sent and still needed, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, and_, cast, exists, func, or_, select
from sqlalchemy.orm import Session

from caseapp.db import counted
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.models import Case
from caseapp.domain.deadlines.models import Deadline
from caseapp.domain.deadlines.queries import counts, owed_on
from caseapp.domain.notices.models import Delivery, DeliveryLine, Notice, Reach
from caseapp.domain.notices.rules import GATHERED_WITHIN, RULES
from caseapp.domain.org.models import DEMO, Mark
from caseapp.domain.org.office import DEFAULT, OfficeRules
from caseapp.domain.people.models import User
from caseapp.domain.screening.models import ScreeningRound
from caseapp.domain.screening.queries import OwedList

PAGE = 25
DATED = tuple(kind for kind, rule in RULES.items() if rule.dated)


@dataclass(frozen=True)
class InboxNotice:
    """A notice of an inbox with the case it is about; none when it is about a village's round."""

    notice: Notice
    case: Case | None


def _mine(actor: Actor) -> ColumnElement[bool]:
    return and_(Notice.recipient == actor.username, _seen(actor))


def _seen(actor: Actor) -> ColumnElement[bool]:
    """A notice about a case is for who may see the case now."""
    return or_(Notice.case_id.is_(None), scope(actor, Notice.case_id))


def inbox(session: Session, actor: Actor, before: int | None = None, most: int = PAGE) -> list[InboxNotice]:
    """Somebody's notices, of cases those they see, newest first, from before one of them on."""
    query = select(Notice, Case).outerjoin(Case, Case.id == Notice.case_id).where(_mine(actor))
    if before is not None:
        query = query.where(Notice.id < before)
    return [InboxNotice(*row) for row in session.execute(query.order_by(Notice.id.desc()).limit(most))]


def unread(actor: Actor) -> Select[int]:
    """How many notices somebody has not read, counted no further than one over a thousand; also as a subquery."""
    return counted(select(Notice.id).where(_mine(actor), Notice.read_at.is_(None)))


def notice_of(session: Session, actor: Actor, notice_id: int) -> InboxNotice | None:
    """One notice of somebody's inbox."""
    query = select(Notice, Case).outerjoin(Case, Case.id == Notice.case_id).where(_mine(actor), Notice.id == notice_id)
    row = session.execute(query).one_or_none()
    return InboxNotice(*row) if row else None


def reaches_of(session: Session, username: str) -> dict[str, Reach]:
    """How somebody wants to be told outside the inbox, by channel."""
    return {row.channel: row for row in session.scalars(select(Reach).where(Reach.username == username))}


def last_messages(session: Session, username: str, most: int = 10) -> list[tuple[Delivery, int]]:
    """The latest messages to somebody, newest first, with the number of notices in each."""
    count = select(func.count(DeliveryLine.id)).where(DeliveryLine.delivery_id == Delivery.id).scalar_subquery()
    query = select(Delivery, count).where(Delivery.recipient == username).order_by(Delivery.id.desc()).limit(most)
    return [(delivery, lines) for delivery, lines in session.execute(query)]


def needed(day: date) -> ColumnElement[bool]:
    """Notices still worth sending: not read in the inbox, and about nothing that is no longer owed."""
    owed = exists().where(
        Deadline.case_id == Notice.case_id,
        Deadline.due_on == Notice.due_on,
        Deadline.kind + ":" + cast(Deadline.nth, String) == Notice.item,
        owed_on(day),
    )
    made = exists().where(
        ScreeningRound.unit_id == Notice.unit_id,
        ScreeningRound.first_on <= Notice.due_on,
        ScreeningRound.last_on >= Notice.due_on,
    )
    undone = and_(Notice.unit_id.is_not(None), ~made)
    return and_(Notice.read_at.is_(None), or_(Notice.kind.not_in(DATED), owed, undone))


def to_gather(session: Session, now: datetime, day: date) -> list[Row[Any]]:
    """Username, channel and notice for every notice that is in no message yet and whose recipient is reached."""
    gathered = exists().where(DeliveryLine.notice_id == Notice.id, DeliveryLine.channel == Reach.channel)
    query = (
        select(Reach.username, Reach.channel, Notice.id)
        .join(User, and_(User.username == Reach.username, User.active))
        .join(Notice, Notice.recipient == Reach.username)
        .where(Reach.active, Notice.created_at > now - GATHERED_WITHIN, needed(day), ~gathered)
        .order_by(Reach.username, Reach.channel, Notice.id)
    )
    return list(session.execute(query))


def lines_to_send(session: Session, delivery_id: int, actor: Actor, day: date) -> list[InboxNotice]:
    """The notices of a message that its recipient still needs, and may still see."""
    query = (
        select(Notice, Case)
        .join(DeliveryLine, DeliveryLine.notice_id == Notice.id)
        .outerjoin(Case, Case.id == Notice.case_id)
        .where(DeliveryLine.delivery_id == delivery_id, needed(day), _seen(actor))
        .order_by(Notice.id)
    )
    return [InboxNotice(*row) for row in session.execute(query)]


@dataclass(frozen=True)
class Glance:
    """What every page says: my due items and rounds, the overdue ones I may see, unread notices, whether it is a
    demo."""

    mine: int
    overdue: int
    unread: int
    demo: bool


def at_a_glance(session: Session, actor: Actor, day: date, office: OfficeRules = DEFAULT) -> Glance:
    """The badges of the navigation, in one query."""
    mine, overdue = counts(actor, day)
    query = select(mine, overdue, unread(actor).scalar_subquery(), exists().where(Mark.name == DEMO))
    owed = OwedList(actor, office, day)
    if owed.rounds:
        rounds = owed.counts()
        query = query.add_columns(rounds.c.mine, rounds.c.late)
    row = (*session.execute(query).one(), 0, 0)
    return Glance((row[0] or 0) + row[4], (row[1] or 0) + row[5], row[2] or 0, bool(row[3]))
