"""/supervision: the sheets (督办单), and one sheet with what can be done with it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from caseapp.actions import supervision
from caseapp.actions.cases import case_for
from caseapp.db import db
from caseapp.domain.access import permissions as may
from caseapp.domain.people.queries import names_of
from caseapp.domain.supervision.queries import SheetList, find_sheet, in_state, is_open, sheets_waiting
from caseapp.domain.supervision.sheets import GROUNDS, STATES
from caseapp.domain.teams.queries.acting import acts_in
from caseapp.kernel.errors import N_, OutOfScope, RuleViolation
from caseapp.web.attempt import attempt
from caseapp.web.session import ctx, needs

room = Blueprint("supervision", __name__)
MOST = 100


@room.get("/supervision")
@needs(may.READ)
def listing() -> str:
    """The open sheets of the cases I may see, what waits for me first; or all of one state."""
    context, state = ctx(), request.args.get("state", "")
    listed = SheetList(context.actor, _in_state(state))
    mine = sheets_waiting(db.session, context.actor, context.today)
    return render_template(
        "supervision/list.html", sheets=listed.sheets(db.session, MOST), count=listed.count(db.session),
        mine={sheet.id for sheet in mine}, state=state, states=STATES, units=context.units, today=context.today,
    )  # fmt: skip


def _in_state(state: str) -> Any:
    return is_open() if state not in STATES else in_state(state)


@room.get("/supervision/<key:sheet_id>")
@needs(may.READ)
def show(sheet_id: int) -> str:
    """One sheet as it is printed, and the next step for who may take it."""
    context = ctx()
    sheet = find_sheet(db.session, context.actor, sheet_id)
    if sheet is None:
        raise OutOfScope(N_("there is no such sheet"))
    acting = acts_in(db.session, sheet.case_id, sheet.seat, context.today)
    people = {step.by for step in sheet.steps} | {acting or ""}
    return render_template(
        "supervision/show.html", sheet=sheet, names=names_of(db.session, people), acting=acting,
        steps=supervision.open_steps(context, sheet, acting),
        place=context.units.full_name(context.units.by_id[sheet.case.unit_id].code),
    )  # fmt: skip


@room.post("/supervision/<key:sheet_id>/<step>")
@needs(may.READ)
def take(sheet_id: int, step: str) -> Response:
    """One step with a sheet."""
    text = request.form.get("text", "")[:2000]
    steps = {
        "issue": lambda: supervision.issue(ctx(), sheet_id, text, _day(request.form.get("answer_on", ""))),
        "drop": lambda: supervision.drop(ctx(), sheet_id, text),
        "answer": lambda: supervision.answer(ctx(), sheet_id, text),
        "accept": lambda: supervision.judge(ctx(), sheet_id, accepted=True, text=text),
        "return": lambda: supervision.judge(ctx(), sheet_id, accepted=False, text=text),
    }
    if step not in steps:
        raise OutOfScope(N_("there is no such act"))
    attempt(steps[step], gettext("On record."))
    return redirect(url_for("supervision.show", sheet_id=sheet_id))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise RuleViolation("answer_on", N_("%(text)s is not a date"), text=text) from None


@room.route("/supervise/<path:number>", methods=["GET", "POST"])
@needs(may.SUPERVISE)
def draft(number: str) -> Response | str:
    """Put a case under supervision on a ground that somebody saw."""
    case = case_for(ctx(), number)
    number, title = case.number, case.title
    if request.method == "POST":
        sheet_id = attempt(lambda: supervision.draft_by_hand(ctx(), number, request.form.get("ground", "")).id)
        if sheet_id is not None:
            return redirect(url_for("supervision.show", sheet_id=sheet_id))
    return render_template("supervision/draft.html", number=number, title=title, grounds=GROUNDS)
