"""Reading screening rounds: what villages owe and have not done, what is on record. Cases come through ``scope``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Integer,
    Select,
    Subquery,
    and_,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy import case as sa_case
from sqlalchemy.orm import Session, aliased

from caseapp.db import plain_rows
from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import SYSTEM, Actor
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.models import Case
from caseapp.domain.org.models import Unit
from caseapp.domain.org.office import OfficeRules
from caseapp.domain.org.queries import lies_within
from caseapp.domain.people.models import Post, User
from caseapp.domain.people.roles import VILLAGE_ROLES
from caseapp.domain.screening.models import ScreeningCorrection, ScreeningFinding, ScreeningMember, ScreeningRound
from caseapp.domain.screening.rounds import Round, RoundTally, rounds_kept
from caseapp.kernel.periods import Window

AHEAD = timedelta(days=7)
ISO = len("2026-11-16")
Clause = ColumnElement[bool]


def own_villages(actor: Actor) -> Clause:
    """Villages in which an actor works: as its cadre, its liaison cadre or a grid official of one of its groups."""
    posts = [office.above for office in actor.offices if office.role in VILLAGE_ROLES]
    return and_(Unit.tier == "village", Unit.id.in_(frozenset().union(*posts)))


def seen_villages(actor: Actor) -> Clause:
    """Villages whose rounds an actor sees: by a post that reads there, or because they work there."""
    if actor.is_system:
        return Unit.tier == "village"
    return and_(Unit.tier == "village", or_(lies_within(Unit.id, actor.parts_with(may.READ)), own_villages(actor)))


def there_on(day: date) -> Clause:
    """Villages that were not merged or closed by a day: from then on they owe nothing."""
    return or_(Unit.closed_on.is_(None), Unit.closed_on > day)


@lru_cache(maxsize=64)
def _calendar(rounds: tuple[Round, ...]) -> CTE:
    """Rounds as rows, out of one text: so a statement stays the same from day to day, and is compiled once."""
    days = literal("".join(one.first.isoformat() + one.last.isoformat() for one in rounds))
    begin = select(literal_column("0", Integer).label("nth")).cte("place", recursive=True)
    after = begin.c.nth + literal_column("1")
    nth = begin.union_all(select(after).where(after < len(rounds))).c.nth
    places = (nth * literal_column(f"{2 * ISO}") + literal_column(f"{at}") for at in (1, 1 + ISO))
    first, last = (func.substr(days, place, ISO) for place in places)
    columns = func.date(first, type_=Date).label("first_on"), func.date(last, type_=Date).label("last_on")
    found = select(*columns, first.label("first_day")).cte("kept_round")
    return found.prefix_with("MATERIALIZED", dialect="postgresql")


@cache
def _worked() -> Subquery:
    """Since when somebody first had a post in each village that makes its rounds; worked out once a statement."""
    place = aliased(Unit)
    village = sa_case((place.tier == "village", place.id), else_=place.parent_id)
    return (
        select(village.label("village_id"), func.min(Post.started_on).label("since"))
        .join(Post, Post.unit_id == place.id)
        .where(Post.role.in_(VILLAGE_ROLES))
        .group_by(village)
        .subquery()
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
        self._kept = _calendar(self.rounds)

    def select(self, *columns: Any, where: Clause | None = None) -> Select[Any]:
        """Columns of the villages and of the rounds they owe. Only when ``rounds`` has any."""
        kept, worked, made = self._kept.c, _worked(), ScreeningRound
        by_then = (made.unit_id == Unit.id, made.first_on == kept.first_on, made.signed_on <= self.day)
        return (
            select(*columns)
            .select_from(Unit)
            .join(worked, worked.c.village_id == Unit.id)
            .join(self._kept, kept.first_on >= worked.c.since)
            .where(seen_villages(self.actor), there_on(self.day), ~exists().where(*by_then))
            .where(true() if where is None else where)
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

    def counts(self) -> Subquery:
        """How many are near and mine, and how many are late: one row, for every page."""
        mine, late = (func.count().filter(where) for where in (and_(self.near, self.mine), self.late))
        return self.select(mine.label("mine"), late.label("late")).subquery()

    def tally(self, session: Session, where: Clause, due: Window) -> RoundTally:
        """Rounds due in some days, done or not: how many, how many on record, how many of those late."""
        kept, worked, made = self._kept.c, _worked(), ScreeningRound
        query = (
            select(func.count(), func.count(made.id), func.count().filter(made.signed_on > made.last_on))
            .select_from(Unit)
            .join(worked, worked.c.village_id == Unit.id)
            .join(self._kept, and_(kept.first_on >= worked.c.since, kept.last_on.between(due.start, due.end)))
            .outerjoin(made, and_(made.unit_id == Unit.id, made.first_on == kept.first_on))
            .where(seen_villages(self.actor), or_(Unit.closed_on.is_(None), Unit.closed_on > kept.last_on), where)
        )
        return RoundTally(*session.execute(query).one())

    def rows(self, session: Session, *where: Clause) -> list[OwedRound]:
        """The rounds that are owed, longest due first."""
        return self.read(session, self.asking(*where))

    def asking(self, *where: Clause) -> Select[Any]:
        """What asks for them."""
        columns = Unit.id, Unit.code, Unit.name, self._kept.c.first_on
        return self.select(*columns, where=and_(true(), *where)).order_by(self._kept.c.last_on, Unit.code)

    def read(self, session: Session, asking: Select[Any]) -> list[OwedRound]:
        """The answer to that."""
        by_first = {one.first: one for one in self.rounds}
        found = plain_rows(session, asking) if self.rounds else ()
        return [OwedRound(unit_id, code, name, by_first[first]) for unit_id, code, name, first in found]


def tally(session: Session, office: OfficeRules, unit_ids: Iterable[int], due: Window, day: date) -> RoundTally:
    """The rounds of some villages that fell or fall due in some days, as they stand on a day."""
    owed = OwedList(SYSTEM, office, day)
    if not owed.rounds:
        return RoundTally(0, 0, 0)
    return owed.tally(session, owed.within(unit_ids), due)


@dataclass(frozen=True)
class Village:
    """A village whose rounds somebody sees, and since when people have posts there."""

    id: int
    code: str
    name: str
    since: date | None


def villages_seen(session: Session, actor: Actor, *where: Clause) -> list[Village]:
    """The villages whose rounds an actor sees, in order of code."""
    worked = _worked()
    query = select(Unit.id, Unit.code, Unit.name, worked.c.since).outerjoin(worked, worked.c.village_id == Unit.id)
    query = query.where(seen_villages(actor), *where)
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
