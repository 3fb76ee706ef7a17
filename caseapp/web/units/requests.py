"""/units/requests: changes of units that were asked for; one of them, with what it moves, to be decided by another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from caseapp.actions import unit_requests as acts
from caseapp.db import db
from caseapp.domain.access import permissions as may
from caseapp.domain.people.queries import names_of
from caseapp.kernel.errors import N_, RuleViolation
from caseapp.web.attempt import attempt
from caseapp.web.page import said
from caseapp.web.session import ctx, needs

if TYPE_CHECKING:
    from caseapp.actions.unit_changes import Moves
    from caseapp.domain.org.models import UnitRequest

room = Blueprint("unit_requests", __name__)
KINDS = {"moved": "move", "merged": "merge", "closed": "close"}
PARTS = {
    "below": N_("Units below it"), "posts": N_("Accounts with a post there"),
    "seats": N_("Seats of its standing team"), "rounds": N_("Screening rounds it owes"),
}  # fmt: skip


@room.get("/units/requests")
@needs(may.APPROVE)
def listing() -> str:
    """Those that wait, then those that were decided."""
    rows = acts.requests_shown(ctx())
    names = names_of(db.session, {name for row in rows for name in (row.asked_by, row.decided_by or "")})
    return render_template("units/requests.html", rows=rows, names=names, units=ctx().units, kinds=KINDS)


@room.get("/units/requests/<int:request_id>")
@needs(may.APPROVE)
def show(request_id: int) -> str:
    """One: what it moves now, what of that changed since it was asked for; and the decision."""
    context = ctx()
    row = acts.request_for(context, request_id)
    moves, differs, looked, problem = _looked_at(row)
    names = names_of(db.session, {row.asked_by, row.decided_by or "", *_holders(moves)})
    return render_template(
        "units/request.html", row=row, moves=moves, looked=looked, problem=problem, names=names, units=context.units,
        differs=[gettext(PARTS[name]) for name in differs], what=KINDS[row.kind],
        into=context.units.places.get(row.facts.get("into", "")), may_decide=acts.may_decide(context, row),
        mine=row.asked_by == context.actor.username,
    )  # fmt: skip


def _looked_at(row: UnitRequest) -> tuple[Moves | None, list[str], str, str]:
    if row.decided_at is not None:
        return None, [], "", ""
    try:
        return *acts.look_at(ctx(), row), ""
    except RuleViolation as broken:
        return None, [], "", said(broken)


def _holders(moves: Moves | None) -> set[str]:
    return {holder for _seat, holder in moves.seats} if moves else set()


@room.post("/units/requests/<int:request_id>/<answer>")
@needs(may.APPROVE)
def decide(request_id: int, answer: str) -> Response:
    """Agree, refuse, or take one's own request back."""
    looked, words = request.form.get("looked", ""), request.form.get("words", "")
    if answer == "withdraw":
        attempt(lambda: acts.withdraw_change(ctx(), request_id), gettext("Taken back."))
    elif answer in ("approve", "refuse"):
        approved = answer == "approve"
        done = gettext("On record.") if approved else gettext("Refused; who asked is told.")
        attempt(lambda: acts.decide_change(ctx(), request_id, approved=approved, looked=looked, words=words), done)
    return redirect(url_for("unit_requests.show", request_id=request_id))
