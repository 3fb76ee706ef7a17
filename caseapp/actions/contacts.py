"""Showing telephone numbers, addresses and identity numbers of a case."""

from __future__ import annotations

from caseapp.actions.cases import case_for
from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.models import CaseParty
from caseapp.kernel.errors import N_, RuleViolation


def reveal_contacts(ctx: Ctx, number: str, reason: str) -> list[CaseParty]:
    """Show telephone numbers, addresses and identity numbers of the parties of a case to somebody whose work needs
    them; with a reason, and on record. Raises RuleViolation without a reason."""
    case = case_for(ctx, number)
    ctx.actor.demand(may.CONTACTS)
    if not reason.strip():
        raise RuleViolation("reason", N_("say why you need the telephone numbers and addresses"))
    note(ctx, "contacts_revealed", number, reason=reason.strip())
    return list(case.parties)
