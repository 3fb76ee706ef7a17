"""/agreement: the agreement of a case as the parties sign it, in Word and as a PDF, and the form to write in."""

from __future__ import annotations

from flask import Blueprint, Response
from flask_babel import gettext
from flask_login import login_required

from caseapp.actions.cases import case_for
from caseapp.db import db
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.queries import is_stub_for, load_history
from caseapp.domain.cases.words import AGREEMENT_FORMS
from caseapp.kernel.errors import N_, OutOfScope
from caseapp.papers.agreement import agreement_paper
from caseapp.papers.files import write_paper
from caseapp.web import trail
from caseapp.web.session import ctx, needs
from caseapp.web.taken import PAPERS, fonts, sent

room = Blueprint("agreement", __name__)


@room.get("/agreement/<form>/<path:number>")
@login_required
def file(form: str, number: str) -> Response:
    """The agreement in force in a case; who takes it stands in the audit log."""
    context = ctx()
    case = case_for(context, number)
    history = None if is_stub_for(context.actor, case) else load_history(db.session, case, context.units)
    if history is None or history.now.agreement is None or form not in PAPERS:
        raise OutOfScope(N_("there is no agreement in force"))
    now = history.now
    paper = agreement_paper(now.agreement, now.description or now.title, now.parties)
    content = write_paper(paper, form, fonts())
    trail.seen("letter_taken", case.number, kind="agreement", form=form)
    return sent(content, gettext("Agreement"), form)


@room.get("/agreement/blank/<kind>.<form>")
@needs(may.READ)
def empty(kind: str, form: str) -> Response:
    """The form of a written or an oral agreement, to fill in by hand."""
    if kind not in AGREEMENT_FORMS or form not in PAPERS:
        raise OutOfScope(N_("there is no such page"))
    return sent(write_paper(agreement_paper(None, "", (), kind), form, fonts()), gettext("Agreement"), form)
