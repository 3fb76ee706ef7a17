"""What happens on a case besides its events: urging, signing for it, asking for help, declaring an interest."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required
from werkzeug.wrappers import Response

from caseapp.actions import co_handlers, interests
from caseapp.actions.cases import case_for
from caseapp.actions.urging import urge as urge_holder
from caseapp.db import db, unit_of_work
from caseapp.domain.people.queries import people_within
from caseapp.kernel.errors import RuleViolation
from caseapp.labels import label
from caseapp.web.attempt import attempt
from caseapp.web.cases import forms
from caseapp.web.page import show_problem
from caseapp.web.session import ctx

room = Blueprint("desk", __name__)
Answer = str | Response | tuple[str, int]


@room.post("/urge/<kind>/<path:number>")
@login_required
def urge(kind: str, number: str) -> Response:
    """Urge whoever owes something on a case."""
    name = attempt(lambda: urge_holder(ctx(), number, kind))
    if name is not None:
        flash(gettext("%(name)s was urged: %(what)s.", name=name, what=label("kind", kind)), "success")
    return redirect(url_for("work.show"))


@room.post("/sign/<path:number>")
@login_required
def sign(number: str) -> Response:
    """Sign for a case that was sent to one's unit."""
    attempt(lambda: co_handlers.sign_for(ctx(), number), gettext("Signed for."))
    return redirect(url_for("cases.show", number=number))


@room.route("/help/<path:number>", methods=["GET", "POST"])
@login_required
def ask_help(number: str) -> Answer:
    """Ask somebody to co-handle a case."""
    context = ctx()
    case = case_for(context, number)
    co_handlers.demand_main(context, case)
    number, title = case.number, case.title
    town = context.units.town_of(context.units.by_id[case.unit_id].code)
    people = people_within(db.session, [context.units.part(town)], context.today)
    form = forms.HelpForm()
    others = [user for user in people if user.username != context.actor.username]
    form.username.choices = [(user.username, user.full_name) for user in others]
    if form.validate_on_submit():
        try:
            with unit_of_work(db.session):
                co_handlers.ask_to_help(ctx(), number, form.username.data, form.task.data, form.due_on.data)
            flash(gettext("Asked for help."), "success")
            return redirect(url_for("cases.show", number=number))
        except RuleViolation as problem:
            show_problem(form, problem)
    return render_template("cases/help.html", form=form, number=number, title=title), 422 if form.errors else 200


@room.post("/help/<key:helper>/report/<path:number>")
@login_required
def report_task(helper: int, number: str) -> Response:
    """A co-handler says how far the task is."""
    word, done = request.form.get("word", ""), bool(request.form.get("done"))
    attempt(lambda: co_handlers.say_word(ctx(), helper, word, done=done), gettext("On record."))
    return redirect(url_for("cases.show", number=number))


@room.post("/help/<key:helper>/end/<path:number>")
@login_required
def release_helper(helper: int, number: str) -> Response:
    """End a co-handler's part."""
    with unit_of_work(db.session):
        co_handlers.release(ctx(), helper)
    flash(gettext("On record."), "success")
    return redirect(url_for("cases.show", number=number))


@room.post("/interest/<path:number>")
@login_required
def declare(number: str) -> Response:
    """Declare an interest: one tap, and the case is gone from one's sight."""
    with unit_of_work(db.session):
        interests.declare_interest(ctx(), number, request.form.get("reason", ""))
    flash(gettext("You are out of this case from now on. Thank you for saying so."), "success")
    return redirect(url_for("work.show"))


@room.post("/interest/<key:interest>/back")
@login_required
def take_back_undo(interest: int) -> Response:
    """Take back what one asked for: that a declaration be taken back."""
    with unit_of_work(db.session):
        number = interests.take_back_undo(ctx(), interest)
    flash(gettext("Taken back."), "success")
    return redirect(url_for("cases.show", number=number))


@room.post("/interest/<key:interest>/undo")
@login_required
def undo_interest(interest: int) -> Response:
    """Ask that a declaration be taken back, or, as the second person, agree to it."""
    with unit_of_work(db.session):
        number, agreed = interests.undo(ctx(), interest)
    flash(gettext("Taken back.") if agreed else gettext("Asked for; it waits for a second person."), "success")
    return redirect(url_for("cases.show", number=number))
