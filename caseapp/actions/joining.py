"""One petition joins a matter of many people: asked for with its registration, agreed to one by one or all at once."""

from __future__ import annotations

from caseapp.actions.cases import Act, case_for, decide, propose
from caseapp.actions.context import Ctx
from caseapp.domain.cases.matters import JOIN
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries.matters import asked_to_join
from caseapp.domain.moves.queries.deciding import may_decide
from caseapp.kernel.errors import N_, NotAllowed


def ask_to_join(ctx: Ctx, number: str, matter: str) -> None:
    """Ask that a petition that was just logged be handled with another case; logged again by the same form, it was
    asked for already. Raises RuleViolation where it cannot be, and then nothing is logged."""
    case = case_for(ctx, number)
    if case.length == 1:
        propose(ctx, Act(number, JOIN, {"of": matter}))


def agree_to_all(ctx: Ctx, case: Case) -> int:
    """Agree to all requests that a petition be handled with a case that the actor may decide; how many they were. All
    of them, or none. Raises NotAllowed where there is none for them, RuleViolation where one is not possible."""
    mine = [one for one in asked_to_join(ctx.session, ctx.actor, case.number) if may_decide(ctx, one.case, one)]
    if not mine:
        raise NotAllowed(N_("a second person decides this, whose post may approve"))
    for one in mine:
        decide(ctx, one.id, approved=True)
    return len(mine)
