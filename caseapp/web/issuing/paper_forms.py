"""/forms: forms to print and to finish by hand, filled from a case or blank, in Word and as a PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template
from flask_login import login_required

from caseapp.actions.cases import case_for
from caseapp.actions.contacts import reveal_contacts
from caseapp.db import db, unit_of_work
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.events import Party
from caseapp.domain.cases.queries import is_stub_for, load_history
from caseapp.domain.documents.queries import papers_of
from caseapp.domain.issuing.kinds import ISSUED
from caseapp.domain.issuing.queries import letters_of
from caseapp.domain.people.queries import names_of
from caseapp.kernel.errors import N_, OutOfScope
from caseapp.labels import label
from caseapp.papers.files import write_paper
from caseapp.papers.forms import FORMS, form_paper, forms_of
from caseapp.papers.forms.facts import Beside, facts_of
from caseapp.papers.letters import TITLES
from caseapp.web import trail
from caseapp.web.issuing.views import TYPES, fonts, sent
from caseapp.web.session import ctx, needs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from caseapp.domain.cases.history import History
    from caseapp.domain.cases.models import Case
    from caseapp.papers.forms import FormKind

room = Blueprint("paper_forms", __name__)


@room.get("/forms")
@needs(may.READ)
def listing() -> str:
    """The blank forms."""
    return render_template("issuing/forms.html", case=None, kinds=list(FORMS))


@room.get("/forms/of/<path:number>")
@login_required
def of_case(number: str) -> str:
    """The forms of a case."""
    case = _case(number)
    return render_template("issuing/forms.html", case=case, kinds=forms_of(case.track))


@room.get("/forms/<slug>/<form>/<path:number>")
@login_required
def file(slug: str, form: str, number: str) -> Response:
    """A form, filled from a case; who takes it stands in the audit log, and that telephone numbers and addresses were
    seen where they stand in it."""
    case = _case(number)
    if slug not in forms_of(case.track) or form not in TYPES:
        raise OutOfScope(N_("there is no such page"))
    history = load_history(db.session, case, ctx().units)
    with unit_of_work(db.session):
        parties = _parties(case, history, FORMS[slug])
    paper = form_paper(slug, facts_of(history, parties, ctx().office, _beside(case, history)))
    content = write_paper(paper, form, fonts())
    trail.seen("letter_taken", case.number, kind=slug, form=form)
    return sent(content, label("paper_form", slug), form)


@room.get("/forms/blank/<slug>.<form>")
@needs(may.READ)
def blank(slug: str, form: str) -> Response:
    """A form to fill in by hand."""
    if slug not in FORMS or form not in TYPES:
        raise OutOfScope(N_("there is no such page"))
    return sent(write_paper(form_paper(slug), form, fonts()), label("paper_form", slug), form)


def _case(number: str) -> Case:
    """A case the actor sees; an accusation has no forms, because they name who petitioned."""
    case = case_for(ctx(), number)
    if case.sealed or is_stub_for(ctx().actor, case):
        raise OutOfScope(N_("there is no such page"))
    return case


def _parties(case: Case, history: History, kind: FormKind) -> Sequence[Party]:
    """The parties; where the form asks for it, and the actor may see them, with telephone numbers and addresses."""
    if not kind.contacts or not ctx().actor.may(may.CONTACTS):
        return history.now.parties
    told = reveal_contacts(ctx(), case.number, kind.title)
    return [Party(one.role, one.name, one.phone, address=one.address) for one in told]


def _beside(case: Case, history: History) -> Beside:
    context, lead = ctx(), history.now.seats.get("lead")
    names = names_of(db.session, {lead.holder}) if lead else {}
    issued = [one for one in letters_of(db.session, case.id) if one.state in ISSUED]
    return Beside(
        context.today, context.units.full_name(history.head.unit), names.get(lead.holder, lead.holder) if lead else "",
        [f"{TITLES[one.kind]}（{one.number}）" for one in issued], papers_of(db.session, case.id),
    )  # fmt: skip
