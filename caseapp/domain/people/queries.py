"""Reading users, their posts and sessions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from caseapp.db import Instant, plain_rows
from caseapp.db.among import among
from caseapp.domain.org.models import DUTIES, TREE, Mark, Unit
from caseapp.domain.org.parts import TreePart
from caseapp.domain.org.queries import lies_within
from caseapp.domain.people.logins import CODE_WITHIN, IDLE, LONGEST, Counter, Visitor, digest_of
from caseapp.domain.people.models import (
    Absence,
    AccountAct,
    EntryCode,
    KnownDevice,
    LoginAttempt,
    LoginSession,
    Post,
    RecoveryCode,
    SecondFactor,
    User,
)
from caseapp.domain.people.roles import VILLAGE_ROLES
from caseapp.kernel.clock import WRONG_BY, local_day

Where = frozenset[int] | Sequence[TreePart] | None
"""Some units, each named; all that lie within some; or wherever."""


def user_named(session: Session, username: str) -> User | None:
    """The user of a name, active or not."""
    return session.scalar(select(User).where(User.username == username).options(selectinload(User.posts)))


def all_users(session: Session) -> list[User]:
    """All users with their posts, in order of name."""
    return list(session.scalars(select(User).options(selectinload(User.posts)).order_by(User.username)))


def active_names(session: Session) -> list[tuple[str, str]]:
    """User names and full names of all who have an open account, in order of name."""
    query = select(User.username, User.full_name).where(User.active).order_by(User.username)
    return [(name, full_name) for name, full_name in session.execute(query)]


def posts_on(user: User, day: date) -> list[Post]:
    """The posts a user holds on a day."""
    return [post for post in user.posts if post.started_on <= day and (post.ended_on is None or day < post.ended_on)]


def names_of(session: Session, usernames: set[str]) -> dict[str, str]:
    """Full names by username, for those who have an account."""
    return {username: name for username, (name, _phone) in names_and_phones(session, usernames).items()}


def called(session: Session, full_name: str) -> list[str]:
    """The user names of the accounts with a full name."""
    return list(session.scalars(select(User.username).where(User.full_name == full_name)))


def names_and_phones(session: Session, usernames: set[str]) -> dict[str, tuple[str, str]]:
    """Full names and office telephone numbers of officials by username, for those who have an account."""
    asked = select(User.username, User.full_name, User.phone).where(User.username.in_(usernames))
    return {row.username: (row.full_name, row.phone) for row in session.execute(asked)} if usernames else {}


@dataclass
class Told:
    """What a page says of an official: full name, office telephone number, and the posts they hold, as role and unit;
    of a closed account none."""

    name: str
    phone: str
    posts: set[tuple[str, int]] = field(default_factory=set)


def people_told(session: Session, usernames: set[str], day: date) -> dict[str, Told]:
    """What a page says of some officials, for those who have an account."""
    found: dict[str, Told] = {}
    for username, name, phone, role, unit_id in plain_rows(session, _told(day), {"usernames": sorted(usernames)}):
        told = found.setdefault(username, Told(name, phone))
        if role is not None:
            told.posts.add((role, unit_id))
    return found


@lru_cache(maxsize=4)
def _told(day: date) -> Select[*tuple[Any, ...]]:
    query = select(User.username, User.full_name, User.phone, Post.role, Post.unit_id)
    query = query.outerjoin(Post, and_(Post.user_id == User.id, User.active, held_on(day)))
    return query.where(among(User.username, "usernames"))


def held_on(day: date, post: type[Post] = Post) -> ColumnElement[bool]:
    """Posts that are held on a day."""
    return and_(post.started_on <= day, or_(post.ended_on.is_(None), post.ended_on > day))


def posts_of(session: Session, usernames: Iterable[str]) -> list[tuple[str, Post]]:
    """Every post that some people ever held, each with whose it is."""
    query = select(User.username, Post).join(Post, Post.user_id == User.id).where(User.username.in_(list(usernames)))
    return [(username, post) for username, post in session.execute(query.order_by(Post.id))]


def people_within(session: Session, where: Where, day: date, *roles: str) -> list[User]:
    """Active users with a post in some of these units on a day, of one of these roles or of any, in order of name."""
    posts = select(Post.user_id).where(held_on(day))
    if where is not None:
        posts = posts.where(
            Post.unit_id.in_(where) if isinstance(where, frozenset) else lies_within(Post.unit_id, where)
        )
    if roles:
        posts = posts.where(Post.role.in_(roles))
    return list(session.scalars(select(User).where(User.id.in_(posts), User.active).order_by(User.full_name)))


def people_of_villages(session: Session, unit_ids: Iterable[int], day: date) -> dict[int, list[tuple[str, User]]]:
    """Who works in some villages or their groups on a day: role and account, in order of name, by village."""
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


def people_who_left(session: Session, day: date) -> list[User]:
    """Whose account is closed, or one of whose posts ended by a day, with their posts, in order of name."""
    ended = select(Post.user_id).where(Post.ended_on <= day)
    query = select(User).where(or_(~User.active, User.id.in_(ended))).options(selectinload(User.posts))
    return list(session.scalars(query.order_by(User.full_name, User.id)))


def is_away(session: Session, username: str, day: date) -> bool:
    """Whether somebody has a recorded absence on a day (AB角)."""
    running = Absence.from_on <= day, Absence.to_on >= day, or_(Absence.ended_on.is_(None), Absence.ended_on > day)
    query = select(Absence.id).where(Absence.username == username, *running)
    return session.scalar(query.limit(1)) is not None


def absences_from(session: Session, day: date, usernames: set[str] | None = None) -> list[tuple[Absence, str]]:
    """Absences not over by a day, soonest first, with full names; of some people, or of everybody."""
    query = (
        select(Absence, User.full_name)
        .join(User, User.username == Absence.username)
        .where(Absence.to_on >= day, or_(Absence.ended_on.is_(None), Absence.ended_on > day))
        .order_by(Absence.from_on, Absence.id)
    )
    if usernames is not None:
        query = query.where(Absence.username.in_(usernames))
    return [(absence, name) for absence, name in session.execute(query)]


@dataclass(frozen=True)
class LiveLogin:
    """A login that is live: how far it is, when it was last seen, whose it is, the posts they hold that day (role and
    unit), the version of the tree, and the day for which the rows of today stand."""

    stage: str
    seen_at: datetime
    username: str
    full_name: str
    posts: tuple[tuple[str, int], ...]
    version: str
    stands_for: str


def live_login(session: Session, session_id: str, now: datetime) -> LiveLogin | None:
    """A login that is neither ended, nor idle for 30 minutes, nor older than 12 hours, nor without its second factor,
    of an active user: one query, which every page begins with."""
    since = {"idle": now - IDLE, "oldest": now - LONGEST, "ahead": now + WRONG_BY}
    rows = plain_rows(session, _live(), {"id": session_id, "day": local_day(now), **since})
    if not rows:
        return None
    stage, seen_at, username, full_name, version, stands_for = rows[0][:6]
    posts = tuple((row.role, row.unit_id) for row in rows if row.role is not None)
    return LiveLogin(stage, seen_at, username, full_name, posts, version or "", stands_for or "")


@cache
def _live() -> Select[*tuple[Any, ...]]:
    day = bindparam("day", type_=Date)
    held = and_(Post.started_on <= day, or_(Post.ended_on.is_(None), Post.ended_on > day))
    return (
        select(
            LoginSession.stage, LoginSession.seen_at, User.username, User.full_name,
            *(select(Mark.value).where(Mark.name == name).scalar_subquery() for name in (TREE, DUTIES)),
            Post.role, Post.unit_id,
        )
        .join(User, User.id == LoginSession.user_id)
        .outerjoin(Post, and_(Post.user_id == User.id, held))
        .where(LoginSession.id == bindparam("id"), LoginSession.stage != "code", User.active)
        .where(_is_live(*(bindparam(name, type_=Instant()) for name in ("idle", "oldest", "ahead"))))
        .order_by(Post.id)
    )  # fmt: skip


def _is_live(idle: Any, oldest: Any, ahead: Any) -> ColumnElement[bool]:
    seen = LoginSession.seen_at.between(idle, ahead)  # one that was seen in the future would never end
    return and_(LoginSession.ended_at.is_(None), seen, LoginSession.started_at >= oldest)


def waiting_login(session: Session, session_id: str, now: datetime) -> tuple[LoginSession, User] | None:
    """A login that waits for the code of the second factor: ten minutes at most."""
    found = session.execute(
        select(LoginSession, User)
        .join(User, User.id == LoginSession.user_id)
        .where(LoginSession.id == session_id, LoginSession.stage == "code", LoginSession.ended_at.is_(None))
        .where(LoginSession.started_at.between(now - CODE_WITHIN, now + WRONG_BY), User.active)
        .options(selectinload(User.posts))
    ).one_or_none()
    return (found[0], found[1]) if found else None


def live_logins(session: Session, user_id: int, now: datetime) -> list[LoginSession]:
    """Where somebody is logged in, the latest first."""
    mine = LoginSession.user_id == user_id, LoginSession.stage != "code"
    query = select(LoginSession).where(*mine, _is_live(now - IDLE, now - LONGEST, now + WRONG_BY))
    return list(session.scalars(query.order_by(LoginSession.started_at.desc())))


def is_throttled(session: Session, some: Iterable[Counter], now: datetime) -> bool:
    """Whether one of the counters had all its failed tries within the time."""
    some, ahead = list(some), now + WRONG_BY
    recent = or_(*(and_(LoginAttempt.key == one.key, LoginAttempt.at.between(now - one.within, ahead)) for one in some))
    query = select(LoginAttempt.key, func.count()).where(recent).group_by(LoginAttempt.key)
    tries = {row[0]: row[1] for row in session.execute(query)}
    return any(tries.get(one.key, 0) >= one.most for one in some)


def known_device(session: Session, user: User | None, visitor: Visitor) -> KnownDevice | None:
    """The device that knocks, when this user logged in on it before."""
    if user is None or not visitor.token:
        return None
    digest = digest_of("token", visitor.token)
    return session.scalar(select(KnownDevice).where(KnownDevice.digest == digest, KnownDevice.user_id == user.id))


def factor_of(session: Session, user: User) -> SecondFactor | None:
    """The second factor of somebody, set up or about to be."""
    return session.get(SecondFactor, user.id)


def has_factor(session: Session, user: User) -> bool:
    """Whether somebody has set up a second factor."""
    found = factor_of(session, user)
    return found is not None and bool(found.secret)


def entry_code_of(session: Session, user: User, now: datetime) -> EntryCode | None:
    """The one-time code of an account that can still be used."""
    live = and_(EntryCode.user_id == user.id, EntryCode.ended_at.is_(None), EntryCode.until > now)
    return session.scalar(select(EntryCode).where(live).order_by(EntryCode.id.desc()).limit(1))


def unused_recovery_codes(session: Session, user: User) -> list[RecoveryCode]:
    """The recovery codes that are left."""
    query = select(RecoveryCode).where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    return list(session.scalars(query))


def waiting_acts(session: Session) -> list[AccountAct]:
    """What waits for a second person, the oldest first."""
    return list(session.scalars(select(AccountAct).where(AccountAct.state == "waiting").order_by(AccountAct.id)))


def acts_about(session: Session, username: str, most: int = 20) -> list[AccountAct]:
    """What was done or asked about somebody's account, the latest first."""
    query = select(AccountAct).where(AccountAct.username == username).order_by(AccountAct.id.desc())
    return list(session.scalars(query.limit(most)))


def untold_acts(session: Session, username: str) -> list[AccountAct]:
    """What was done to somebody's account, or refused, of which they were not told after logging in."""
    theirs = (AccountAct.username == username, AccountAct.state != "waiting", AccountAct.told_at.is_(None))
    return list(session.scalars(select(AccountAct).where(*theirs).order_by(AccountAct.id)))


def acts_numbered(session: Session, ids: Iterable[int]) -> dict[int, AccountAct]:
    """Some acts on accounts, by their numbers."""
    ids = list(ids)
    if not ids:
        return {}
    return {act.id: act for act in session.scalars(select(AccountAct).where(AccountAct.id.in_(ids)))}
