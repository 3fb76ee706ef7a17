"""/teams/absences: who is away."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import login_required
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, SubmitField
from wtforms.validators import InputRequired

from caseapp.actions.absences import end_absence, enter_absence
from caseapp.db import db, unit_of_work
from caseapp.domain.access import permissions as may
from caseapp.domain.people.queries import absences_from, people_within
from caseapp.domain.people.roles import ABSENCE_KINDS
from caseapp.kernel.errors import RuleViolation
from caseapp.labels import label
from caseapp.web.page import show_problem
from caseapp.web.session import ctx

room = Blueprint("absences", __name__)
Answer = str | Response | tuple[str, int]
needed = InputRequired(_("Please fill this in."))


class AbsenceForm(FlaskForm):
    """Who is away, from when to when."""

    username = SelectField(_("Who is away"), [needed])
    kind = SelectField(_("Why"), [needed])
    from_on = DateField(_("First day"), [needed])
    to_on = DateField(_("Last day"), [needed])
    submit = SubmitField(_("Put on record"))


def _staffed() -> list[tuple[str, str]]:
    """Myself, and the people of the units I staff."""
    context = ctx()
    users = people_within(db.session, context.actor.parts_with(may.STAFF), context.today)
    others = [(user.username, user.full_name) for user in users if user.username != context.actor.username]
    return [(context.actor.username, context.actor.full_name), *others]


@room.route("/teams/absences", methods=["GET", "POST"])
@login_required
def listing() -> Answer:
    """Who is away now and later, of those I enter absences for; and a form for the next one."""
    people = _staffed()
    form = AbsenceForm()
    form.username.choices = people
    form.kind.choices = [(kind, label("absence", kind)) for kind in ABSENCE_KINDS]
    if form.validate_on_submit():
        try:
            with unit_of_work(db.session):
                enter_absence(ctx(), form.username.data, form.kind.data, form.from_on.data, form.to_on.data)
            flash(gettext("On record. The deputies act on these days."), "success")
            return redirect(url_for("absences.listing"))
        except RuleViolation as problem:
            show_problem(form, problem)
    rows = absences_from(db.session, ctx().today, {username for username, _name in people})
    page = render_template("teams/absences.html", form=form, rows=rows, today=ctx().today)
    return page, 422 if form.errors else 200


@room.post("/teams/absences/<key:absence>/end")
@login_required
def end(absence: int) -> Response:
    """Somebody is back early."""
    with unit_of_work(db.session):
        end_absence(ctx(), absence)
    flash(gettext("Over from today on."), "success")
    return redirect(url_for("absences.listing"))
