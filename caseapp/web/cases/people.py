"""Who has a say in a case and how to reach whom: second persons, seats, telephone numbers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required
from werkzeug.wrappers import Response

from caseapp.actions import cases as acts
from caseapp.actions import teams
from caseapp.actions.contacts import reveal_contacts
from caseapp.actions.transfer_sheets import is_to_print
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.queries import find_case
from caseapp.domain.cases.queries.sealed import contacts_erased_on
from caseapp.domain.moves.queries import demand, transition_of
from caseapp.domain.moves.queries.deciding import waiting_for_me
from caseapp.domain.teams.queries import case_seats
from caseapp.domain.teams.seats import ROLE_OF_SEAT
from caseapp.kernel.errors import N_, OutOfScope, RuleViolation
from caseapp.web.attempt import attempt
from caseapp.web.cases import forms
from caseapp.web.cases.act_forms import decide_form
from caseapp.web.page import show_problem
from caseapp.web.session import ctx

room = Blueprint("people", __name__)
Answer = str | Response | tuple[str, int]


@room.route("/decide/<key:proposal>", methods=["GET", "POST"])
@login_required
def decide(proposal: int) -> Answer:
    """Agree to what somebody asked for, or refuse it; on a page of its own where the decider fills something in."""
    waiting = waiting_for_me(ctx(), proposal, again=request.method == "POST")
    form: Any = decide_form(transition_of(waiting.case, waiting.action))()
    if "called_on" in form:
        form.called_on.render_kw = {"min": waiting.case.registered_on.isoformat(), "max": ctx().today.isoformat()}
    if request.method == "POST":
        approved = request.form.get("decision") == "approve"
        told = {name: request.form.get(name, "") for name in form._fields}
        try:
            with unit_of_work(db.session):
                remark = told.pop("remark", "")[:500]
                number = acts.decide(ctx(), proposal, approved=approved, remark=remark, told=told).number
            flash(gettext("Approved.") if approved else gettext("Not approved."), "success")
            seen = find_case(db.session, ctx().actor, number) is not None  # a naming may take it from who decided it
            if not seen and is_to_print(ctx(), number):
                return redirect(url_for("outside.sheet", number=number))
            return redirect(url_for("cases.show", number=number) if seen else url_for("work.show"))
        except RuleViolation as problem:
            waiting = waiting_for_me(ctx(), proposal, again=True)
            show_problem(form, problem)
    page = render_template("cases/decide.html", form=form, one=waiting)
    return page, 422 if form.errors else 200


@room.post("/decide/<key:proposal>/back")
@login_required
def take_back(proposal: int) -> Response:
    """Take back what one asked for."""
    with unit_of_work(db.session):
        number = acts.take_back_proposal(ctx(), proposal).number
    flash(gettext("Taken back."), "success")
    return redirect(url_for("cases.show", number=number))


@room.post("/staff/<path:number>")
@login_required
def staff(number: str) -> Answer:
    """Fill the empty seats from the standing team, in one step."""
    attempt(lambda: teams.staff_case(ctx(), number), gettext("The seats are filled from the standing team."))
    return redirect(url_for("cases.show", number=number))


@room.route("/seat/<seat>/<path:number>", methods=["GET", "POST"])
@login_required
def change_seat(seat: str, number: str) -> Answer:
    """Give one seat to somebody, or empty it, with a reason."""
    context = ctx()
    case = acts.case_for(context, number)
    if seat not in ROLE_OF_SEAT:
        raise OutOfScope(N_("there is no such page"))
    demand(context, case, transition_of(case, "fill_seat"))
    there = case_seats(db.session, case.id).get(seat)
    form = forms.seat_form(taken=there is not None)()
    people = [(user.username, user.full_name) for user in teams.candidates(context, case, seat)]
    form.holder.choices = [("", gettext("nobody: empty the seat")), *people] if there else people
    form.deputy.choices = [("", gettext("nobody")), *people]
    if request.method == "GET" and there:
        form.holder.data, form.deputy.data = there.holder, there.deputy or ""
    elif form.validate_on_submit():
        try:
            with unit_of_work(db.session):
                _seat(number, seat, form)
            return redirect(url_for("cases.show", number=number))
        except RuleViolation as problem:
            show_problem(form, problem)
    page = render_template("cases/seat.html", form=form, seat=seat, number=number, title=case.title)
    return page, 422 if form.errors else 200


def _seat(number: str, seat: str, form: Any) -> None:
    if form.holder.data:
        teams.fill_seat(ctx(), number, seat, (form.holder.data, form.deputy.data or None), form.reason.data or "")
    else:
        teams.clear_seat(ctx(), number, seat, form.reason.data or "")


@room.route("/contacts/<path:number>", methods=["GET", "POST"])
@login_required
def contacts(number: str) -> Answer:
    """Telephone numbers and addresses of a case's parties: a reason first, and it is put down who looked."""
    case = acts.case_for(ctx(), number)
    title, case_id, shown = case.title, case.id, None
    form = forms.ReasonForm()
    if form.validate_on_submit():
        try:
            with unit_of_work(db.session):
                shown = reveal_contacts(ctx(), number, form.reason.data)
        except RuleViolation as problem:
            show_problem(form, problem)
    erased = contacts_erased_on(db.session, case_id)
    page = render_template("cases/contacts.html", form=form, number=number, title=title, shown=shown, erased_on=erased)
    return page, 422 if form.errors else 200
