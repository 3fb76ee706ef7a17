"""/reports, /reports/<unit>/<month>: figures with n/d, each opening the cases behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Redirect

from caseapp.actions.papers import month_document
from caseapp.actions.reports import DRAFTS_FROM
from caseapp.actions.workbooks import month_workbook
from caseapp.db import db
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.queries import CaseFilter, CaseList, numbered
from caseapp.domain.rates.formulas import APART, LINES, RATES, SMALLEST_RANKED
from caseapp.domain.rates.queries import windows_figures, worked_out
from caseapp.domain.rates.tally import Tally
from caseapp.domain.reports.monthly import MonthReport, as_json
from caseapp.domain.reports.prose import VillageNote, Words
from caseapp.domain.reports.queries import frozen_reports, notes_of
from caseapp.kernel.clock import chinese_day, local_day
from caseapp.kernel.errors import N_, OutOfScope
from caseapp.kernel.periods import Month
from caseapp.labels import label
from caseapp.web.cases.present import rows_of
from caseapp.web.reports.asked import check_unit, report_asked, units_i_read
from caseapp.web.session import ctx, needs

if TYPE_CHECKING:
    from caseapp.domain.reports.models import FrozenReport

room = Blueprint("reports", __name__)
TREND = 12
PARTS = ("village", "category", "tier")
MOST_SHOWN = 500
HEADLINES = ("net", "verified")


@room.get("/reports")
@needs(may.REPORT)
def index() -> str | Redirect:
    """The months of my unit, latest first, and what the scheduler kept of them."""
    units = units_i_read()
    unit = request.args.get("unit", "") or units[0][0]
    check_unit(unit)
    context = ctx()
    months = [Month.of(context.today).back(back) for back in range(TREND)]
    figures = windows_figures(
        db.session, context.actor, context.units.ids_within(unit), [month.window for month in months]
    )
    kept = {row.month: row for row in worked_out(db.session, context.units.id_of[unit])}
    if request.args.get("month"):
        return redirect(url_for("reports.show", unit=unit, month=request.args["month"]))
    return render_template(
        "reports/index.html", unit=unit, units=units, place=context.units.full_name(unit), kept=kept,
        months=list(zip(months, figures, strict=True)),
    )  # fmt: skip


def _is_whole(report: MonthReport, frozen: FrozenReport | None) -> bool:
    """Whether what I see is the frozen report, number by number; who is out of a case sees it without that case."""
    if frozen is None:
        return False
    return {**as_json(report), "frozen": None} == {**json.loads(frozen.content), "frozen": None}


@room.get("/reports/<unit>/<month>")
@needs(may.REPORT)
def show(unit: str, month: str) -> str:
    """One month of one unit."""
    (report, frozen), context = report_asked(unit, month), ctx()
    windows = [report.month.back(back).window for back in reversed(range(TREND))]
    trend = windows_figures(db.session, context.actor, context.units.ids_within(unit), windows)
    return render_template(
        "reports/show.html",
        report=report,
        place=context.units.full_name(unit),
        town=context.units.tier(unit) == "town",
        lines=LINES,
        rates=RATES,
        apart=APART,
        headlines=HEADLINES,
        villages=list(_parts(report.by_village, "village")),
        categories=list(_parts(report.by_category, "category")),
        tiers=list(_parts(report.by_tier, "tier")),
        trend=[(Month.of(figures.window.start), figures) for figures in trend],
        smallest=SMALLEST_RANKED,
        before=report.month.back(1),
        after=report.month.back(-1) if report.month.back(-1).window.start <= local_day(context.now) else None,
        unfinished=report.month.window.end >= context.today,
        units=units_i_read(),
        frozen=frozen,
        whole=_is_whole(report, frozen),
        revisions=frozen_reports(db.session, context.units.id_of[unit], report.month),
        **_villages_say(unit, report.month),
        may_freeze=context.units.id_of[unit] in context.actor.units_with(may.FREEZE),
    )


def _villages_say(unit: str, month: Month) -> dict[str, Any]:
    """The village's own note with whether it can be submitted; at the town, who submitted and who did not."""
    context = ctx()
    place, units = context.units.place(unit), context.units
    villages = [code for code in units.subtree(unit) if units.tier(code) == "village"] if place.tier != "group" else []
    notes = notes_of(db.session, [units.id_of[code] for code in villages], month)
    begun = context.today >= month.window.start.replace(day=DRAFTS_FROM)
    return {
        "own_note": notes.get(units.id_of[unit]) if place.tier == "village" else None,
        "may_submit": place.tier == "village" and begun and units.id_of[unit] in context.actor.units_with(may.WORK),
        "submissions": [(units.place(code), notes.get(units.id_of[code])) for code in villages]
        if place.tier == "town" and begun
        else [],
    }


