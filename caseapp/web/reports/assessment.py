"""/reports/<unit>/<period>/assessment: the points of each village (年度考核), as a page and as a workbook."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from caseapp.domain.access import permissions as may
from caseapp.domain.reports.assessment import ScoreSheet, assessed
from caseapp.domain.reports.prose import period_name
from caseapp.kernel.clock import chinese_day
from caseapp.kernel.errors import N_, OutOfScope
from caseapp.papers.assessment import assessment_sheet
from caseapp.web import trail
from caseapp.web.heavy import heavy
from caseapp.web.reports.asked import Opened, report_asked
from caseapp.web.session import ctx, needs
from caseapp.web.taken import sent

room = Blueprint("assessment", __name__)


@room.get("/reports/<unit>/<period>/assessment")
@needs(may.REPORT)
@heavy
def show(unit: str, period: str) -> str:
    """The sheet of each village, by the office's table of points."""
    opened, sheets, table = _asked(unit, period)
    return render_template(
        "reports/assessment.html", report=opened.report, tree=opened.tree, sheets=sheets, table=table,
        period=opened.report.period,
    )  # fmt: skip


@room.get("/reports/<unit>/<period>/assessment.xlsx")
@needs(may.REPORT)
@heavy
def workbook(unit: str, period: str) -> Response:
    """The same as a workbook; who took it away is in the log."""
    opened, sheets, table = _asked(unit, period)
    place, words = opened.tree.place(unit).name, opened.words
    when = period_name(opened.report.period, words.say, chinese_day)
    title = words.say(N_("%(place)s: assessment, %(period)s"), place=place, period=when)
    trail.seen("report_taken", unit, form="xlsx", period=f"{period} assessment")
    return sent(assessment_sheet(title, sheets, table, opened.tree, words), title, "xlsx", "assessment")


def _asked(unit: str, period: str) -> tuple[Opened, list[ScoreSheet], dict[str, int]]:
    """A whole report, its sheets, and the points that count on its last day, or today while it runs."""
    opened, context = report_asked(unit, period), ctx()
    if opened.report.narrowed or opened.report.leaves_out:
        raise OutOfScope(N_("there is no such report"))
    table = context.office.points(min(opened.report.period.window.end, context.today))
    return opened, assessed(opened.report, table), table
