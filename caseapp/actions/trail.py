"""What was tried, seen or taken away, put down by the edges in a transaction of its own: also when the act it belongs
to was not kept. What is repeated is written once an hour, and what nobody in particular tries is counted."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, func, select, update

from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.db import insert_new
from caseapp.domain.audit.models import NOT_THERE, AuditEntry, StrayTries
from caseapp.domain.audit.stray import MOST_ORIGINS, MOST_ROWS, OTHERS, hour_of
from caseapp.kernel.clock import WRONG_BY
from caseapp.kernel.errors import CaseappError, OutOfScope

REFUSED = "refused"
MOST_REFUSALS = 100
"""So many refusals of one person are written down in an hour; the next ones are counted."""


def note_refusal(ctx: Ctx, subject: str, why: CaseappError, **tried: Any) -> None:
    """Put down that somebody was refused: what they tried, of which case or account, and why. The same try again in the
    same hour is not written again, and beyond a hundred in an hour they are counted."""
    told = {**tried, "why": why.message}
    if isinstance(why, OutOfScope):
        told[NOT_THERE] = True
    if why.params:
        told["values"] = {name: str(value)[:60] for name, value in why.params.items()}
    if _noted_this_hour(ctx, REFUSED, subject[:120], told):
        return
    if _refusals_this_hour(ctx) >= MOST_REFUSALS:
        count_stray(ctx, REFUSED, ctx.actor.username)
    else:
        note(ctx, "refused", subject[:120], **told)


def note_once_an_hour(ctx: Ctx, action: str, subject: str, /, **detail: Any) -> None:
    """Put down that somebody looked at something or took it away; looking again in the same hour is the same look."""
    if not _noted_this_hour(ctx, action, subject, detail):
        note(ctx, action, subject, **detail)


def _noted_this_hour(ctx: Ctx, action: str, subject: str, detail: dict[str, Any]) -> bool:
    same = AuditEntry.subject.concat("") == subject  # past the index of subjects: what others did there costs nothing
    found = select(AuditEntry.detail).where(*_this_hour(ctx, action), same)
    return any(detail.items() <= kept.items() for kept in ctx.session.scalars(found))


def _refusals_this_hour(ctx: Ctx) -> int:
    return ctx.session.scalar(select(func.count()).where(*_this_hour(ctx, REFUSED))) or 0


def _this_hour(ctx: Ctx, action: str) -> tuple[Any, ...]:
    mine = AuditEntry.actor == ctx.actor.username, AuditEntry.action == action
    return *mine, AuditEntry.at.between(hour_of(ctx.now), ctx.now + WRONG_BY)


def note_failed_login(ctx: Ctx, username: str, *, known: bool, throttled: bool) -> None:
    """Count a failed login by its network. That of an account there is stands in the log too, once an hour, so that a
    storm of guesses leaves the log readable."""
    count_stray(ctx, "login_failed", ctx.network)
    if known:
        note_once_an_hour(ctx, "login_failed", username[:60], throttled=throttled)


def count_stray(ctx: Ctx, kind: str, origin: str = OTHERS) -> None:
    """Count one more try of a kind from an origin, with the same work for the first and any other. There is a bound to
    how many origins are told apart in an hour, and to how many lines are kept at all."""
    hour = hour_of(ctx.now)
    if not _has_room(ctx, kind, origin):
        origin = OTHERS
    row = {"kind": kind, "hour": hour, "origin": origin}
    ctx.session.execute(insert_new(ctx.session, StrayTries).values(**row, tries=0, last_at=ctx.now))
    more = update(StrayTries).filter_by(**row).values(tries=StrayTries.tries + 1, last_at=ctx.now)
    ctx.session.execute(more)
    _make_room(ctx)


def _has_room(ctx: Ctx, kind: str, origin: str) -> bool:
    here = StrayTries.kind == kind, StrayTries.hour == hour_of(ctx.now)
    origins = set(ctx.session.scalars(select(StrayTries.origin).where(*here)))
    return origin in origins or len(origins) < MOST_ORIGINS


def _make_room(ctx: Ctx) -> None:
    """Let go of the oldest hour when there are more lines than are kept."""
    if (ctx.session.scalar(select(func.count()).select_from(StrayTries)) or 0) > MOST_ROWS:
        oldest = select(func.min(StrayTries.hour)).scalar_subquery()
        ctx.session.execute(delete(StrayTries).where(StrayTries.hour == oldest))
