"""/settings/templates: the Word templates of the office's own, in the place of the program's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Redirect

from caseapp.actions.paper_templates import check_paper, filled, fits, put_template, use_own, word_file
from caseapp.db import db, unit_of_work
from caseapp.domain.access import permissions as may
from caseapp.domain.meetings.queries import read_brief
from caseapp.domain.people.queries import names_of
from caseapp.domain.reports.prose import Words
from caseapp.domain.reports.queries import paper_templates, read_report, read_year, submitted_notes
from caseapp.kernel.clock import chinese_day
from caseapp.kernel.errors import N_, OutOfScope, RuleViolation
from caseapp.kernel.periods import Month, Year
from caseapp.labels import label
from caseapp.papers.template_fields import TemplateData, told_month, told_week, told_year
from caseapp.papers.template_samples import PAPERS, sample, trials
from caseapp.papers.template_starts import starting_template
from caseapp.web.attempt import attempt
from caseapp.web.heavy import heavy
from caseapp.web.page import said
from caseapp.web.reports.asked import units_i_read
from caseapp.web.session import ctx, needs
from caseapp.web.settings.fields import explained

if TYPE_CHECKING:
    from caseapp.domain.reports.models import PaperTemplate

room = Blueprint("word_templates", __name__)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NAMES = {"month": N_("Monthly report"), "week": N_("Weekly brief"), "year": N_("Yearly summary")}


@room.get("/settings/templates")
@needs(may.SETTINGS)
def listing() -> str:
    """Each paper: which template is used, since when; the fields there are."""
    return _page()


def _page(**refused: str) -> str:
    rows = paper_templates(db.session)
    papers = [_shown(paper, [row for row in rows if row.paper == paper]) for paper in PAPERS]
    return render_template(
        "settings/templates.html", papers=papers, refused=refused, real=bool(units_i_read()),
        who=names_of(db.session, {row.put_by for row in rows}),
    )  # fmt: skip


def _shown(paper: str, rows: list[PaperTemplate]) -> dict[str, Any]:
    latest = rows[0] if rows else None
    used = latest if latest is not None and latest.digest else None
    problem = fits(used) if used else None
    return {
        "key": paper, "name": gettext(NAMES[paper]), "used": used, "history": rows,
        "problem": said(problem) if problem else "", "fields": explained(trials(paper)[0]),
    }  # fmt: skip


@room.get("/settings/templates/<paper>/start.docx")
@needs(may.SETTINGS)
@heavy
def start(paper: str) -> Response:
    """The template to begin with: the program's own look with every tag in place."""
    return _file(starting_template(_known(paper), Words(gettext, label)), paper, gettext("template to begin with"))


@room.get("/settings/templates/<paper>/trial.docx")
@needs(may.SETTINGS)
@heavy
def trial(paper: str) -> Response:
    """A paper of a recent time, as it comes out now. Raises RuleViolation when the office's template fails."""
    made = word_file(db.session, _told(_known(paper)))
    if made.problem is not None:
        raise made.problem
    return _file(made.content, paper, gettext("trial"))


@room.get("/settings/templates/<paper>/<int:version>.docx")
@needs(may.SETTINGS)
@heavy
def stored(paper: str, version: int) -> Response:
    """A template as it was put in use."""
    for row in paper_templates(db.session):
        if (row.paper, row.id) == (paper, version) and row.content:
            return _file(row.content, paper, str(version))
    raise OutOfScope(N_("there is no such page"))


@room.post("/settings/templates/<paper>")
@needs(may.SETTINGS)
@heavy
def put(paper: str) -> Response | Redirect | tuple[str, int]:
    """Put the office's own template in use, or with ``look`` have it filled in and change nothing."""
    _known(paper)
    sent = request.files.get("file")
    data = sent.read() if sent else b""
    try:
        if not (sent and data):
            raise RuleViolation("file", N_("choose a file first"))
        if request.form.get("look"):
            return _file(filled(check_paper(paper, data), _told(paper)), paper, gettext("trial"))
        with unit_of_work(db.session):
            put_template(ctx(), paper, sent.filename or "", data)
    except RuleViolation as problem:
        return _page(**{paper: said(problem)}), 422
    return _done(gettext("In use from now on: %(paper)s by the office's template.", paper=gettext(NAMES[paper])))


@room.post("/settings/templates/<paper>/own")
@needs(may.SETTINGS)
def own(paper: str) -> Redirect:
    """Back to the program's own template."""
    attempt(lambda: use_own(ctx(), _known(paper)), gettext("The program's own template is in use again."))
    return redirect(url_for("word_templates.listing"))


def _done(sentence: str) -> Redirect:
    flash(sentence, "success")
    return redirect(url_for("word_templates.listing"))


def _known(paper: str) -> str:
    if paper not in PAPERS:
        raise OutOfScope(N_("there is no such page"))
    return paper


def _told(paper: str) -> TemplateData:
    """The paper of a recent time of the widest unit whose report I may open; an invented one when I may open none."""
    context, words, units = ctx(), Words(gettext, label), units_i_read()
    if not units:
        return sample(paper, words, chinese_day, full=True)
    unit, told = units[0][0], (context.units, words, chinese_day)
    reading = (db.session, context.actor, context.units)
    if paper == "week":
        brief = read_brief(*reading, unit, context.today, now=context.now, today=context.today, office=context.office)
        return told_week(brief, *told)
    if paper == "year":
        report = read_report(*reading, unit, Year(context.today.year), as_of=context.now)
        return told_year(report, read_year(*reading, report), *told)
    report = read_report(*reading, unit, Month.of(context.today).back(1), as_of=context.now)
    return told_month(report, *told, submitted_notes(db.session, context.units, report))


def _file(content: bytes, paper: str, what: str) -> Response:
    """A Word file to keep."""
    answer = Response(content, mimetype=WORD)
    kind = gettext(NAMES[paper])
    name = quote(f"{kind} {what}.docx")
    answer.headers["Content-Disposition"] = f"attachment; filename=template-{paper}.docx; filename*=UTF-8''{name}"
    return answer
