"""What leaves the office: the public version of a month, and the aggregates that the county asks for."""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, render_template
from flask_babel import get_locale

from caseapp.db import db
from caseapp.domain.access import permissions as may
from caseapp.domain.org.tree import Tree
from caseapp.domain.reports.prose import Words
from caseapp.domain.reports.public import PublicMonth
from caseapp.domain.reports.queries import (
    published_month,
    published_report,
    stored_report,
    wordbook_of,
)
from caseapp.domain.reports.report import as_json
from caseapp.kernel.clock import chinese_day, parse_instant
from caseapp.kernel.errors import N_, OutOfScope
from caseapp.kernel.periods import Month
from caseapp.papers.figures_csv import aggregates, public_csv
from caseapp.papers.public import public_document
from caseapp.web import trail
from caseapp.web.heavy import heavy, heavy_at
from caseapp.web.reports.asked import check_unit, from_histories, report_asked, words_of_today
from caseapp.web.reports.papers import paper_of
from caseapp.web.session import ctx, needs

room = Blueprint("publish", __name__)
room.after_request(trail.taken)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CSV = "text/csv; charset=utf-8"


@dataclass(frozen=True)
class Posted:
    """A public version with the units and the words of the day its month was frozen."""

    public: PublicMonth
    tree: Tree
    words: Words


def _public_asked(unit: str, month: Month) -> Posted | None:
    """The public version; None when there is none yet. Raises OutOfScope."""
    check_unit(unit)
    context = ctx()
    if context.units.tier(unit) == "group":
        raise OutOfScope(N_("there is no such report"))
    frozen = published_report(db.session, context.units, unit, month)
    if frozen is None:
        return None
    edition = stored_report(db.session, context.actor, context.units, frozen)
    if unit not in edition.tree:
        raise OutOfScope(N_("there is no such report"))
    kept_out = edition.report.leaves_out  # then made of their copy, so that it fits what else they are shown
    words = wordbook_of(db.session, frozen).words(str(get_locale()), words_of_today())
    return Posted(
        published_month(as_json(edition.report) if kept_out else json.loads(frozen.content), edition.tree),
        edition.tree,
        words,
    )


@room.get("/reports/<unit>/<month>/public")
@needs(may.REPORT)
def show(unit: str, month: str) -> str:
    """The public version as a page to print and to post; a sentence instead while the month is not frozen."""
    wanted, context = Month.parse(month), ctx()
    posted = _public_asked(unit, wanted)
    public, tree = (posted.public, posted.tree) if posted else (None, context.units)
    words = posted.words if posted else words_of_today()
    return render_template(
        "reports/public.html",
        public=public, unit=unit, month=wanted, place=tree.place(unit).name, label=words.label,
        town=tree.place(tree.town_of(unit)).name, is_town=tree.tier(unit) == "town",
        known=chinese_day(parse_instant(public.as_of).date()) if public else "",
        over=wanted.window.end < context.today,
        villages=_named(posted, unit) if posted else [],
    )  # fmt: skip


def _named(posted: Posted, unit: str) -> list[tuple[str, dict[str, int | str]]]:
    """The villages' rows under their names: all of a town, the one of a village."""
    tree, villages = posted.tree, posted.public.villages
    wanted = villages if tree.tier(unit) == "town" else {unit} & villages.keys()
    return [(tree.place(code).name, villages[code]) for code in wanted]


def _whole_public(unit: str, month: str) -> Posted:
    posted = _public_asked(unit, Month.parse(month))
    if posted is None:
        raise OutOfScope(N_("this month is not frozen yet: there is no public version"))
    return posted


@room.get("/reports/<unit>/<month>/public.docx")
@needs(may.REPORT)
@heavy
def document(unit: str, month: str) -> Response:
    """The public version as a Word file."""
    posted = _whole_public(unit, month)
    content = public_document(posted.public, unit, posted.tree, posted.words, chinese_day)
    return _file(content, WORD, f"public-{unit}-{month}.docx")


@room.get("/reports/<unit>/<month>/public.csv")
@needs(may.REPORT)
def public_table(unit: str, month: str) -> Response:
    """The public version as CSV: of a town alone, whose figures are all there is."""
    check_unit(unit)
    if ctx().units.tier(unit) != "town":
        raise OutOfScope(N_("there is no such report"))
    return _file(public_csv(_whole_public(unit, month).public), CSV, f"public-{unit}-{month}.csv")


@room.get("/reports/<unit>/<period>.csv")
@needs(may.REPORT)
@heavy_at(from_histories)
def table(unit: str, period: str) -> Response:
    """The numbers of a report for the county, one row a figure."""
    return _file(paper_of(report_asked(unit, period), "csv"), CSV, f"report-{unit}-{period}.csv")


@room.get("/reports/<unit>/<period>.json")
@needs(may.REPORT)
@heavy_at(from_histories)
def numbers(unit: str, period: str) -> Response:
    """The numbers of a report as contract §7 writes them, without the lists of cases."""
    opened = report_asked(unit, period)
    if opened.frozen and not (opened.report.leaves_out or opened.report.of_its_reader):
        return jsonify(aggregates(json.loads(opened.frozen.content)))
    return jsonify(aggregates(as_json(opened.report)))


def _file(content: bytes, mimetype: str, name: str) -> Response:
    answer = Response(content, content_type=mimetype)
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer
