"""催办: urging who owes something on a case, on the record."""

from __future__ import annotations

from caseapp.actions.cases import case_for
from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.actions.notices import tell_of_urging
from caseapp.actions.supervision import may_supervise
from caseapp.domain.deadlines.queries import item_owed
from caseapp.domain.teams.queries.acting import acts_in
from caseapp.kernel.errors import N_, NotAllowed, RuleViolation


def urge(ctx: Ctx, number: str, kind: str) -> str:
    """Urge whoever answers for a due item of a case: they find it in their inbox, once a day however often it is
    pressed. Who supervises the case may, and who leads it. Returns the full name. Raises RuleViolation, NotAllowed."""
    case = case_for(ctx, number)
    if not may_supervise(ctx, case) and acts_in(ctx.session, case.id, "lead", ctx.today) != ctx.actor.username:
        raise NotAllowed(N_("who leads the case or supervises it urges"))
    item = item_owed(ctx.session, ctx.actor, case.id, kind, ctx.today, ctx.units)
    if item is None or item.person is None:
        raise RuleViolation("", N_("nobody in a seat owes this now"))
    if item.person == ctx.actor.username:
        raise RuleViolation("", N_("this is yours to do"))
    tell_of_urging(ctx, item)
    note(ctx, "urged", number, kind=kind, person=item.person)
    return item.responsible
