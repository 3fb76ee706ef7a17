"""What leaves the office: the public version of a month, and the aggregates that the county asks for."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, jsonify, render_template
from flask_babel import gettext

from caseapp.db import db
from caseapp.domain.access import permissions as may
from caseapp.domain.reports.prose import Words
from caseapp.domain.reports.public import PublicMonth
from caseapp.domain.reports.queries import published_content, published_month, sees_all_of, sees_all_published
from caseapp.domain.reports.report import as_json
from caseapp.kernel.clock import chinese_day, parse_instant
from caseapp.kernel.errors import N_, NotAllowed, OutOfScope
from caseapp.kernel.periods import Month
from caseapp.labels import label
from caseapp.papers.figures_csv import aggregates, public_csv, report_csv
from caseapp.papers.public import public_document
from caseapp.web.reports.asked import check_unit, report_asked
from caseapp.web.session import ctx, needs

room = Blueprint("publish", __name__)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CSV = "text/csv; charset=utf-8"


def _public_asked(unit: str, month: Month) -> PublicMonth | None:
    """The public version; None when there is none yet. Raises OutOfScope, NotAllowed for who is out of a case."""
    check_unit(unit)
    context = ctx()
    if context.units.tier(unit) == "group":
        raise OutOfScope(N_("there is no such report"))
    content = published_content(db.session, context.units, unit, month)
    if content is None:
        return None
    if not sees_all_published(db.session, context.actor, context.units, unit, content):
        raise NotAllowed(N_("you are out of a case that this report counts; somebody else publishes it"))
    return published_month(context.units, content)


@room.get("/reports/<unit>/<month>/public")
@needs(may.REPORT)
def show(unit: str, month: str) -> str:
    """The public version as a page to print and to post; a sentence instead while the month is not frozen."""
    wanted, context = Month.parse(month), ctx()
    public = _public_asked(unit, wanted)
    return render_template(
        "reports/public.html",
        public=public, unit=unit, month=wanted, place=context.units.place(unit).name,
        town=context.units.place(context.units.town_of(unit)).name, is_town=context.units.tier(unit) == "town",
        known=chinese_day(parse_instant(public.as_of).date()) if public else "",
        over=wanted.window.end < context.today,
        villages=_named(public, unit) if public else [],
    )  # fmt: skip


def _named(public: PublicMonth, unit: str) -> list[tuple[str, dict[str, int | str]]]:
    """The villages' rows under their names: all of a town, the one of a village."""
    units = ctx().units
    wanted = public.villages if units.tier(unit) == "town" else {unit} & public.villages.keys()
    return [(units.place(code).name, public.villages[code]) for code in wanted]


def _whole_public(unit: str, month: str) -> PublicMonth:
    public = _public_asked(unit, Month.parse(month))
    if public is None:
        raise OutOfScope(N_("this month is not frozen yet: there is no public version"))
    return public


@room.get("/reports/<unit>/<month>/public.docx")
@needs(may.REPORT)
def document(unit: str, month: str) -> Response:
    """The public version as a Word file."""
    content = public_document(_whole_public(unit, month), unit, ctx().units, Words(gettext, label), chinese_day)
    return _file(content, WORD, f"public-{unit}-{month}.docx")


@room.get("/reports/<unit>/<month>/public.csv")
@needs(may.REPORT)
def public_table(unit: str, month: str) -> Response:
    """The public version as CSV: of a town alone, whose figures are all there is."""
    check_unit(unit)
    if ctx().units.tier(unit) != "town":
        raise OutOfScope(N_("there is no such report"))
    return _file(public_csv(_whole_public(unit, month)), CSV, f"public-{unit}-{month}.csv")


@room.get("/reports/<unit>/<period>.csv")
@needs(may.REPORT)
def table(unit: str, period: str) -> Response:
    """The numbers of a report for the county, one row a figure."""
    return _file(report_csv(_content_asked(unit, period)), CSV, f"report-{unit}-{period}.csv")


@room.get("/reports/<unit>/<period>.json")
@needs(may.REPORT)
def numbers(unit: str, period: str) -> Response:
    """The numbers of a report as contract §7 writes them, without the lists of cases."""
    return jsonify(aggregates(_content_asked(unit, period)))


def _content_asked(unit: str, period: str) -> dict[str, Any]:
    """A frozen revision as stored for who sees all its cases; else the report worked out within my scope."""
    report, frozen = report_asked(unit, period)
    if frozen is not None and not report.narrowed:
        stored: dict[str, Any] = json.loads(frozen.content)
        if sees_all_of(db.session, ctx().actor, stored):
            return stored
    return as_json(report)


def _file(content: bytes, mimetype: str, name: str) -> Response:
    answer = Response(content, content_type=mimetype)
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer
