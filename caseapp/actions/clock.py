"""After a clock was set forward by mistake and put right: what it left in the future and is no record goes."""

from __future__ import annotations

from sqlalchemy import delete, select

from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.domain.audit.models import JobRun
from caseapp.domain.people.models import LoginAttempt, LoginSession
from caseapp.domain.receipts.models import TrackAttempt
from caseapp.domain.verification.queries.ahead import Ahead, moments_ahead
from caseapp.kernel.clock import WRONG_BY, show_instant


def mend_clock(ctx: Ctx) -> list[Ahead]:
    """Forget runs of jobs, end logins and forget failed tries that lie in the future. What is on record (entries of
    cases, the audit log) stays as it was put down. Returns what lay there; on record when there was anything."""
    found, after = moments_ahead(ctx.session, ctx.now), ctx.now + WRONG_BY
    for login in ctx.session.scalars(
        select(LoginSession).where(LoginSession.seen_at > after, LoginSession.ended_at.is_(None))
    ):
        login.ended_at = ctx.now
    ctx.session.execute(delete(JobRun).where(JobRun.ran_at > after))
    ctx.session.execute(delete(LoginAttempt).where(LoginAttempt.at > after))
    ctx.session.execute(delete(TrackAttempt).where(TrackAttempt.at > after))
    if found:
        told = {one.kind: one.count for one in found}
        note(ctx, "clock_mended", "", latest=show_instant(max(one.latest for one in found)), **told)
    return found
