"""回避: who declares an interest is out of the case at once; coming back takes two others (信访工作条例 art. 28)."""

from __future__ import annotations

from caseapp.actions.cases import case_for
from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.actions.shadow import bring_in_line
from caseapp.actions.taking_back import take_back_request
from caseapp.domain.access import permissions as may
from caseapp.domain.access.models import Interest
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries.belonging import case_of, locked
from caseapp.domain.receipts.queries import waits_for_alone
from caseapp.kernel.errors import N_, Conflict, NotAllowed, OutOfScope, RuleViolation

NO_DECLARATION = N_("there is no such declaration")


def declare_interest(ctx: Ctx, number: str, reason: str = "") -> None:
    """Declare an interest in a case, or in a party of it. Needs nobody's leave; from now on the declarer sees nothing
    of the case, is given nothing of it, and the deputy acts in their seat. Raises RuleViolation while a petitioner told
    them, and nobody else, of pressure: it would be read by nobody."""
    case = case_for(ctx, number, for_update=True)
    if waits_for_alone(ctx.session, ctx.units, case, ctx.actor.username, ctx.today):
        raise RuleViolation("", N_("what the petitioner told waits for you alone: see to it first"))
    ctx.session.add(
        Interest(case_id=case.id, username=ctx.actor.username, reason=reason.strip()[:500], declared_at=ctx.now)
    )
    bring_in_line(ctx, case)
    note(ctx, "interest_declared", number)


def undo(ctx: Ctx, interest_id: int) -> tuple[str, bool]:
    """Ask that a declared interest be taken back; or agree, when somebody else asked. Neither is the declarer.

    Returns the case and whether it was taken back. Raises OutOfScope, NotAllowed, Conflict.
    """
    interest, case = _standing(ctx, interest_id)
    if not may_undo(ctx, case):
        raise NotAllowed(N_("a second person decides this, whose post may approve"))
    if interest.undo_asked_by == ctx.actor.username:
        raise Conflict(N_("this was asked for already and waits for a second person"))
    if interest.undo_asked_by is None:
        interest.undo_asked_by = ctx.actor.username
        note(ctx, "interest_undo_asked", case.number, person=interest.username)
        return case.number, False
    interest.undone_by, interest.undone_at = ctx.actor.username, ctx.now
    bring_in_line(ctx, case)
    note(ctx, "interest_undone", case.number, person=interest.username)
    return case.number, True


def take_back_undo(ctx: Ctx, interest_id: int) -> str:
    """Who asked that an interest be taken back takes that back while it waits. Returns the case. Raises OutOfScope,
    NotAllowed."""
    interest, case = _standing(ctx, interest_id)
    take_back_request(ctx, interest.undo_asked_by, interest.undone_at, case.number, person=interest.username)
    interest.undo_asked_by = None
    return case.number


def may_undo(ctx: Ctx, case: Case) -> bool:
    """Whether the actor's posts have a say in who is out of a case."""
    return ctx.actor.holds(may.SEALED if case.sealed else may.APPROVE, case.places)


def _standing(ctx: Ctx, interest_id: int) -> tuple[Interest, Case]:
    """An interest that stands, of a case the actor sees: so the declarer finds none of their own."""
    interest = locked(ctx.session, Interest, interest_id, NO_DECLARATION)
    if interest.undone_at is not None:
        raise OutOfScope(NO_DECLARATION)
    return interest, case_of(ctx.session, ctx.actor, interest.case_id, NO_DECLARATION, for_update=True)
