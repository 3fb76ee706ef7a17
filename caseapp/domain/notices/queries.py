"""Reading notices: somebody's inbox, what is to be sent and still needed, what became of it; and who the words of the
table of notices (``rules.py: WHO``) mean."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, and_, cast, exists, func, or_, select
from sqlalchemy.orm import Session

from caseapp.db import counted, plain_rows
from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import account_deciders, scope
from caseapp.domain.cases.models import Case
from caseapp.domain.deadlines.models import Deadline
from caseapp.domain.deadlines.queries import my_items, overdue_list
from caseapp.domain.deadlines.queries.history import owed_on
from caseapp.domain.notices.models import Delivery, DeliveryLine, Notice, Reach
from caseapp.domain.notices.rules import GATHERED_WITHIN, RULES, Telling, told
from caseapp.domain.org.models import DEMO, Mark
from caseapp.domain.org.office import DEFAULT, OfficeRules
from caseapp.domain.org.queries import Units
from caseapp.domain.people.models import User
from caseapp.domain.people.queries import people_of_villages, people_within
from caseapp.domain.people.roles import AT_WORK
from caseapp.domain.screening.models import ScreeningRound
from caseapp.domain.screening.queries import OwedList
from caseapp.domain.teams.models import CaseSeat
from caseapp.domain.teams.queries.acting import stands, who_answers_for

PAGE = 25
TOLD = 99  # a badge says no more than that there are more
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
    """How many notices somebody has not read, counted no further than a badge tells; also as a subquery."""
    return counted(select(Notice.id).where(_mine(actor), Notice.read_at.is_(None)), TOLD)


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


def at_a_glance(
    session: Session, actor: Actor, day: date, office: OfficeRules = DEFAULT, owed: tuple[int, int] | None = None
) -> Glance:  # fmt: skip
    """The badges of the navigation, each counted no further than it tells. ``owed``: what a page knows already, how
    much is the actor's to do by a week from now and how much is overdue."""
    counting, beside = _badges(actor, day, office, kept=stands(session, day))
    mine, late = owed or plain_rows(session, counting)[0]
    ((unread_ones, demo, *rounds),) = plain_rows(session, beside)
    near, late_rounds = rounds or (0, 0)
    return Glance(min(mine, TOLD + 1) + near, min(late, TOLD + 1) + late_rounds, unread_ones, demo)


@lru_cache(maxsize=512)
def _badges(actor: Actor, day: date, office: OfficeRules, *, kept: bool) -> tuple[Select[Any], Select[Any]]:
    """What the badges of somebody are counted from. Every page asks it, and putting it together costs more than asking
    it: it is kept for the day. ``kept``: whether the rows of what is owed stand for it. Two statements cost less than
    one, which would be too long for the driver to remember."""
    items = [listed(actor, day).counting(TOLD, kept=kept) for listed in (my_items, overdue_list)]
    owed = OwedList(actor, office, day)
    rounds = owed.counts() if owed.rounds else None
    beside = unread(actor).scalar_subquery(), exists().where(Mark.name == DEMO)
    return (
        select(*(count.scalar_subquery() for count in items)),
        select(*beside, *(() if rounds is None else rounds.c)),
    )


Usernames = Iterable[str | None]


@dataclass(frozen=True)
class Subject:
    """What a notice is about, as far as the words of the table ask: the case; the unit and the seat that are meant; the
    people that the act itself names, by word; of a naming who is able to decide it."""

    case: Case | None = None
    unit: str = ""
    seat: str = ""
    action: str = ""
    named: Mapping[str, str | None] = field(default_factory=dict)
    able: Collection[str] | None = None


