"""/settings/county-forms: the county's own forms in Excel, which the program fills every month."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Redirect

from caseapp.actions.county_forms import drop_form, put_form
from caseapp.db import db, unit_of_work
from caseapp.domain.access import permissions as may
from caseapp.domain.people.queries import names_of
from caseapp.domain.reports.prose import Words
from caseapp.domain.reports.queries.county_forms import all_forms, form_with_content, forms_in_use
from caseapp.kernel.errors import N_, OutOfScope, RuleViolation
from caseapp.labels import label
from caseapp.papers.county_form import names_known, starting_form
from caseapp.web.attempt import attempt
from caseapp.web.heavy import heavy
from caseapp.web.page import said
from caseapp.web.session import ctx, needs
from caseapp.web.taken import sent

room = Blueprint("county_forms", __name__)


@room.get("/settings/county-forms")
@needs(may.SETTINGS)
def listing() -> str:
    """Which forms are in use, and those that were."""
    return _page()


def _page(refused: str = "", name: str = "") -> str:
    forms = all_forms(db.session)
    return render_template(
        "settings/county_forms.html", forms=forms_in_use(db.session), history=forms, refused=refused, name=name,
        who=names_of(db.session, {one.put_by for one in forms}),
    )  # fmt: skip


@room.get("/settings/county-forms/start.xlsx")
@needs(may.SETTINGS)
@heavy
def start() -> Response:
    """A workbook with every name there is and what it means."""
    content = starting_form(ctx().office.categories(), Words(gettext, label))
    return sent(content, gettext("names for forms"), "xlsx", "names")


@room.get("/settings/county-forms/<int:version>.xlsx")
@needs(may.SETTINGS)
@heavy
def stored(version: int) -> Response:
    """A form as it was put here."""
    form = form_with_content(db.session, version)
    if form is None or form.content is None:
        raise OutOfScope(N_("there is no such page"))
    return sent(form.content, form.name, "xlsx", f"form-{version}")


@room.post("/settings/county-forms")
@needs(may.SETTINGS)
@heavy
def put() -> Redirect | tuple[str, int]:
    """Put a form in use under a name."""
    file, name = request.files.get("file"), request.form.get("name", "")
    data = file.read() if file else b""
    try:
        if not (file and data):
            raise RuleViolation("file", N_("choose a file first"))
        with unit_of_work(db.session):
            put_form(ctx(), name, file.filename or "", data, names_known(ctx().office.categories()))
    except RuleViolation as problem:
        return _page(said(problem), name), 422
    flash(gettext("In use from now on: %(name)s. It is on the page of each report.", name=name), "success")
    return redirect(url_for("county_forms.listing"))


@room.post("/settings/county-forms/<int:version>/drop")
@needs(may.SETTINGS)
def drop(version: int) -> Redirect:
    """Take a form out of use."""
    attempt(lambda: drop_form(ctx(), version), gettext("It is not in use any more."))
    return redirect(url_for("county_forms.listing"))
