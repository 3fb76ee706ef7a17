"""A report on paper: as a workbook, as a Word file, as a PDF of the same document."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, current_app, flash
from flask_babel import gettext

from caseapp.actions.paper_templates import word_file
from caseapp.db import db
from caseapp.domain.access import permissions as may
from caseapp.domain.reports.prose import Words, period_name
from caseapp.domain.reports.queries import read_year, submitted_notes
from caseapp.domain.reports.report import Report
from caseapp.kernel.clock import chinese_day
from caseapp.kernel.errors import N_, OutOfScope
from caseapp.kernel.periods import Year
from caseapp.labels import label
from caseapp.papers.month_workbook import month_workbook
from caseapp.papers.report import as_pdf, month_paper
from caseapp.papers.template_fields import TemplateData, told_month, told_year
from caseapp.web.page import said
from caseapp.web.reports.asked import report_asked
from caseapp.web.session import ctx, needs

room = Blueprint("papers", __name__)
OFFICE = "application/vnd.openxmlformats-officedocument."
TYPES = {
    "xlsx": OFFICE + "spreadsheetml.sheet",
    "docx": OFFICE + "wordprocessingml.document",
    "pdf": "application/pdf",
}


@room.get("/reports/<unit>/<period>.xlsx")
@needs(may.REPORT)
def workbook(unit: str, period: str) -> Response:
    """The report as a workbook."""
    report, _frozen = report_asked(unit, period)
    return _file(report, "xlsx", month_workbook(report, ctx().units, gettext, label))


@room.get("/reports/<unit>/<period>.docx")
@needs(may.REPORT)
def document(unit: str, period: str) -> Response:
    """The report as a Word file."""
    (report, _frozen), units = report_asked(unit, period), ctx().units
    notes = submitted_notes(db.session, units, unit, report.period)
    return _file(report, "docx", as_word(told_month(report, units, Words(gettext, label), chinese_day, notes)))


def as_word(told: TemplateData) -> bytes:
    """A paper as a Word file; when the office's template fails, the next page says so."""
    made = word_file(db.session, told)
    if made.problem is not None:
        flash(gettext("The program's own template was used: %(why)s", why=said(made.problem)), "warning")
    return made.content


@room.get("/reports/<unit>/<period>.pdf")
@needs(may.REPORT)
def pdf(unit: str, period: str) -> Response:
    """The document of the Word file as a PDF, page for page, ready to print."""
    (report, _frozen), units = report_asked(unit, period), ctx().units
    notes = submitted_notes(db.session, units, unit, report.period)
    paper = month_paper(report, units, Words(gettext, label), chinese_day, notes)
    return _file(report, "pdf", as_pdf(paper, current_app.extensions["caseapp"].fonts))


@room.get("/reports/<unit>/<period>/yearly.<kind>")
@needs(may.REPORT)
def yearly(unit: str, period: str, kind: str) -> Response:
    """The yearly summary (信访工作条例 art. 41) as a Word file or a PDF."""
    (report, _frozen), context = report_asked(unit, period), ctx()
    if not isinstance(report.period, Year) or report.narrowed or kind not in ("docx", "pdf"):
        raise OutOfScope(N_("there is no such report"))
    year = read_year(db.session, context.actor, context.units, report)
    told = told_year(report, year, context.units, Words(gettext, label), chinese_day)
    if kind == "docx":
        return _file(report, kind, as_word(told))
    return _file(report, kind, as_pdf(told.paper, current_app.extensions["caseapp"].fonts))


def _file(report: Report, kind: str, content: bytes) -> Response:
    """A file to keep, named after the unit and the period in the reader's language."""
    answer = Response(content, mimetype=TYPES[kind])
    name = quote(f"{ctx().units.place(report.unit).name} {period_name(report.period, gettext, chinese_day)}.{kind}")
    plain = f"report-{report.unit}-{report.period}.{kind}"
    answer.headers["Content-Disposition"] = f"attachment; filename={plain}; filename*=UTF-8''{name}"
    return answer
