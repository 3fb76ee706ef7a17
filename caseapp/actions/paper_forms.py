"""What forms are filled with, as far as who asks may see it."""

from __future__ import annotations

from collections.abc import Sequence

from caseapp.actions.contacts import reveal_contacts
from caseapp.actions.context import Ctx
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.events import Party
from caseapp.domain.cases.history import History
from caseapp.domain.cases.models import Case
from caseapp.domain.documents.queries import papers_of
from caseapp.domain.issuing.kinds import ISSUED
from caseapp.domain.issuing.queries import letters_of
from caseapp.domain.people.queries import names_of
from caseapp.papers.forms.facts import Beside, FormFacts, facts_of
from caseapp.papers.letters import letter_name


def facts_for_forms(ctx: Ctx, case: Case, history: History, *, contacts_for: str = "") -> FormFacts:
    """What stands in the forms of a case. Telephone numbers and addresses are there where something is named that they
    are wanted for, and the actor may see them; that they were shown is on record."""
    return facts_of(history, _parties(ctx, case, history, contacts_for), ctx.office, _beside(ctx, case, history))


def _parties(ctx: Ctx, case: Case, history: History, contacts_for: str) -> Sequence[Party]:
    if not contacts_for or not ctx.actor.may(may.CONTACTS):
        return [Party(one.role, one.name) for one in history.now.parties]
    told = reveal_contacts(ctx, case.number, contacts_for)
    return [Party(one.role, one.name, one.phone, address=one.address) for one in told]


def _beside(ctx: Ctx, case: Case, history: History) -> Beside:
    lead = history.now.seats.get("lead")
    names = names_of(ctx.session, {lead.holder}) if lead else {}
    issued = [one for one in letters_of(ctx.session, case.id) if one.state in ISSUED]
    return Beside(
        ctx.today, ctx.units.full_name(history.head.unit), names.get(lead.holder, lead.holder) if lead else "",
        [letter_name(one.kind, one.number) for one in issued], papers_of(ctx.session, case.id),
    )  # fmt: skip
