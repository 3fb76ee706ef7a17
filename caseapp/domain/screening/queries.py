"""Reading screening rounds: what villages owe and have not done, what is on record. Cases come through ``scope``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Select,
    String,
    and_,
    column,
    exists,
    func,
    or_,
    select,
    true,
    values,
)
from sqlalchemy.orm import Session, aliased

from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.models import Case
from caseapp.domain.org.models import Unit
from caseapp.domain.org.office import OfficeRules
from caseapp.domain.people.models import Post, User
from caseapp.domain.people.queries import held_on
from caseapp.domain.screening.models import ScreeningCorrection, ScreeningFinding, ScreeningMember, ScreeningRound
from caseapp.domain.screening.rounds import Round, rounds_kept

VILLAGE_ROLES = ("village", "liaison", "grid")
AHEAD = timedelta(days=7)
Clause = ColumnElement[bool]


def own_villages(actor: Actor) -> Clause:
    """Villages in which an actor works: as its cadre, its liaison cadre or a grid official of one of its groups."""
    posts = [office.above for office in actor.offices if office.role in VILLAGE_ROLES]
    return and_(Unit.tier == "village", Unit.id.in_(frozenset().union(*posts)))


def seen_villages(actor: Actor) -> Clause:
    """Villages whose rounds an actor sees: by a post that reads there, or because they work there."""
    if actor.is_system:
        return Unit.tier == "village"
    return and_(Unit.tier == "village", or_(Unit.id.in_(actor.units_with(may.READ)), own_villages(actor)))


def worked_since() -> Any:
    """The first day on which somebody had a post in a village that makes its rounds; a subquery beside ``Unit``."""
    place = aliased(Unit)
    return (
        select(func.min(Post.started_on))
        .join(place, place.id == Post.unit_id)
        .where(Post.role.in_(VILLAGE_ROLES), or_(place.id == Unit.id, place.parent_id == Unit.id))
        .correlate(Unit)
        .scalar_subquery()
    )


@dataclass(frozen=True)
class OwedRound:
    """A round that a village owes and has not done."""

    unit_id: int
    code: str
    village: str
    round: Round


class OwedList:
    """What is owed and not done at the end of a day: one object for lists, badges and notices, several in a statement.

    A village owes the rounds that began since rounds are kept and since somebody first had a post there.
    """

    def __init__(self, actor: Actor, office: OfficeRules, day: date) -> None:
        self.actor, self.day = actor, day
        self.rounds = rounds_kept(office, day)

    @cached_property
    def _kept(self) -> CTE:
        columns = (column("first_on", Date), column("last_on", Date), column("first_day", String))
        rows = [(one.first, one.last, one.first.isoformat()) for one in self.rounds]
        return values(*columns, name="kept").data(rows).cte("kept_round")

    def select(self, *columns: Any, where: Clause | None = None) -> Select[Any]:
        """Columns of the villages and of the rounds they owe. Only when ``rounds`` has any."""
        kept = self._kept.c
        done = exists().where(ScreeningRound.unit_id == Unit.id, ScreeningRound.first_on == kept.first_on)
        return (
            select(*columns)
            .select_from(Unit)
            .join(self._kept, true())
            .where(
                seen_villages(self.actor), kept.first_on >= worked_since(), ~done, true() if where is None else where
            )
        )

    @property
    def late(self) -> Clause:
        """Due before the day."""
        return self._kept.c.last_on < self.day

    @property
    def near(self) -> Clause:
        """Late, or due within a week."""
        return self._kept.c.last_on <= self.day + AHEAD

    @property
    def today(self) -> Clause:
        """Late, or due on the day."""
        return self._kept.c.last_on <= self.day

    def due_on(self, day: date) -> Clause:
        """Due on some day."""
        return self._kept.c.last_on == day

    @property
    def mine(self) -> Clause:
        """Owed by a village in which the actor works."""
        return own_villages(self.actor)

    @staticmethod
    def within(unit_ids: Iterable[int]) -> Clause:
        """Owed by some of these villages."""
        return Unit.id.in_(list(unit_ids))

    def task_columns(self) -> tuple[Any, ...]:
        """Id, name and code of the village; the round's first day as a text, and the day it is due."""
        kept = self._kept.c
        return Unit.id, Unit.name, Unit.code, kept.first_day, kept.last_on

    def count(self, where: Clause) -> Any:
        """How many, as a subquery for every page."""
        return self.select(func.count(), where=where).scalar_subquery()

    def rows(self, session: Session, *where: Clause) -> list[OwedRound]:
        """The rounds that are owed, longest due first."""
        if not self.rounds:
            return []
        by_first = {one.first: one for one in self.rounds}
        kept = self._kept.c
        query = self.select(Unit.id, Unit.code, Unit.name, kept.first_on, where=and_(true(), *where))
        found = session.execute(query.order_by(kept.last_on, Unit.code))
        return [OwedRound(unit_id, code, name, by_first[first]) for unit_id, code, name, first in found]


