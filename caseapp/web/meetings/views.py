"""/week/<unit>/<day>: the brief for the Friday meeting, what it decides, and that it was done."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required
from werkzeug.wrappers import Response as Redirect

from caseapp.actions.meetings import may_record, record_decision, report_done
from caseapp.db import db
from caseapp.domain.access import permissions as may
from caseapp.domain.meetings.brief import FIGURES, Brief, week_of
from caseapp.domain.meetings.queries import read_brief
from caseapp.domain.people.queries import people_within
from caseapp.domain.reports.prose import Words
from caseapp.kernel.clock import chinese_day, parse_day
from caseapp.labels import label
from caseapp.papers.template_fields import told_week
from caseapp.web import trail
from caseapp.web.attempt import attempt
from caseapp.web.heavy import heavy
from caseapp.web.reports.asked import check_unit
from caseapp.web.reports.papers import as_word
from caseapp.web.session import ctx, needs

room = Blueprint("meetings", __name__)
room.after_request(trail.taken)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _brief_asked(unit: str, day: str) -> Brief:
    check_unit(unit)
    context = ctx()
    return read_brief(
        db.session, context.actor, context.units, unit, parse_day(day, "date"), now=context.now, today=context.today,
        office=context.office,
    )  # fmt: skip


@room.get("/week/<unit>/<day>")
@needs(may.REPORT)
def show(unit: str, day: str) -> str:
    """The week on a page."""
    brief, context = _brief_asked(unit, day), ctx()
    week = brief.week
    return render_template(
        "meetings/show.html",
        brief=brief, unit=unit, place=context.units.full_name(unit), figures=FIGURES, records=may_record(context, unit),
        before=week.start - timedelta(days=7), today=context.today,
        after=week.end + timedelta(days=1) if week.end < context.today else None,
    )  # fmt: skip


@room.get("/week/<unit>/<day>.docx")
@needs(may.REPORT)
@heavy
def document(unit: str, day: str) -> Response:
    """The week as a Word file."""
    brief = _brief_asked(unit, day)
    answer = Response(as_word(told_week(brief, ctx().units, Words(gettext, label), chinese_day)), mimetype=WORD)
    answer.headers["Content-Disposition"] = f"attachment; filename=week-{unit}-{brief.week.start}.docx"
    return answer


@room.route("/week/<unit>/<day>/decide", methods=["GET", "POST"])
@needs(may.SUPERVISE)
def decide(unit: str, day: str) -> str | Redirect:
    """Record what the meeting decided; what was typed stays when something is wrong with it."""
    check_unit(unit)
    context, form = ctx(), request.form
    monday = week_of(parse_day(day, "date")).start

    def record() -> bool:
        due_on = parse_day(form.get("due_on", ""), "due_on")
        record_decision(
            context, unit, monday, form.get("text", ""), form.get("responsible", ""), due_on,
            number=form.get("number", "").strip(),
        )  # fmt: skip
        return True

    if request.method == "POST" and attempt(record, gettext("On record.")):
        return redirect(url_for("meetings.show", unit=unit, day=monday.isoformat(), _anchor="decided"))
    return render_template(
        "meetings/decide.html", unit=unit, monday=monday, place=context.units.full_name(unit), today=context.today,
        people=people_within(db.session, [context.units.part(unit)], context.today), typed=form,
    )  # fmt: skip


@room.post("/decisions/<key:decision>/done")
@login_required
def done(decision: int) -> Redirect:
    """Report a decision done."""
    attempt(lambda: report_done(ctx(), decision, request.form.get("note", "")), gettext("On record."))
    back = request.form.get("back", "")
    return redirect(back if back.startswith("/week/") else url_for("work.show"))
