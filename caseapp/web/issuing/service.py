"""/letters/<letter>/serve: a try to serve a letter, with the photo that shows it; its slip (送达回证) to print."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required
from werkzeug.wrappers import Response as Redirect

from caseapp.actions.documents import attach
from caseapp.actions.issuing import may_step
from caseapp.actions.issuing_service import record_service, slip_of
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.words import SERVICE_WAYS
from caseapp.domain.documents.queries import papers_of
from caseapp.domain.issuing.queries import services_of, written_in
from caseapp.domain.issuing.serving import still_to_serve
from caseapp.kernel.errors import N_, RuleViolation
from caseapp.labels import label
from caseapp.web.documents.uploads import Sent, draw_anew, store
from caseapp.web.entrance import new_token
from caseapp.web.issuing.forms import ServiceForm
from caseapp.web.issuing.views import found_letter
from caseapp.web.page import show_problem
from caseapp.web.session import ctx
from caseapp.web.taken import fonts, sent

room = Blueprint("letter_service", __name__)
Answer = str | Redirect | tuple[str, int]


@room.route("/letters/<key:letter>/serve", methods=["GET", "POST"])
@login_required
def serve(letter: int) -> Answer:
    """Put down a try to serve a letter."""
    found = found_letter(letter)
    if found.state != "issued" or not may_step(ctx(), found, "serve"):
        return redirect(url_for("issuing.show", letter=letter))
    form, number = ServiceForm(), found.case.number
    waiting = still_to_serve(written_in(found), services_of(db.session, letter))
    form.offer(waiting, SERVICE_WAYS, papers_of(db.session, found.case_id))
    if request.method == "GET":
        form.on.data = ctx().today
    elif form.validate():
        photo = draw_anew("voucher", new_token())
        try:
            with unit_of_work(db.session):
                record_service(ctx(), letter, form.delivered(_added(number, photo)))
            flash(gettext("On record."), "success")
            return redirect(url_for("issuing.show", letter=letter))
        except RuleViolation as problem:
            show_problem(form, problem)
            if photo.ready:
                flash(gettext("Choose the photos once more: a form that comes back has lost them."), "warning")
    found = found_letter(letter)
    page = render_template("issuing/serve.html", form=form, letter=found, case=found.case)
    return page, 422 if request.method == "POST" else 200


def _added(number: str, photo: Sent) -> str:
    """The number of the photo that comes with it; of several, of the first."""
    for why, names in photo.refused.items():
        raise RuleViolation("photos", N_("%(name)s was not taken: %(why)s"), name="、".join(names), why=why)
    added = [attach(ctx(), number, ready, store()) for ready in photo.ready]
    return str(added[0].nth) if added else ""


@room.get("/letters/<key:letter>/slip/<int:nth>.<form>")
@login_required
def slip(letter: int, nth: int, form: str) -> Response:
    """The slip of a letter for one of those it is addressed to."""
    found = found_letter(letter)
    with unit_of_work(db.session):
        content = slip_of(ctx(), found, nth, form, fonts())
    return sent(content, f"{label('letter', 'slip')} {found.number}", form)
