"""/reports, /reports/<unit>/<month>: figures with n/d, each opening the cases behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Redirect

from caseapp.actions.reports import compare_with_today, freeze_month
from caseapp.actions.workbooks import month_workbook
from caseapp.db import db, unit_of_work
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.queries import CaseFilter, CaseList, numbered
from caseapp.domain.rates.formulas import APART, LINES, RATES, SMALLEST_RANKED
from caseapp.domain.rates.queries import windows_figures, worked_out
from caseapp.domain.rates.tally import Tally
from caseapp.domain.reports.monthly import MonthReport, as_json
from caseapp.domain.reports.queries import frozen_reports, read_month, sees_all_of
from caseapp.kernel.clock import local_day
from caseapp.kernel.errors import N_, NotAllowed, OutOfScope, RuleViolation
from caseapp.kernel.periods import Month
from caseapp.labels import label
from caseapp.web.cases.present import rows_of
from caseapp.web.page import said
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
    units = _units()
    unit = request.args.get("unit", "") or units[0][0]
    _check_unit(unit)
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


def _units() -> list[tuple[str, str]]:
    """The units whose report I may open, the widest first."""
    context = ctx()
    reach = context.actor.units_with(may.REPORT)
    return [
        (code, context.units.full_name(code)) for code in context.units.places if context.units.id_of[code] in reach
    ]


def _check_unit(unit: str) -> None:
    if unit not in {code for code, _ in _units()}:
        raise OutOfScope(N_("there is no such report"))


def _report(unit: str, month: str) -> tuple[MonthReport, FrozenReport | None]:
    """The report live, or as a frozen revision knew it: worked out again from the events, within my scope."""
    _check_unit(unit)
    context, wanted = ctx(), Month.parse(month)
    frozen = _frozen(unit, wanted)
    as_of = frozen.as_of if frozen else context.now
    return read_month(db.session, context.actor, context.units, unit, wanted, as_of=as_of), frozen


def _frozen(unit: str, month: Month) -> FrozenReport | None:
    revision = request.args.get("revision", type=int)
    if not request.args.get("revision"):
        return None
    for row in frozen_reports(db.session, ctx().units.id_of[unit], month):
        if row.revision == revision:
            return row
    raise OutOfScope(N_("there is no such report"))


def _is_whole(report: MonthReport, frozen: FrozenReport | None) -> bool:
    """Whether what I see is the frozen report, number by number; who is out of a case sees it without that case."""
    if frozen is None:
        return False
    return {**as_json(report), "frozen": None} == {**json.loads(frozen.content), "frozen": None}


@room.get("/reports/<unit>/<month>")
@needs(may.REPORT)
def show(unit: str, month: str) -> str:
    """One month of one unit."""
    (report, frozen), context = _report(unit, month), ctx()
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
        units=_units(),
        frozen=frozen,
        whole=_is_whole(report, frozen),
        revisions=frozen_reports(db.session, context.units.id_of[unit], report.month),
        may_freeze=context.units.id_of[unit] in context.actor.units_with(may.FREEZE),
    )


@room.post("/reports/<unit>/<month>/freeze")
@needs(may.FREEZE)
def freeze(unit: str, month: str) -> Redirect:
    """Freeze the month, or its next revision."""
    _check_unit(unit)
    revision = None
    try:
        with unit_of_work(db.session):
            revision = freeze_month(ctx(), unit, Month.parse(month)).revision
        flash(gettext("Frozen as revision %(revision)d.", revision=revision), "success")
    except RuleViolation as problem:
        flash(said(problem), "danger")
    return redirect(url_for("reports.show", unit=unit, month=month, revision=revision))


@room.get("/reports/<unit>/<month>/compare")
@needs(may.FREEZE)
def compare(unit: str, month: str) -> str:
    """What would move in a frozen report with today's knowledge, and what moved in each revision."""
    _check_unit(unit)
    frozen = _frozen(unit, Month.parse(month))
    if frozen is None:
        raise OutOfScope(N_("there is no such report"))
    context = ctx()
    moved = compare_with_today(context, frozen)
    visible = CaseList(context.actor, CaseFilter(clauses=(numbered(set(moved["cases"])),)))
    seen = len(visible.page(db.session, None, len(moved["cases"])))
    if seen < len(moved["cases"]) or not sees_all_of(db.session, context.actor, json.loads(frozen.content)):
        raise NotAllowed(N_("you are out of a case that this report counts; somebody else compares it"))
    return render_template(
        "reports/compare.html", frozen=frozen, unit=unit, place=context.units.full_name(unit), moved=moved,
        title_of=_number_title,
    )  # fmt: skip


def _number_title(name: str) -> str:
    """The name of a moved number in words: the part it stands in, and the line, rate or figure apart."""
    *where, kind, key = name.split(".") if "." in name else ["", name]
    if kind == "":
        return gettext("Overdue at the end of the month")
    word = label({"lines": "line", "rates": "rate", "apart": "apart"}[kind], key)
    if not where or where[0] == "":
        return word
    if where[0].startswith("by_"):
        place = ctx().units.place(where[1]).name if where[0] == "by_village" else label(where[0][3:], where[1])
        return f"{place} · {word}"
    return f"{label('window', where[0])} · {word}"


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
    (report, frozen), context = _report(unit, month), ctx()
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
    report, _frozen_one = _report(unit, month)
    content = month_workbook(report, ctx().units, gettext, label)
    answer = Response(content, mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    answer.headers["Content-Disposition"] = f"attachment; filename=report-{unit}-{report.month}.xlsx"
    return answer
