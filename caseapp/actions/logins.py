"""Logging in and out, and the sessions that come of it."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.actions.passwords import is_right
from caseapp.actions.trail import note_failed_login
from caseapp.domain.people.models import LoginAttempt, LoginSession
from caseapp.domain.people.queries import is_throttled, user_named


def log_in(ctx: Ctx, username: str, password: str) -> LoginSession | None:
    """Begin a session, or None: five failed tries in fifteen minutes close an account for as long; an unknown name is
    answered the same, and takes as long."""
    user = user_named(ctx.session, username)
    throttled = is_throttled(ctx.session, username, ctx.now)
    right = is_right(user, password)
    if throttled or user is None or not user.active or not right:
        if not throttled:
            ctx.session.add(LoginAttempt(username=username[:60], at=ctx.now))
        note_failed_login(ctx, username, known=user is not None, throttled=throttled)
        return None
    session = LoginSession(id=secrets.token_urlsafe(32), user_id=user.id, started_at=ctx.now, seen_at=ctx.now)
    ctx.session.add(session)
    note(ctx, "login", user.username)
    return session


def log_out(ctx: Ctx, session_id: str) -> None:
    """End one session."""
    found = ctx.session.get(LoginSession, session_id)
    if found is not None and found.ended_at is None:
        found.ended_at = ctx.now
        note(ctx, "logout", ctx.actor.username)


def see(session: Session, session_id: str, now: datetime) -> None:
    """Put down that a session was in use."""
    session.get_one(LoginSession, session_id).seen_at = now
