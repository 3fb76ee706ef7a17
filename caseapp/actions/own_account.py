"""What everybody does with their own account: the password, the second factor, where they are logged in."""

from __future__ import annotations

from datetime import timedelta

from caseapp.actions.context import Ctx
from caseapp.actions.entry_codes import end_sessions, forget_devices
from caseapp.actions.journal import note
from caseapp.actions.passwords import is_right, put_password
from caseapp.actions.second_factor import begin_factor, confirm_factor, new_recovery_codes
from caseapp.actions.trail import note_failed_login
from caseapp.domain.people.logins import TRIES, Counter, digest_of
from caseapp.domain.people.models import LoginAttempt, LoginSession, User
from caseapp.domain.people.queries import has_factor, is_throttled, live_logins, user_named
from caseapp.kernel.errors import N_, OutOfScope, RuleViolation, TooMany

FRESH = timedelta(minutes=10)
"""So long after a login nobody is asked for the password again before setting up a second factor for the first time."""


def own(ctx: Ctx) -> User:
    """The account of who acts."""
    user = user_named(ctx.session, ctx.actor.username)
    assert user is not None
    return user


def change_password(ctx: Ctx, present: str, password: str) -> None:
    """A new password in place of the present one. Every session ends, and the devices are known no more. Raises
    RuleViolation, TooMany."""
    user = own(ctx)
    check_present(ctx, user, present)
    put_password(ctx, user, password)
    end_sessions(ctx, user)
    forget_devices(ctx, user)
    note(ctx, "password_set", user.username)


def check_present(ctx: Ctx, user: User, present: str) -> None:
    """Ask for the present password: a telephone left lying open is not enough. Raises RuleViolation, TooMany."""
    if is_throttled(ctx.session, [_counter(user)], ctx.now):
        raise TooMany(N_("There were too many wrong tries. Wait a quarter of an hour."))
    if not is_right(user, present):
        raise RuleViolation("present", N_("this is not the present password"))


def put_down_wrong_try(ctx: Ctx) -> None:
    """A wrong present password counts, though nothing else of the act is kept."""
    user = own(ctx)
    ctx.session.add(LoginAttempt(key=_counter(user).key, at=ctx.now))
    note_failed_login(ctx, user.username, known=True, throttled=False)


def _counter(user: User) -> Counter:
    return Counter(digest_of("own", user.username), TRIES)


def handle_of(session_id: str) -> str:
    """How a page names a session without giving it away."""
    return digest_of("session", session_id)[:16]


def end_session(ctx: Ctx, handle: str) -> None:
    """End one of one's own sessions. Raises OutOfScope."""
    found = next((one for one in live_logins(ctx.session, own(ctx).id, ctx.now) if handle_of(one.id) == handle), None)
    if found is None:
        raise OutOfScope(N_("there is no such session"))
    found.ended_at = ctx.now
    note(ctx, "session_ended", ctx.actor.username, device=found.device)


def end_other_sessions(ctx: Ctx, this: str) -> int:
    """End all of one's own sessions but the one that asks, and forget the devices. Returns how many were ended."""
    user = own(ctx)
    others = [one for one in live_logins(ctx.session, user.id, ctx.now) if one.id != this]
    for one in others:
        one.ended_at = ctx.now
    forget_devices(ctx, user)
    note(ctx, "sessions_ended", user.username, count=len(others))
    return len(others)


def must_say_password(ctx: Ctx, user: User, session_id: str) -> bool:
    """Whether the present password is asked for before a second factor is set up: in place of another one always, and
    some minutes after the login."""
    begun = ctx.session.get_one(LoginSession, session_id)
    return has_factor(ctx.session, user) or ctx.now - begun.started_at > FRESH


def begin_own_factor(ctx: Ctx, session_id: str, present: str) -> None:
    """Make a secret, to be confirmed with its first code. Raises RuleViolation, TooMany."""
    user = own(ctx)
    if must_say_password(ctx, user, session_id):
        check_present(ctx, user, present)
    begin_factor(ctx, user)


def confirm_own_factor(ctx: Ctx, session_id: str, typed: str) -> list[str]:
    """Take the first code; a login that waited for it is a full one from now on. Returns the recovery codes. Raises
    RuleViolation."""
    codes = confirm_factor(ctx, own(ctx), typed)
    ctx.session.get_one(LoginSession, session_id).stage = "full"
    return codes


def renew_recovery_codes(ctx: Ctx, present: str) -> list[str]:
    """Ten recovery codes in place of those there are. Raises RuleViolation, TooMany."""
    user = own(ctx)
    check_present(ctx, user, present)
    if not has_factor(ctx.session, user):
        raise RuleViolation("present", N_("there is no second factor yet"))
    note(ctx, "recovery_codes_made", user.username)
    return new_recovery_codes(ctx, user)