class People:
    """Who the words of the table mean in some subjects that are told together; what several ask is looked up once."""

    def __init__(
        self, session: Session, actor: Actor, units: Units,
        *, office: OfficeRules, today: date, subjects: Iterable[Subject] = (),
    ) -> None:  # fmt: skip
        self.session, self.actor, self.units = session, actor, units
        self.office, self.today, self.subjects = office, today, list(subjects)
        self._posts: dict[tuple[str, tuple[str, ...]], list[str]] = {}

    def told(self, telling: Telling, subject: Subject) -> list[str]:
        """Whom the table names for a notice. Of an accusation little is told, and to its readers alone."""
        rule = told(telling.kind, telling.rung, of_round=telling.unit_id is not None)
        if subject.case is not None and subject.case.sealed and not rule.of_accusations:
            return []
        people = [person for word in rule.who for person in WORDS[word](self, subject) if person]
        return [person for person in people if rule.doer_too or person != self.actor.username]

    def charged(self, subject: Subject) -> Usernames:
        """Who answers for a due item: the person of its seat, else the office or the unit that holds the case."""
        if subject.named["charged"] or subject.case is None:
            return [subject.named["charged"]]
        if subject.seat == "office":
            return self.in_town(subject, "office")
        return self.at_work(self.units.by_id[subject.case.holder_id].code)

    def acting(self, subject: Subject, seat: str) -> Usernames:
        """Who acts for a seat of the case today."""
        return [self._acting.get((subject.case.id, seat)) if subject.case else None]

    def in_town(self, subject: Subject, *roles: str) -> list[str]:
        """The posts of some roles in the town of the case, or of the unit that is meant."""
        unit = self.units.by_id[subject.case.unit_id].code if subject.case else subject.unit
        return self._with_posts(self.units.town_of(unit), roles)

    def at_work(self, unit: str) -> list[str]:
        """The posts at work in a unit."""
        return self._with_posts(unit, (AT_WORK[self.units.tier(unit)],))

    def heads(self, subject: Subject) -> Usernames:
        """The head of the day that the office set, else the town leaders."""
        return list(self.office.heads(self.today)) or self.in_town(subject, "leader")

    def deciders(self, subject: Subject) -> Usernames:
        """Who may be the second person: posts of the town that approve, and of an extension who leads the case."""
        if subject.able is not None:
            return sorted(subject.able)
        approve = tuple(role for role, granted in may.GRANTS.items() if may.APPROVE in granted)
        return [*self.in_town(subject, *approve), *(self.acting(subject, "lead") if subject.action == "extend" else ())]

    def account_deciders(self, subject: Subject) -> Usernames:
        """Who may be the second person about an account."""
        out = [name or "" for name in (subject.named["asker"], subject.named["account_holder"])]
        return account_deciders(self.session, self.units, self.office, self.today, unit=subject.unit, leave_out=out)

    def readers(self, subject: Subject) -> Usernames:
        """Who may read accusations in the town of the case."""
        return self.in_town(subject, *(role for role, granted in may.GRANTS.items() if may.SEALED in granted))

    def makers(self, subject: Subject) -> Usernames:
        """Who makes the rounds of the village."""
        return [user.username for _role, user in self._villages.get(subject.unit, [])]

    def cadres(self, subject: Subject) -> Usernames:
        """The cadres of the village; whoever makes its rounds when it has none."""
        some = self._villages.get(subject.unit, [])
        return [user.username for role, user in some if role == "village"] or self.makers(subject)

    def _with_posts(self, unit: str, roles: tuple[str, ...]) -> list[str]:
        if (unit, roles) not in self._posts:
            found = people_within(self.session, frozenset({self.units.id_of[unit]}), self.today, *roles)
            self._posts[unit, roles] = [user.username for user in found]
        return self._posts[unit, roles]

    @cached_property
    def _acting(self) -> dict[tuple[int, str], str | None]:
        ids = {subject.case.id for subject in self.subjects if subject.case}
        person = who_answers_for(self.session, self.today)
        query = select(CaseSeat.case_id, CaseSeat.seat, person).where(CaseSeat.case_id.in_(ids))
        return {(row[0], row[1]): row[2] for row in self.session.execute(query)}

    @cached_property
    def _villages(self) -> dict[str, list[tuple[str, User]]]:
        ids = {self.units.id_of[subject.unit] for subject in self.subjects if subject.unit}
        found = people_of_villages(self.session, ids, self.today)
        return {self.units.by_id[unit_id].code: people for unit_id, people in found.items()}


def _named(word: str) -> Callable[[People, Subject], Usernames]:
    return lambda _people, subject: [subject.named[word]]


NAMED_BY_THE_ACT = (
    "holder", "deputy", "asker", "issuer", "writer", "mediator", "co_handler", "main_handler", "visitor",
    "account_holder",
)  # fmt: skip
WORDS: dict[str, Callable[[People, Subject], Usernames]] = {
    "charged": People.charged,
    "lead": lambda people, subject: people.acting(subject, "lead"),
    "liaison": lambda people, subject: people.acting(subject, "liaison"),
    "seat": lambda people, subject: people.acting(subject, subject.seat),
    "office": lambda people, subject: people.in_town(subject, "office"),
    "leaders": lambda people, subject: people.in_town(subject, "leader"),
    "admins": lambda people, subject: people.in_town(subject, "admin"),
    "heads": People.heads,
    "deciders": People.deciders,
    "unit": lambda people, subject: people.at_work(subject.unit),
    "readers": People.readers,
    "makers": People.makers,
    "cadres": People.cadres,
    "account_deciders": People.account_deciders,
    **{word: _named(word) for word in NAMED_BY_THE_ACT},
}
