"""/teams/handover: what somebody holds to somebody else: shown before it is done, and moved back exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField, SelectField, StringField, SubmitField
from wtforms.validators import InputRequired, Length

from caseapp.actions.handover import HandoverPlan, Kept, hand_over, handovers, plan_handover, take_back
from caseapp.actions.handover_pieces import HeldPiece
from caseapp.db import db, unit_of_work
from caseapp.domain.access import permissions as may
from caseapp.domain.people.queries import names_of, people_within
from caseapp.domain.teams.queries import seat_counts
from caseapp.kernel.errors import N_, RuleViolation
from caseapp.web.attempt import attempt
from caseapp.web.page import said, show_problem
from caseapp.web.session import ctx, needs

if TYPE_CHECKING:
    from caseapp.domain.teams.models import Handover

room = Blueprint("handover", __name__)
Answer = str | Response | tuple[str, int]
needed = InputRequired(_("Please fill this in."))
KINDS = {
    "seat": N_("Seats of cases"), "standing": N_("Seats of standing teams"), "task": N_("Tasks on cases"),
    "decision": N_("Decisions of the meeting to carry out"),
}  # fmt: skip


class HandoverForm(FlaskForm):
    """What goes from whom to whom, and why. ``looked`` says which plan was looked at before it is carried out."""

    leaver = SelectField(_("Who leaves"), [needed])
    successor = SelectField(_("Who takes over"), [needed])
    reason = StringField(_("Reason"), [needed, Length(max=500)])
    looked = HiddenField()
    submit = SubmitField(_("Show what moves"))


@room.route("/teams/handover", methods=["GET", "POST"])
@needs(may.TEAMS)
def show() -> Answer:
    """What somebody holds, to somebody else, once one has seen what moves and what stays."""
    form, plan, done = _form(), None, None
    if form.validate_on_submit():
        try:
            plan, done = _plan_or_do(form)
        except RuleViolation as problem:
            show_problem(form, problem)
    page = render_template(
        "teams/handover.html", form=form, plan=plan, done=done, kinds=KINDS, units=ctx().units,
        made=_made(), whys=_whys(done or plan),
    )  # fmt: skip
    return page, 422 if form.errors and request.method == "POST" else 200


def _plan_or_do(form: HandoverForm) -> tuple[HandoverPlan | None, HandoverPlan | None]:
    """The plan; or, once this very plan was looked at, what was done."""
    plan = plan_handover(ctx(), form.leaver.data, form.successor.data)
    if request.form.get("keep") and form.looked.data == plan.sign:
        with unit_of_work(db.session):
            _row, did = hand_over(ctx(), form.leaver.data, form.successor.data, form.reason.data)
        return None, did
    form.looked.data = plan.sign
    return plan, None


def _whys(plan: HandoverPlan | None) -> dict[str, list[HeldPiece]]:
    """What stays, by why."""
    told: dict[str, list[HeldPiece]] = {}
    for piece, problem in plan.kept if plan else []:
        told.setdefault(said(problem), []).append(piece)
    return told


def _form() -> HandoverForm:
    """Whoever holds something is one who may leave, with an account or without."""
    context, form = ctx(), HandoverForm()
    users = people_within(db.session, context.actor.parts_with(may.TEAMS), context.today)
    counts = seat_counts(db.session, context.actor)
    names = {user.username: user.full_name for user in users}
    gone = names_of(db.session, counts.keys() - names.keys())
    everybody = {**{name: gone.get(name, name) for name in counts}, **names}
    form.leaver.choices = [
        (person, gettext("%(name)s, %(count)d seats", name=name, count=counts.get(person, 0)))
        for person, name in sorted(everybody.items(), key=lambda one: one[1])
    ]
    form.successor.choices = list(names.items())
    if request.method == "GET" and request.args.get("leaver") in everybody:
        form.leaver.data = request.args["leaver"]
    return form


def _made() -> list[tuple[Handover, int, dict[str, str]]]:
    """The last handovers, how many things each moved, and the names of who left, took over and made them."""
    rows = handovers(ctx())
    names = names_of(db.session, {name for row, _count in rows for name in (row.leaver, row.successor, row.made_by)})
    return [(row, count, names) for row, count in rows]


@room.post("/teams/handover/<int:handover>/back")
@needs(may.TEAMS)
def back(handover: int) -> Response:
    """Move back what a handover moved; what stays is named, with why."""
    kept: Kept | None = attempt(lambda: take_back(ctx(), handover, request.form.get("reason", "")))
    if kept is not None:
        flash(gettext("Taken back; %(count)d things stay as they are now.", count=len(kept)), "success")
        for piece, problem in kept[:20]:
            place = piece.case.number if piece.case else ctx().units.by_id[piece.unit_id or 0].name
            flash(f"{place}：{said(problem)}", "warning")
    return redirect(url_for("handover.show"))
