"""/forms: forms to print and to finish by hand, filled from a case or blank, in Word and as a PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template
from flask_login import login_required

from caseapp.actions.cases import case_for
from caseapp.actions.paper_forms import facts_for_forms
from caseapp.db import db, unit_of_work
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.queries import is_stub_for, load_history
from caseapp.kernel.errors import N_, OutOfScope
from caseapp.labels import label
from caseapp.papers.files import write_paper
from caseapp.papers.forms import FORMS, form_paper, forms_of
from caseapp.web import trail
from caseapp.web.session import ctx, needs
from caseapp.web.taken import PAPERS, fonts, sent

if TYPE_CHECKING:
    from caseapp.domain.cases.models import Case

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
    case = case_with_papers(number)
    return render_template("issuing/forms.html", case=case, kinds=forms_of(case.track))


@room.get("/forms/<slug>/<form>/<path:number>")
@login_required
def file(slug: str, form: str, number: str) -> Response:
    """A form, filled from a case; who takes it stands in the audit log, and that telephone numbers and addresses were
    seen where they stand in it."""
    case = case_with_papers(number)
    if slug not in forms_of(case.track) or form not in PAPERS:
        raise OutOfScope(N_("there is no such page"))
    kind, history = FORMS[slug], load_history(db.session, case, ctx().units)
    with unit_of_work(db.session):
        facts = facts_for_forms(ctx(), case, history, contacts_for=kind.title if kind.contacts else "")
    content = write_paper(form_paper(slug, facts), form, fonts())
    trail.seen("letter_taken", case.number, kind=slug, form=form)
    return sent(content, label("paper_form", slug), form)


@room.get("/forms/blank/<slug>.<form>")
@needs(may.READ)
def blank(slug: str, form: str) -> Response:
    """A form to fill in by hand."""
    if slug not in FORMS or form not in PAPERS:
        raise OutOfScope(N_("there is no such page"))
    return sent(write_paper(form_paper(slug), form, fonts()), label("paper_form", slug), form)


def case_with_papers(number: str) -> Case:
    """A case the actor sees; an accusation has no forms and no file, because they name who petitioned."""
    case = case_for(ctx(), number)
    if case.sealed or is_stub_for(ctx().actor, case):
        raise OutOfScope(N_("there is no such page"))
    return case
