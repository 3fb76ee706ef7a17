"""/pressed: what petitioners tell the discipline contact alone."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from caseapp.actions.pressure import note_done
from caseapp.db import db
from caseapp.domain.access import permissions as may
from caseapp.domain.people.queries import names_of
from caseapp.domain.receipts.queries import find_pressure, pressure_reports
from caseapp.kernel.errors import N_, OutOfScope
from caseapp.web.attempt import attempt
from caseapp.web.session import ctx, needs

room = Blueprint("pressed", __name__)


@room.get("/pressed")
@needs(may.PRESSURE)
def listing() -> str:
    """Every report, those to be seen to first."""
    return render_template(
        "pressed/list.html", rows=pressure_reports(db.session, ctx().actor), units=ctx().units
    )  # fmt: skip


@room.get("/pressed/<key:report>")
@needs(may.PRESSURE)
def show(report: int) -> str:
    """One report: what was said, the number and the place of the case, what was done. Not the case itself."""
    found = find_pressure(db.session, ctx().actor, report)
    if found is None:
        raise OutOfScope(N_("nothing of this kind was told"))
    told, case = found
    place = ctx().units.full_name(ctx().units.by_id[case.unit_id].code)
    names = names_of(db.session, {one.by for one in told.notes})
    return render_template("pressed/show.html", report=told, number=case.number, place=place, names=names)


@room.post("/pressed/<key:report>")
@needs(may.PRESSURE)
def note(report: int) -> Response:
    """Put down what was done."""
    text, done = request.form.get("text", ""), bool(request.form.get("done"))
    attempt(lambda: note_done(ctx(), report, text, done=done), gettext("On record, with the report alone."))
    return redirect(url_for("pressed.show", report=report))
