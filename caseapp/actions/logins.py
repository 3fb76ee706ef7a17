"""Logging in: the password, the one-time code, the code of the second factor; and logging out."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from caseapp.actions.context import Ctx
from caseapp.actions.entry_codes import is_code, use_code
from caseapp.actions.journal import note
from caseapp.actions.passwords import is_right, put_password
from caseapp.actions.second_factor import is_required, takes_code
from caseapp.actions.trail import note_failed_login
from caseapp.domain.people.logins import (
    KEPT,
    Counter,
    Visitor,
    asks_for_code,
    code_counter,
    counters,
    digest_of,
    id_of_login,
    place_counter,
)
from caseapp.domain.people.models import KnownDevice, LoginAttempt, LoginSession, User
from caseapp.domain.people.queries import has_factor, is_throttled, known_device, posts_on, user_named, waiting_login
from caseapp.kernel.errors import N_, TooMany

NOBODY = Visitor()


def log_in(ctx: Ctx, username: str, password: str, visitor: Visitor = NOBODY) -> LoginSession | None:
    """Begin a session, or None. Whoever failed too often is refused even with the right password; a wrong name, a wrong
    password, a disabled account and too many tries are answered the same, and take as long."""
    user = _locked(ctx, username)
    device = known_device(ctx.session, user, visitor)
    some = counters(username, visitor, known=device is not None)
    throttled = is_throttled(ctx.session, some, ctx.now)
    right = is_right(user, password)
    if throttled or user is None or not user.active or not right:
        _failed(ctx, username, some, known=user is not None, throttled=throttled)
        return None
    return _begin(ctx, user, device, visitor)


def _locked(ctx: Ctx, username: str) -> User | None:
    """The account of a name, locked, so that tries at it come one after another."""
    user = user_named(ctx.session, username)
    if user is not None:
        ctx.session.refresh(user, ["password_hash", "active"], with_for_update=True)
    return user


def _failed(ctx: Ctx, username: str, some: Iterable[Counter], *, known: bool, throttled: bool) -> None:
    """Put down a failed try, under everything it counts for. Those beyond the bound count no more."""
    if not throttled:
        ctx.session.execute(delete(LoginAttempt).where(LoginAttempt.at < ctx.now - KEPT))
        ctx.session.add_all(LoginAttempt(key=one.key, at=ctx.now) for one in some)
    note_failed_login(ctx, username, known=known, throttled=throttled)


def _begin(ctx: Ctx, user: User, device: KnownDevice | None, visitor: Visitor) -> LoginSession:
    """A session as far as the password goes: the second factor may still be asked for, or to be set up."""
    roles = [post.role for post in posts_on(user, ctx.today)]
    stage = "full"
    if has_factor(ctx.session, user):
        stage = "code" if asks_for_code(roles, device.factor_at if device else None, ctx.now) else "full"
    elif is_required(ctx, roles):
        stage = "enrol"
    return _session(ctx, user, visitor, stage)


def _session(ctx: Ctx, user: User, visitor: Visitor, stage: str) -> LoginSession:
    token = secrets.token_urlsafe(32)
    begun = LoginSession(
        id=id_of_login(token), user_id=user.id, started_at=ctx.now, seen_at=ctx.now, stage=stage,
        device=visitor.device[:80],
    )  # fmt: skip
    begun.token = token
    ctx.session.add(begun)
    note(ctx, "login" if stage != "code" else "password_given", user.username)
    return begun


def enter_with_code(
    ctx: Ctx, username: str, code: str, password: str, visitor: Visitor = NOBODY
) -> LoginSession | None:
    """Set a password with the one-time code, and begin a session; None when name and code do not belong together, the
    code is older than three days or was used. Nobody guesses such a code, so wrong tries count under the address alone,
    and no stranger keeps the holder out. Raises RuleViolation."""
    user = _locked(ctx, username)
    some = [place_counter(visitor)]
    throttled = is_throttled(ctx.session, some, ctx.now)
    if throttled or user is None or not is_code(ctx, user, code):
        _failed(ctx, username, some, known=user is not None, throttled=throttled)
        return None
    put_password(ctx, user, password)
    use_code(ctx, user)
    note(ctx, "password_set", user.username)
    return _begin(ctx, user, None, visitor)


def give_code(ctx: Ctx, token: str, typed: str, visitor: Visitor = NOBODY) -> LoginSession | None:
    """Finish a login with the code of the second factor; None when it is wrong. Raises TooMany, and after it the login
    is begun anew."""
    found = waiting_login(ctx.session, id_of_login(token), ctx.now)
    if found is None:
        raise TooMany(N_("This took too long, or there were too many tries. Log in once more."))
    waiting, user = found
    if is_throttled(ctx.session, [code_counter(user.username)], ctx.now):
        raise TooMany(N_("There were too many wrong codes. Wait a quarter of an hour, then log in once more."))
    if not takes_code(ctx, user, typed):
        _failed(ctx, user.username, [code_counter(user.username)], known=True, throttled=False)
        return None
    waiting.ended_at = ctx.now
    return _session(ctx, user, visitor, "full")


def remember_device(ctx: Ctx, begun: LoginSession, visitor: Visitor, *, factor_given: bool) -> str:
    """Know the device of a full login again. Returns the token for its cookie.

    A device that another account was used on before gets a new token, so that a token planted by somebody else is worth
    nothing."""
    user = ctx.session.get_one(User, begun.user_id)
    device, token = known_device(ctx.session, user, visitor), visitor.token
    if device is None:
        token = secrets.token_urlsafe(32)
        _renew_token(ctx, visitor.token, token)
        device = KnownDevice(user_id=user.id, digest=digest_of("token", token), first_at=ctx.now)
        ctx.session.add(device)
    if factor_given:
        device.factor_at = ctx.now
    return token


def _renew_token(ctx: Ctx, old: str, new: str) -> None:
    for device in ctx.session.scalars(select(KnownDevice).where(KnownDevice.digest == digest_of("token", old))):
        device.digest = digest_of("token", new)


def log_out(ctx: Ctx, session_id: str) -> None:
    """End one session."""
    found = ctx.session.get(LoginSession, session_id)
    if found is not None and found.ended_at is None:
        found.ended_at = ctx.now
        note(ctx, "logout", ctx.actor.username)


def see(session: Session, session_id: str, now: datetime) -> None:
    """Put down that a session was in use."""
    session.get_one(LoginSession, session_id).seen_at = now


def session_of(session: Session, session_id: str) -> LoginSession:
    """A login by its id."""
    return session.get_one(LoginSession, session_id)
