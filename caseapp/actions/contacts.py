"""Showing telephone numbers, addresses and identity numbers of a case, and finding cases by one."""

from __future__ import annotations

from caseapp.actions.cases import case_for
from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.models import Case, CaseParty
from caseapp.domain.cases.texts import read_text
from caseapp.domain.search.contacts import numbers_typed
from caseapp.domain.search.queries.contacts import cases_with
from caseapp.kernel.errors import N_, RuleViolation

LONGEST_REASON, MOST_FOUND = 500, 50


def look_up_number(ctx: Ctx, number: str, reason: str) -> list[Case]:
    """The cases one sees that have a party with a telephone or identity number, the latest first, and so many at most;
    with a reason, and on record: an entry of its own for each case that was found, so that whoever is not to know of
    one reads of none. Nobody is found who is in no case that one sees, and accusations are not looked through. Raises
    NotAllowed, RuleViolation."""
    ctx.actor.demand(may.CONTACTS)
    told = numbers_typed(number)
    if not told:
        raise RuleViolation("number", N_("give the whole number: six figures at least"))
    why = read_text(reason, "reason", needed=True, limit=LONGEST_REASON)
    found = cases_with(ctx.session, ctx.actor, told, MOST_FOUND)
    for subject in [case.number for case in found] or [""]:
        note(ctx, "number_looked_up", subject, reason=why)
    return found


def reveal_contacts(ctx: Ctx, number: str, reason: str) -> list[CaseParty]:
    """Show telephone numbers, addresses and identity numbers of the parties of a case to somebody whose work needs
    them; with a reason, and on record. Raises RuleViolation without a reason."""
    case = case_for(ctx, number)
    ctx.actor.demand(may.CONTACTS)
    if not reason.strip():
        raise RuleViolation("reason", N_("say why you need the telephone numbers and addresses"))
    note(ctx, "contacts_revealed", number, reason=reason.strip())
    return list(case.parties)
