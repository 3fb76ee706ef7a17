"""/reports/<unit>/<month>.pdf: the document of the Word file, page for page, ready to print."""

from __future__ import annotations

from flask import Blueprint, Response, current_app
from flask_babel import gettext

from caseapp.actions.papers import month_paper, month_pdf, submitted_notes
from caseapp.db import db
from caseapp.domain.access import permissions as may
from caseapp.domain.reports.prose import Words
from caseapp.kernel.clock import chinese_day
from caseapp.labels import label
from caseapp.web.reports.asked import report_asked
from caseapp.web.session import ctx, needs

room = Blueprint("report_pdf", __name__)


@room.get("/reports/<unit>/<month>.pdf")
@needs(may.REPORT)
def document(unit: str, month: str) -> Response:
    """The report as a PDF."""
    (report, _frozen_one), units = report_asked(unit, month), ctx().units
    notes = submitted_notes(db.session, units, unit, report.month)
    paper = month_paper(report, units, Words(gettext, label), chinese_day, notes)
    answer = Response(month_pdf(paper, current_app.extensions["caseapp"].fonts), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f"attachment; filename=report-{unit}-{report.month}.pdf"
    return answer