@dataclass(frozen=True)
class Village:
    """A village whose rounds somebody sees, and since when people have posts there."""

    id: int
    code: str
    name: str
    since: date | None


def villages_seen(session: Session, actor: Actor, *where: Clause) -> list[Village]:
    """The villages whose rounds an actor sees, in order of code."""
    query = select(Unit.id, Unit.code, Unit.name, worked_since()).where(seen_villages(actor), *where)
    return [Village(*row) for row in session.execute(query.order_by(Unit.code))]


def village_seen(session: Session, actor: Actor, code: str) -> Village | None:
    """One village whose rounds an actor sees."""
    return next(iter(villages_seen(session, actor, Unit.code == code)), None)


@dataclass(frozen=True)
class DoneRound:
    """A round on record as somebody sees it: ``found`` counts the cases they may see, as if there were no others."""

    made: ScreeningRound
    found: int
    signer: str


def done_rounds(session: Session, actor: Actor, unit_ids: Iterable[int], since: date) -> list[DoneRound]:
    """Rounds on record of some villages, of those that began on a day or later."""
    return _done(session, actor, ScreeningRound.unit_id.in_(list(unit_ids)), ScreeningRound.first_on >= since)


def done_round(session: Session, actor: Actor, unit_id: int, first: date) -> DoneRound | None:
    """The round of a village that begins on a day, when it is on record."""
    found = _done(session, actor, ScreeningRound.unit_id == unit_id, ScreeningRound.first_on == first)
    return next(iter(found), None)


def _done(session: Session, actor: Actor, *where: Clause) -> list[DoneRound]:
    found = (
        select(func.count())
        .where(ScreeningFinding.round_id == ScreeningRound.id, scope(actor, ScreeningFinding.case_id))
        .correlate(ScreeningRound)
        .scalar_subquery()
    )
    query = (
        select(ScreeningRound, found, func.coalesce(User.full_name, ScreeningRound.signed_by))
        .outerjoin(User, User.username == ScreeningRound.signed_by)
        .where(*where)
    )
    return [DoneRound(*row) for row in session.execute(query)]


def findings(session: Session, actor: Actor, round_id: int) -> list[tuple[Case, datetime]]:
    """The cases of a round that an actor may see, in the order they were registered, each with when it was added."""
    query = (
        select(Case, ScreeningFinding.added_at)
        .join(ScreeningFinding, ScreeningFinding.case_id == Case.id)
        .where(ScreeningFinding.round_id == round_id, scope(actor, Case.id))
        .order_by(Case.registered_at, Case.id)
    )
    return [(case, added_at) for case, added_at in session.execute(query)]


def members_of(session: Session, round_id: int) -> list[tuple[str, str]]:
    """Who went on a round: username and full name, in order of name."""
    name = func.coalesce(User.full_name, ScreeningMember.username)
    query = (
        select(ScreeningMember.username, name)
        .outerjoin(User, User.username == ScreeningMember.username)
        .where(ScreeningMember.round_id == round_id)
        .order_by(name)
    )
    return [(username, full_name) for username, full_name in session.execute(query)]


def corrections(session: Session, round_id: int) -> list[tuple[ScreeningCorrection, str]]:
    """What was corrected of a round, latest first, each with the full name of who did."""
    query = (
        select(ScreeningCorrection, func.coalesce(User.full_name, ScreeningCorrection.made_by))
        .outerjoin(User, User.username == ScreeningCorrection.made_by)
        .where(ScreeningCorrection.round_id == round_id)
        .order_by(ScreeningCorrection.id.desc())
    )
    return [(row, name) for row, name in session.execute(query)]


def round_of(session: Session, unit_id: int, first: date) -> ScreeningRound | None:
    """The round of a village that begins on a day, when it is on record; locked."""
    query = select(ScreeningRound).where(ScreeningRound.unit_id == unit_id, ScreeningRound.first_on == first)
    return session.scalar(query.with_for_update())


def people_of_villages(session: Session, unit_ids: Iterable[int], day: date) -> dict[int, list[tuple[str, User]]]:
    """Who makes the rounds of some villages on a day: role and account, in order of name, by village."""
    place = aliased(Unit)
    query = (
        select(Unit.id, Post.role, User)
        .join(place, or_(place.id == Unit.id, place.parent_id == Unit.id))
        .join(Post, Post.unit_id == place.id)
        .join(User, User.id == Post.user_id)
        .where(Unit.id.in_(list(unit_ids)), Post.role.in_(VILLAGE_ROLES), held_on(day), User.active)
        .order_by(User.full_name, User.id)
    )
    found: dict[int, list[tuple[str, User]]] = {}
    for unit_id, role, user in session.execute(query):
        found.setdefault(unit_id, []).append((role, user))
    return found
