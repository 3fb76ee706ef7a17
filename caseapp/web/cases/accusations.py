"""/accusation/<number>: taking a case as an accusation, by whom of the office may read accusations."""

from __future__ import annotations

from typing import ClassVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import login_required
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, SelectMultipleField, SubmitField
from wtforms.validators import InputRequired

from caseapp.actions.accusations import merged_into, take_as_accusation, taken_by_me
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.queries import find_case
from caseapp.kernel.errors import RuleViolation
from caseapp.web.accounts.views import show_problem
from caseapp.web.cases.accused import InWords, accusable, units_of
from caseapp.web.entrance import whole
from caseapp.web.session import ctx

room = Blueprint("accusations", __name__)
Answer = str | Response | tuple[str, int]


class AccusationForm(InWords, FlaskForm):
    """Who it accuses, and that what happens was read: the second time that it is asked."""

    told_as: ClassVar = {"": "sure"}
    length = HiddenField()
    about = SelectMultipleField(_("Whom it accuses (an official or a unit)"))
    sure = BooleanField(
        _("I have read this. It is an accusation, and it is to be sealed now."),
        [InputRequired(_("Tick this to say that it is meant; it cannot be undone."))],
    )
    submit = SubmitField(_("Take it as an accusation"))

    def named(self) -> list[str]:
        """Who it accuses, those in words too."""
        return self.everybody_named(self.about.data or ())

    def seen(self, otherwise: int) -> int:
        """How many events of the case stood on the page."""
        try:
            return whole(self.length.data or "")
        except ValueError:
            return otherwise


@room.route("/accusation/<path:number>", methods=["GET", "POST"])
@login_required
def take(number: str) -> Answer:
    """What will happen, and the act."""
    context = ctx()
    case = taken_by_me(context, number)
    form, title, length = AccusationForm(), case.title, case.length
    form.about.choices, form.of_unit.choices = accusable(context), units_of(context)
    if request.method == "GET":
        form.length.data = str(length)
    elif form.validate():
        try:
            with unit_of_work(db.session):
                taken = take_as_accusation(context, number, form.named(), length=form.seen(length)).number
            return _taken(taken)
        except RuleViolation as problem:
            show_problem(form, problem)
    merged = [one.number for one in merged_into(context, case)]
    page = render_template("cases/accusation.html", form=form, number=number, title=title, merged=merged)
    return page, 422 if form.errors else 200


def _taken(number: str) -> Response:
    """The number it has now; its page, for who is not accused by it."""
    flash(gettext("Taken as an accusation: %(number)s. It is sealed from this moment.", number=number), "success")
    seen = find_case(db.session, ctx().actor, number) is not None
    return redirect(url_for("cases.show", number=number) if seen else url_for("work.show"))
