"""One-time codes: with one of them the holder of an account sets a password that nobody else ever knows."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from caseapp.actions.context import Ctx
from caseapp.actions.passwords import NONE
from caseapp.domain.people.logins import digest_of
from caseapp.domain.people.models import EntryCode, KnownDevice, LoginSession, User
from caseapp.domain.people.queries import entry_code_of
from caseapp.kernel.signs import new_signs, read_signs

LENGTH, VALID = 12, timedelta(days=3)


def start_afresh(ctx: Ctx, user: User) -> str:
    """End the password, the sessions and the known devices of an account, and make a one-time code with which its
    holder begins anew. Whoever knew the old password is out. The code comes back this once."""
    user.password_hash = NONE
    end_sessions(ctx, user)
    forget_devices(ctx, user)
    return make_code(ctx, user)


def make_code(ctx: Ctx, user: User) -> str:
    """A one-time code in place of those there are: valid for three days, kept as a digest."""
    _end_codes(ctx, user)
    code = new_signs(LENGTH)
    made = {"made_by": ctx.actor.username, "made_at": ctx.now, "until": ctx.now + VALID}
    ctx.session.add(EntryCode(user_id=user.id, digest=_digest(user, code), **made))
    return code


def is_code(ctx: Ctx, user: User | None, typed: str) -> bool:
    """Whether a code is the one of an account."""
    found = entry_code_of(ctx.session, user, ctx.now) if user is not None and user.active else None
    return found is not None and user is not None and found.digest == _digest(user, read_signs(typed, LENGTH))


def use_code(ctx: Ctx, user: User) -> None:
    """The code was used; it is none any more."""
    _end_codes(ctx, user)


def _end_codes(ctx: Ctx, user: User) -> None:
    live = select(EntryCode).where(EntryCode.user_id == user.id, EntryCode.ended_at.is_(None))
    for code in ctx.session.scalars(live):
        code.ended_at = ctx.now


def _digest(user: User, code: str) -> str:
    return digest_of("entry", f"{user.id}:{code}")


def end_sessions(ctx: Ctx, user: User) -> None:
    """End every session of an account."""
    live = select(LoginSession).where(LoginSession.user_id == user.id, LoginSession.ended_at.is_(None))
    for begun in ctx.session.scalars(live):
        begun.ended_at = ctx.now


def forget_devices(ctx: Ctx, user: User) -> None:
    """Know none of the devices of an account any more."""
    for device in ctx.session.scalars(select(KnownDevice).where(KnownDevice.user_id == user.id)):
        ctx.session.delete(device)
