"""What the discipline contact does about a report of pressure."""

from __future__ import annotations

from caseapp.actions.context import Ctx
from caseapp.domain.access import permissions as may
from caseapp.domain.receipts.models import PressureNote
from caseapp.domain.receipts.queries import find_pressure
from caseapp.kernel.errors import N_, OutOfScope, RuleViolation


def note_done(ctx: Ctx, report_id: int, text: str, *, done: bool) -> None:
    """Put down what was done about a report, and whether that is all. It stands with the report and nowhere else: an
    entry of the audit log would tell others that there is one. Raises NotAllowed, OutOfScope, RuleViolation."""
    ctx.actor.demand(may.PRESSURE)
    found = find_pressure(ctx.session, ctx.actor, report_id)
    if found is None:
        raise OutOfScope(N_("nothing of this kind was told"))
    if not text.strip():
        raise RuleViolation("text", N_("a few words are needed"))
    report, _case = found
    report.notes.append(PressureNote(by=ctx.actor.username, at=ctx.now, text=text.strip()))
    if done and report.done_at is None:
        report.done_at = ctx.now