def _notes(unit: str, month: Month) -> list[VillageNote]:
    """What the villages submitted, for the Word file."""
    units = ctx().units
    found = notes_of(db.session, units.ids_within(unit), month)
    return [
        VillageNote(units.by_id[key].name, one.problems, one.plans)
        for key, one in sorted(found.items(), key=lambda pair: units.by_id[pair[0]].code)
        if one.state == "submitted"
    ]


def _parts(parts: dict[str, Tally], kind: str) -> Iterator[dict[str, Any]]:
    """The rows of a breakdown that have anything in them."""
    for key in sorted(parts):
        if not parts[key].is_empty:
            name = ctx().units.place(key).name if kind == "village" else label(kind, key)
            yield {"key": key, "name": name, "tally": parts[key], "part": f"{kind}:{key}"}


@room.get("/reports/<unit>/<month>/cases/<figure>")
@needs(may.REPORT)
def behind(unit: str, month: str, figure: str) -> str:
    """The cases behind one number: the very ones that were counted."""
    (report, frozen), context = report_asked(unit, month), ctx()
    part = request.args.get("part", "")
    numbers = _numbers(_tally(report, part), figure)
    listed = CaseList(context.actor, CaseFilter(clauses=(numbered(set(numbers)),)))
    cases = listed.page(db.session, None, MOST_SHOWN)[:MOST_SHOWN]
    return render_template(
        "reports/behind.html",
        report=report, place=context.units.full_name(unit), figure=figure, title=_title(figure),
        formula=_formula(figure), rows=rows_of(context, cases), counted=len(numbers),
        part=_part_name(part), frozen=frozen,
    )  # fmt: skip


def _tally(report: MonthReport, part: str) -> Tally:
    if not part:
        return report.whole
    kind, _, key = part.partition(":")
    parts: dict[str, Tally] = {
        "village": report.by_village,
        "category": report.by_category,
        "tier": report.by_tier,
    }.get(kind, {})
    if key not in parts:
        raise OutOfScope(N_("there is no such figure"))
    return parts[key]


def _part_name(part: str) -> str:
    kind, _, key = part.partition(":")
    if not part:
        return ""
    return ctx().units.place(key).name if kind == "village" else label(kind, key)


def _numbers(tally: Tally, figure: str) -> list[str]:
    """The case numbers behind a line (``stock``), or behind one side of a rate (``net.n``, ``net.d``)."""
    key, _, side = figure.partition(".")
    if not side and key in LINES:
        return tally.lines[key]
    if key in RATES and side in ("n", "d"):
        return tally.n[key] if side == "n" else tally.d[key]
    raise OutOfScope(N_("there is no such figure"))


def _title(figure: str) -> str:
    key, _, side = figure.partition(".")
    if not side:
        return label("line", key)
    return f"{label('rate', key)} · {gettext('counted (n)') if side == 'n' else gettext('out of (d)')}"


def _formula(figure: str) -> str:
    key, _, side = figure.partition(".")
    return label("formula", key) if side else ""


@room.get("/reports/<unit>/<month>.xlsx")
@needs(may.REPORT)
def workbook(unit: str, month: str) -> Response:
    """The same as a workbook."""
    report, _frozen_one = report_asked(unit, month)
    content = month_workbook(report, ctx().units, gettext, label)
    answer = Response(content, mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    answer.headers["Content-Disposition"] = f"attachment; filename=report-{unit}-{report.month}.xlsx"
    return answer


@room.get("/reports/<unit>/<month>.docx")
@needs(may.REPORT)
def document(unit: str, month: str) -> Response:
    """The same as a Word file."""
    report, _frozen_one = report_asked(unit, month)
    content = month_document(report, ctx().units, Words(gettext, label), chinese_day, _notes(unit, report.month))
    answer = Response(content, mimetype="application/vnd.openxmlformats-officedocument.wordprocessingml.document")
    answer.headers["Content-Disposition"] = f"attachment; filename=report-{unit}-{report.month}.docx"
    return answer
