"""One petition joins a matter of many people: asked for with its registration, agreed to one by one or all at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from caseapp.actions.assigning import register_assigned
from caseapp.actions.cases import Act, RegisterCase, decide, propose
from caseapp.actions.context import Ctx
from caseapp.domain.cases.events import Head
from caseapp.domain.cases.matters import JOIN
from caseapp.domain.cases.models import Case, Proposal
from caseapp.domain.cases.queries.matters import asked_to_join
from caseapp.domain.moves.queries.deciding import may_decide
from caseapp.kernel.errors import N_, NotAllowed, RuleViolation

JUST_LOGGED = 2
"""So many events has a case at most that was just logged: its registration, and that it was assigned from above."""


def register_for(ctx: Ctx, command: RegisterCase, assigned: Mapping[str, Any] | None, matter: str) -> Case:
    """Log a case with what was ``assigned`` from above, if anything was; with the number of a ``matter`` it is asked
    that it be handled with that. By a form that comes again, it was asked for already, or joined. Raises RuleViolation
    where it cannot be, and then nothing is logged."""
    if matter:
        _check_may_join(command.head)
    case = register_assigned(ctx, command, assigned)
    if matter and case.length <= JUST_LOGGED and not case.matter:
        propose(ctx, Act(case.number, JOIN, {"of": matter}))
    return case


def _check_may_join(head: Head) -> None:
    """Asked beforehand: its logger may not see it afterwards."""
    if head.track != "petition" or head.sealed or head.about:
        raise RuleViolation("track", N_("only a petition that is no accusation and complains of nobody joins a matter"))


def agree_to_all(ctx: Ctx, case: Case) -> int:
    """Agree to all requests that a petition be handled with a case that the actor may decide; how many they were. All
    of them, or none. Raises NotAllowed where there is none for them, RuleViolation where one is not possible."""
    mine = [one for one in asked_to_join(ctx.session, ctx.actor, case.number) if may_decide(ctx, one.case, one)]
    if not mine:
        raise NotAllowed(N_("a second person decides this, whose post may approve"))
    locked = select(Proposal.id).where(Proposal.id.in_([one.id for one in mine])).order_by(Proposal.id)
    ctx.session.execute(locked.with_for_update())  # as each decision does: the requests first, then the cases
    for one in mine:
        decide(ctx, one.id, approved=True)
    return len(mine)
