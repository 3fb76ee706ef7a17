"""A report on paper: as a workbook, as a Word file, as a PDF of the same document."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, current_app, flash
from flask_babel import get_locale, gettext

from caseapp.actions.paper_templates import Made, drawn, word_file
from caseapp.db import db
from caseapp.domain.access import permissions as may
from caseapp.domain.reports.prose import period_name
from caseapp.domain.reports.queries import frozen_paper, read_year
from caseapp.domain.reports.queries.county_forms import form_in_use
from caseapp.domain.reports.wordbook import CHINESE
from caseapp.kernel.clock import chinese_day
from caseapp.kernel.errors import N_, OutOfScope
from caseapp.kernel.periods import Year
from caseapp.papers.county_form import county_form
from caseapp.papers.report import as_pdf
from caseapp.papers.template_fields import TemplateData, told_year
from caseapp.web import trail
from caseapp.web.heavy import heavy
from caseapp.web.page import said
from caseapp.web.reports.asked import Opened, report_asked
from caseapp.web.session import ctx, needs
from caseapp.web.taken import MEDIA

room = Blueprint("papers", __name__)
room.after_request(trail.taken)


@room.get("/reports/<unit>/<period>.xlsx")
@needs(may.REPORT)
@heavy
def workbook(unit: str, period: str) -> Response:
    """The report as a workbook."""
    return _paper(report_asked(unit, period), "xlsx")


@room.get("/reports/<unit>/<period>.docx")
@needs(may.REPORT)
@heavy
def document(unit: str, period: str) -> Response:
    """The report as a Word file."""
    return _paper(report_asked(unit, period), "docx")


@room.get("/reports/<unit>/<period>.pdf")
@needs(may.REPORT)
@heavy
def pdf(unit: str, period: str) -> Response:
    """The document of the Word file as a PDF, page for page, ready to print."""
    return _paper(report_asked(unit, period), "pdf")


def _paper(opened: Opened, kind: str) -> Response:
    return _file(opened, kind, paper_of(opened, kind))


def paper_of(opened: Opened, kind: str) -> bytes:
    """A paper of a report: the very one that was stored with a frozen revision, for who reads Chinese and all its
    cases; else drawn in the reader's language, without the cases the reader is kept out of."""
    if opened.frozen and not opened.report.leaves_out and str(get_locale()) == CHINESE:
        kept = frozen_paper(db.session, opened.frozen, kind)
        if kept is not None:
            return kept
    return _said(drawn(db.session, opened.edition, kind, opened.words, current_app.extensions["caseapp"].fonts))


def as_word(told: TemplateData) -> bytes:
    """A paper as a Word file."""
    return _said(word_file(db.session, told))


def _said(made: Made) -> bytes:
    """A paper; when the office's template failed, the next page says so."""
    if made.problem is not None:
        flash(gettext("The program's own template was used: %(why)s", why=said(made.problem)), "warning")
    return made.content


@room.get("/reports/<unit>/<period>/form-<int:version>.xlsx")
@needs(may.REPORT)
@heavy
def form(unit: str, period: str, version: int) -> Response:
    """A form of the county that is in use, filled with the report."""
    opened = report_asked(unit, period)
    found = form_in_use(db.session, version)
    if found is None or found.content is None:
        raise OutOfScope(N_("there is no such page"))
    report = opened.report if opened.report.frozen is None else opened.report.for_every_reader()
    content = county_form(found.content, report, opened.tree, opened.words, ctx().office.categories())
    return _file(opened, "xlsx", content, found.name)


@room.get("/reports/<unit>/<period>/yearly.<kind>")
@needs(may.REPORT)
@heavy
def yearly(unit: str, period: str, kind: str) -> Response:
    """The yearly summary (信访工作条例 art. 41) as a Word file or a PDF."""
    opened, context = report_asked(unit, period), ctx()
    report = opened.report
    if not isinstance(report.period, Year) or report.narrowed or kind not in ("docx", "pdf"):
        raise OutOfScope(N_("there is no such report"))
    year = read_year(db.session, context.actor, context.units, report)
    told = told_year(report, year, context.units, opened.words, chinese_day)
    if kind == "docx":
        return _file(opened, kind, as_word(told))
    return _file(opened, kind, as_pdf(told.paper, current_app.extensions["caseapp"].fonts))


def _file(opened: Opened, kind: str, content: bytes, called: str = "") -> Response:
    """A file to keep, named after the unit and the period in the reader's language, and what it is ``called``."""
    answer, report = Response(content, content_type=MEDIA[kind]), opened.report
    period = period_name(report.period, opened.words.say, chinese_day)
    name = quote(" ".join(filter(None, (opened.tree.place(report.unit).name, period, called))) + f".{kind}")
    plain = f"report-{report.unit}-{report.period}.{kind}"
    answer.headers["Content-Disposition"] = f"attachment; filename={plain}; filename*=UTF-8''{name}"
    return answer
