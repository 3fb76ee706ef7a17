"""What a village says beside its month's figures: submitted to the town, or returned by it."""

from __future__ import annotations

from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.domain.access import permissions as may
from caseapp.domain.reports.models import MonthNote
from caseapp.domain.reports.queries import frozen_reports, notes_of
from caseapp.kernel.errors import N_, NotAllowed, OutOfScope, RuleViolation
from caseapp.kernel.periods import Month

DRAFTS_FROM = 25


def may_submit(ctx: Ctx, unit: str, month: Month) -> bool:
    """Whether the actor submits a village's month now: from the 25th on."""
    place = ctx.units.place(unit)
    own = place.tier == "village" and ctx.units.id_of[unit] in ctx.actor.units_with(may.WORK)
    return own and has_drafts(ctx, month)


def has_drafts(ctx: Ctx, month: Month) -> bool:
    """Whether the villages' drafts of a month are open."""
    return ctx.today >= month.window.start.replace(day=DRAFTS_FROM)


def submit_note(ctx: Ctx, unit: str, month: Month, problems: str, plans: str) -> MonthNote:
    """A village submits its month with what it says beside the figures: from the 25th on, until the town's month is
    frozen. Raises RuleViolation, NotAllowed."""
    if not may_submit(ctx, unit, month):
        if has_drafts(ctx, month):
            raise NotAllowed(N_("your posts do not allow this"))
        raise RuleViolation("month", N_("a month is submitted from its %(day)dth on"), day=DRAFTS_FROM)
    _refuse_settled(ctx, unit, month)
    if not (problems.strip() or plans.strip()):
        raise RuleViolation("problems", N_("a few words are needed"))
    kept = notes_of(ctx.session, [ctx.units.id_of[unit]], month).get(ctx.units.id_of[unit])
    kept = kept or MonthNote(unit_id=ctx.units.id_of[unit], month=str(month))
    kept.problems, kept.plans = problems.strip()[:2000], plans.strip()[:2000]
    kept.state, kept.by, kept.at, kept.remark = "submitted", ctx.actor.username, ctx.now, ""
    ctx.session.add(kept)
    note(ctx, "month_submitted", unit, month=str(month))
    return kept


def return_note(ctx: Ctx, unit: str, month: Month, reason: str) -> MonthNote:
    """The town returns a village's month with a reason. Raises RuleViolation, NotAllowed, OutOfScope."""
    if ctx.units.id_of[ctx.units.place(unit).code] not in ctx.actor.units_with(may.FREEZE):
        raise NotAllowed(N_("your posts do not allow this"))
    _refuse_settled(ctx, unit, month)
    kept = notes_of(ctx.session, [ctx.units.id_of[unit]], month).get(ctx.units.id_of[unit])
    if kept is None:
        raise OutOfScope(N_("there is no such report"))
    if not reason.strip():
        raise RuleViolation("reason", N_("a few words are needed"))
    kept.state, kept.remark = "returned", reason.strip()[:500]
    note(ctx, "month_returned", unit, month=str(month))
    return kept


def _refuse_settled(ctx: Ctx, unit: str, month: Month) -> None:
    town = ctx.units.id_of[ctx.units.town_of(unit)]
    if frozen_reports(ctx.session, town, month):
        raise RuleViolation(
            "month", N_("%(month)s is frozen at the town: nothing is submitted any more"), month=str(month)
        )
