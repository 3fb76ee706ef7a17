"""The second factor: setting it up, holding a code against it, its recovery codes, ending it.

A secret is read and written here alone, by ``_kept`` and ``_secret_of``: to encrypt secrets, these two change.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from unicodedata import normalize

from sqlalchemy import select

from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.domain.org.queries import is_demo
from caseapp.domain.people.logins import digest_of, needs_factor
from caseapp.domain.people.models import RecoveryCode, SecondFactor, User
from caseapp.domain.people.queries import factor_of, unused_recovery_codes
from caseapp.domain.people.totp import SECRET_BYTES, as_secret, matching_step
from caseapp.kernel.errors import N_, RuleViolation
from caseapp.kernel.signs import new_signs, read_signs

RECOVERY_CODES, RECOVERY_LENGTH = 10, 12


def is_required(ctx: Ctx, roles: Iterable[str]) -> bool:
    """Whether some roles log in with a second factor today: from the day on that the office set, never in the demo."""
    return needs_factor(roles) and ctx.office.second_factor_from(ctx.today) <= ctx.today and not is_demo(ctx.session)


def begin_factor(ctx: Ctx, user: User) -> str:
    """A new secret, which counts as soon as a first code of it was typed; until then the old one does."""
    row = factor_of(ctx.session, user)
    if row is None:
        row = SecondFactor(user_id=user.id, secret="", last_step=0)
        ctx.session.add(row)
    secret = as_secret(secrets.token_bytes(SECRET_BYTES))
    row.waiting = _kept(secret)
    return secret


def waiting_secret(ctx: Ctx, user: User) -> str:
    """The secret that waits for its first code; empty when none does."""
    row = factor_of(ctx.session, user)
    return _secret_of(row.waiting) if row else ""


def confirm_factor(ctx: Ctx, user: User, typed: str) -> list[str]:
    """Take the first code of a new secret, and make recovery codes, which are shown this once. Raises RuleViolation."""
    row = factor_of(ctx.session, user)
    secret = _secret_of(row.waiting) if row else ""
    step = matching_step(secret, _figures(typed), ctx.now, 0) if secret else None
    if row is None or step is None:
        raise RuleViolation("code", N_("this is not the code that the app shows now"))
    replaced = bool(row.secret)
    row.secret, row.waiting, row.last_step, row.since = row.waiting, "", step, ctx.now
    note(ctx, "factor_replaced" if replaced else "factor_set_up", user.username)
    return new_recovery_codes(ctx, user)


def new_recovery_codes(ctx: Ctx, user: User) -> list[str]:
    """Ten codes in place of those there are."""
    _drop(ctx, RecoveryCode, user)
    codes = [new_signs(RECOVERY_LENGTH) for _ in range(RECOVERY_CODES)]
    ctx.session.add_all(RecoveryCode(user_id=user.id, digest=_digest(user, code)) for code in codes)
    return codes


def takes_code(ctx: Ctx, user: User, typed: str) -> bool:
    """Whether a code is right: of the app, not one that was taken before, or a recovery code, which is used up."""
    row = factor_of(ctx.session, user)
    if row is None or not row.secret:
        return False
    ctx.session.refresh(row, with_for_update=True)
    step = matching_step(_secret_of(row.secret), _figures(typed), ctx.now, row.last_step)
    if step is not None:
        row.last_step = step
        return True
    return _use_recovery_code(ctx, user, typed)


def _use_recovery_code(ctx: Ctx, user: User, typed: str) -> bool:
    digest = _digest(user, read_signs(typed, RECOVERY_LENGTH))
    for row in unused_recovery_codes(ctx.session, user):
        if secrets.compare_digest(row.digest, digest):
            row.used_at = ctx.now
            note(ctx, "recovery_code_used", user.username)
            return True
    return False


def drop_factor(ctx: Ctx, user: User) -> None:
    """End the second factor of an account; who decides that is ``actions/account_acts.py``."""
    _drop(ctx, SecondFactor, user)
    _drop(ctx, RecoveryCode, user)


def _drop(ctx: Ctx, table: type[SecondFactor | RecoveryCode], user: User) -> None:
    for row in ctx.session.scalars(select(table).where(table.user_id == user.id)).all():
        ctx.session.delete(row)
    ctx.session.flush()


def _digest(user: User, code: str) -> str:
    return digest_of("recovery", f"{user.id}:{code}")


def _figures(typed: str) -> str:
    return "".join(normalize("NFKC", typed).split())[:20]


def _kept(secret: str) -> str:
    """How a secret lies in the database."""
    return secret


def _secret_of(kept: str) -> str:
    """The secret that lies there."""
    return kept
