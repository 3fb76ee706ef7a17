"""/look-up: the cases of whoever gives a telephone or identity number, for who needs them for a reason."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField, SubmitField
from wtforms.validators import Length

from caseapp.actions.contacts import LONGEST_REASON, MOST_FOUND, look_up_number
from caseapp.db import db, unit_of_work
from caseapp.domain.access import permissions as may
from caseapp.kernel.errors import RuleViolation
from caseapp.web.cases.forms import needed
from caseapp.web.page import show_problem
from caseapp.web.session import ctx, needs

room = Blueprint("look_up", __name__)
Answer = str | tuple[str, int]


class NumberForm(FlaskForm):
    """The number, and why it is looked up."""

    number = StringField(_("Telephone or identity number"), [needed, Length(max=80)])
    reason = StringField(_("Reason"), [needed, Length(max=LONGEST_REASON)])
    submit = SubmitField(_("Look up"))


@room.route("/look-up", methods=["GET", "POST"])
@needs(may.CONTACTS)
def find() -> Answer:
    """Ask for a number and a reason; then the cases that have it, of those one sees."""
    form, found = NumberForm(), None
    if form.validate_on_submit():
        try:
            with unit_of_work(db.session):
                cases = look_up_number(ctx(), form.number.data or "", form.reason.data or "")
                found = [(case.number, case.title, case.state, case.registered_on) for case in cases]
        except RuleViolation as problem:
            show_problem(form, problem)
    page = render_template("cases/look_up.html", form=form, found=found, most=MOST_FOUND)
    return page, 422 if form.errors else 200
