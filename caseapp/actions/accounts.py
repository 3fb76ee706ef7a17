"""Users, their posts and passwords; logging in and out."""

from __future__ import annotations

import secrets
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import update
from sqlalchemy.orm import Session

from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.actions.shadow import grow_circles
from caseapp.domain.access import permissions as may
from caseapp.domain.people.models import LoginAttempt, LoginSession, Post, User
from caseapp.domain.people.queries import is_throttled, user_named
from caseapp.domain.people.roles import ROLES
from caseapp.kernel.errors import N_, NotAllowed, OutOfScope, RuleViolation

SHORTEST_PASSWORD = 8
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _nobodys_hash() -> str:
    """A hash to check against when a name is unknown, so that the answer takes as long."""
    return HASHER.hash(secrets.token_hex(16))


def add_user(ctx: Ctx, username: str, full_name: str, password: str, *, phone: str = "") -> User:
    """A new account without posts. Raises RuleViolation."""
    username = username.strip()
    if not username or not username.isascii() or not username.replace("_", "").replace("-", "").isalnum():
        raise RuleViolation("username", N_("a user name is made of Latin letters, digits, - and _"))
    if len(username) > 60 or len(full_name.strip()) > 80:
        raise RuleViolation("username", N_("a user name has up to 60 characters, a full name up to 80"))
    if user_named(ctx.session, username) is not None:
        raise RuleViolation("username", N_("there is a user %(username)s already"), username=username)
    if not full_name.strip():
        raise RuleViolation("full_name", N_("the full name is missing"))
    user = User(
        username=username, full_name=full_name.strip(), phone=phone, active=True, created_at=ctx.now,
        password_hash=_hash(password),
    )  # fmt: skip
    ctx.session.add(user)
    ctx.session.flush()  # posts need the id
    note(ctx, "user_added", username)
    return user


def _hash(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise RuleViolation("password", N_("a password has %(count)d characters or more"), count=SHORTEST_PASSWORD)
    return HASHER.hash(password)


def add_post(ctx: Ctx, user: User, role: str, unit: str) -> Post:
    """Give a user a post: a role at a unit. What complains of them is closed to the new colleagues too. Raises
    RuleViolation."""
    if role not in ROLES:
        raise RuleViolation(
            "role", N_("there is no role %(role)s; the roles are %(roles)s"), role=role, roles=", ".join(ROLES)
        )
    place = ctx.units.place(unit)
    if any(post.role == role and post.unit_id == ctx.units.id_of[unit] and not post.ended_on for post in user.posts):
        raise RuleViolation("role", N_("%(name)s holds this post already"), name=user.full_name)
    post = Post(role=role, unit_id=ctx.units.id_of[place.code], started_on=ctx.today)
    user.posts.append(post)
    ctx.session.flush()  # so that the post shows in what the same transaction reads
    note(ctx, "post_added", user.username, role=role, unit=unit)
    grow_circles(ctx, [user.username])
    return post


def end_post(ctx: Ctx, username: str, post_id: int) -> None:
    """End a post from today. What it was is kept."""
    user = account(ctx, username)
    for post in user.posts:
        if post.id == post_id and post.ended_on is None:
            post.ended_on = ctx.today
            note(ctx, "post_ended", username, role=post.role, unit=ctx.units.by_id[post.unit_id].code)
            return
    raise OutOfScope(N_("there is no such post"))


def set_active(ctx: Ctx, username: str, *, active: bool) -> None:
    """Disable an account, ending its sessions, or enable it again. Nobody disables their own."""
    user = account(ctx, username)
    if user.username == ctx.actor.username:
        raise NotAllowed(N_("nobody disables their own account"))
    user.active = active
    _end_sessions(ctx, user)
    note(ctx, "user_enabled" if active else "user_disabled", username)


def set_password(ctx: Ctx, username: str, password: str) -> None:
    """A new password; every session of the account ends."""
    user = account(ctx, username)
    user.password_hash = _hash(password)
    _end_sessions(ctx, user)
    note(ctx, "password_set", username)


def account(ctx: Ctx, username: str) -> User:
    """The account of a name, for who may manage it. Raises OutOfScope, NotAllowed."""
    ctx.actor.demand(may.ACCOUNTS)
    user = user_named(ctx.session, username)
    if user is None:
        raise OutOfScope(N_("there is no such user"))
    return user


def log_in(ctx: Ctx, username: str, password: str) -> LoginSession | None:
    """Begin a session, or None: five failed tries in fifteen minutes close an account for as long; an unknown name is
    answered the same, and takes as long."""
    user = user_named(ctx.session, username)
    throttled = is_throttled(ctx.session, username, ctx.now)
    right = _matches(user.password_hash if user else _nobodys_hash(), password)
    if throttled or user is None or not user.active or not right:
        if not throttled:
            ctx.session.add(LoginAttempt(username=username[:60], at=ctx.now))
        note(ctx, "login_failed", username[:60], throttled=throttled)
        return None
    session = LoginSession(id=secrets.token_urlsafe(32), user_id=user.id, started_at=ctx.now, seen_at=ctx.now)
    ctx.session.add(session)
    note(ctx, "login", user.username)
    return session


def _matches(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password)
    except VerificationError:
        return False


def log_out(ctx: Ctx, session_id: str) -> None:
    """End one session."""
    found = ctx.session.get(LoginSession, session_id)
    if found is not None and found.ended_at is None:
        found.ended_at = ctx.now
        note(ctx, "logout", ctx.actor.username)


def _end_sessions(ctx: Ctx, user: User) -> None:
    ctx.session.execute(
        update(LoginSession)
        .where(LoginSession.user_id == user.id, LoginSession.ended_at.is_(None))
        .values(ended_at=ctx.now)
    )


def see(session: Session, session_id: str, now: datetime) -> None:
    """Put down that a session was in use."""
    session.get_one(LoginSession, session_id).seen_at = now
