"""/reports, /reports/<unit>/<period>: figures with n/d, each opening the cases behind it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Redirect

from caseapp.actions.reports import has_drafts, may_submit
from caseapp.db import db
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.queries import CaseFilter, CaseList, numbered
from caseapp.domain.people.queries import names_of
from caseapp.domain.rates.formulas import APART, FORMULAS, LINES, RATES, SMALLEST_RANKED
from caseapp.domain.rates.queries import WindowFigures, unit_figures, worked_out
from caseapp.domain.rates.tally import Tally
from caseapp.domain.receipts.queries import rating_shown
from caseapp.domain.reports.frozen import is_frozen_as
from caseapp.domain.reports.queries import frozen_reports, notes_of
from caseapp.domain.reports.report import AGES, NARROWED_BY, OLDEST, PARTS, Report, as_json, narrowing
from caseapp.kernel.errors import N_, OutOfScope
from caseapp.kernel.periods import Month, Period, Quarter, Year, parse_period
from caseapp.labels import label
from caseapp.web.cases.present import rows_of
from caseapp.web.reports.asked import address_of, check_unit, report_asked, units_i_read
from caseapp.web.session import ctx, needs

room = Blueprint("reports", __name__)
LISTED = 12
TREND = 24
MOST_SHOWN = 500
HEADLINES = ("net", "verified")
COMPARED = ("ontime", "verified")
BY_RATING = ("evaluated", "satisfied", "satisfied_all")
COLUMNS = ("stock", "new", "returned", "resolved", "closed_unresolved", "left", "open")
ALL_AGES = (*(name for name, _days in AGES), OLDEST)


@room.get("/reports")
@needs(may.REPORT)
def index() -> str | Redirect:
    """The months of my unit, latest first, and what the scheduler kept of them."""
    if request.args.get("period") or request.args.get("from"):
        return _asked_for()
    units = units_i_read()
    unit = request.args.get("unit", "") or units[0][0]
    check_unit(unit)
    context = ctx()
    months = [Month.of(context.today).back(back) for back in range(LISTED)]
    figures = unit_figures(db.session, context.actor, context.units, unit, [month.window for month in months])
    kept = {row.month: row for row in worked_out(db.session, context.units.id_of[unit])}
    return render_template(
        "reports/index.html", unit=unit, units=units, place=context.units.full_name(unit), kept=kept,
        months=list(zip(months, figures, strict=True)), periods=_periods(context.today),
        choices=narrowing(context.office), today=context.today,
    )  # fmt: skip


def _asked_for() -> Redirect:
    """From the form to the address of a report. Two days go before the period that was chosen."""
    asked = request.args
    first, last = asked.get("from", ""), asked.get("to", "")
    period = parse_period(f"{first}..{last}" if first and last else asked.get("period", ""))
    narrowed: dict[str, Any] = {kind: asked[kind] for kind in NARROWED_BY if asked.get(kind)}
    unit = asked.get("unit", "") or units_i_read()[0][0]
    return redirect(url_for("reports.show", unit=unit, period=str(period), **narrowed))


def _periods(today: date) -> list[Period]:
    """What is asked for most: two years of months, two years of quarters, three years."""
    month, quarter = Month.of(today), Quarter(today.year, (today.month + 2) // 3)
    return [
        *(month.back(back) for back in range(TREND)), *(quarter.back(back) for back in range(8)),
        *(Year(today.year).back(back) for back in range(3)),
    ]  # fmt: skip


@room.get("/reports/<unit>/<period>")
@needs(may.REPORT)
def show(unit: str, period: str) -> str:
    """One unit over one period, whole or narrowed to a part."""
    (report, frozen), context = report_asked(unit, period), ctx()
    month = report.period if isinstance(report.period, Month) else None
    return render_template(
        "reports/show.html",
        report=report,
        address=address_of(report, frozen),
        narrowed=[(kind, _key_name(report, kind, key)) for kind, key in report.narrowed.items()],
        place=context.units.full_name(unit),
        town=context.units.tier(unit) == "town" and not report.narrowed,
        lines=LINES,
        rates=RATES,
        apart=APART,
        columns=COLUMNS,
        headlines=HEADLINES,
        breakdowns=[(kind, list(_rows(report, kind))) for kind in PARTS],
        compared={key: list(_ranked(report, key)) for key in COMPARED},
        ages=[(name, len(report.backlog[name])) for name in ALL_AGES],
        targets=context.office.targets(report.period.window.end),
        trend=[] if report.narrowed else _trend(unit, report.period),
        smallest=SMALLEST_RANKED,
        formulas=FORMULAS,
        before=report.period.back(1),
        after=report.period.back(-1) if report.period.back(-1).window.start <= context.today else None,
        unfinished=report.period.window.end >= context.today,
        units=units_i_read(),
        periods=_periods(context.today),
        choices=narrowing(context.office),
        frozen=frozen,
        whole=frozen is not None and is_frozen_as(as_json(report), frozen.content),
        month=month,
        revisions=frozen_reports(db.session, context.units.id_of[unit], month) if month else [],
        **_villages_say(unit, month),
        may_freeze=month is not None and context.units.id_of[unit] in context.actor.units_with(may.FREEZE),
    )


def _trend(unit: str, period: Period) -> list[tuple[Month, WindowFigures]]:
    """The 24 months up to the one in which a period ends."""
    context = ctx()
    months = [Month.of(period.window.end).back(back) for back in reversed(range(TREND))]
    figures = unit_figures(db.session, context.actor, context.units, unit, [month.window for month in months])
    return list(zip(months, figures, strict=True))


def _rows(report: Report, kind: str) -> Iterator[dict[str, Any]]:
    """The rows of a breakdown that have anything in them. A village's row leads to its own report."""
    people = names_of(db.session, set(report.part("lead"))) if kind == "lead" else {}
    for key, tally in report.part(kind).items():
        name = people.get(key) or _key_name(report, kind, key)
        yield {"key": key, "name": name, "tally": tally, "part": f"{kind}:{key}"}


def _key_name(report: Report, kind: str, key: str) -> str:
    if kind == "village":
        return report.tree.place(key).name
    if kind == "lead":
        return names_of(db.session, {key}).get(key, key)
    return label(kind, key)


def _ranked(report: Report, key: str) -> Iterator[dict[str, Any]]:
    """The villages by one rate, best first; those with fewer than five cases after them and without a place."""
    parts, units = report.part("village"), ctx().units
    rows = [(units.place(code).name, parts[code].rate(key)) for code in parts if units.tier(code) == "village"]
    large = sorted((row for row in rows if row[1].d >= SMALLEST_RANKED), key=lambda row: (-row[1].n / row[1].d, row[0]))
    small = sorted(row for row in rows if 0 < row[1].d < SMALLEST_RANKED)
    for place, (name, rate) in enumerate(large, start=1):
        better = sum(other.n * rate.d > rate.n * other.d for _name, other in large[: place - 1])
        yield {"name": name, "rate": rate, "place": better + 1}
    yield from ({"name": name, "rate": rate, "place": None} for name, rate in small)


def _villages_say(unit: str, month: Month | None) -> dict[str, Any]:
    """The village's own note with whether it can be submitted; at the town, who submitted and who did not."""
    context = ctx()
    if month is None:
        return {"own_note": None, "may_submit": False, "submissions": []}
    place, units = context.units.place(unit), context.units
    villages = [code for code in units.subtree(unit) if units.tier(code) == "village"] if place.tier != "group" else []
    notes = notes_of(db.session, [units.id_of[code] for code in villages], month)
    return {
        "own_note": notes.get(units.id_of[unit]) if place.tier == "village" else None,
        "may_submit": may_submit(context, unit, month),
        "submissions": [(units.place(code), notes.get(units.id_of[code])) for code in villages]
        if place.tier == "town" and has_drafts(context, month)
        else [],
    }


@room.get("/reports/<unit>/<period>/cases/<figure>")
@needs(may.REPORT)
def behind(unit: str, period: str, figure: str) -> str:
    """The cases behind one number: the very ones that were counted."""
    (report, frozen), context = report_asked(unit, period), ctx()
    kind, _, key = request.args.get("part", "").partition(":")
    numbers = _numbers(report, _tally(report, kind, key), figure)
    clauses = [numbered(set(numbers))]
    if kept_back := figure.partition(".")[0] in BY_RATING:
        clauses.append(rating_shown(context.actor))
    listed = CaseList(context.actor, CaseFilter(clauses=tuple(clauses)))
    cases = listed.page(db.session, None, MOST_SHOWN)[:MOST_SHOWN]
    return render_template(
        "reports/behind.html",
        report=report, address=address_of(report, frozen), place=context.units.full_name(unit), figure=figure,
        title=_title(figure), formula=_formula(figure), rows=rows_of(context, cases), counted=len(numbers),
        parts=[*report.narrowed.items(), *([(kind, key)] if kind else [])], key_name=partial(_key_name, report),
        frozen=frozen, kept_back=kept_back,
    )  # fmt: skip


def _tally(report: Report, kind: str, key: str) -> Tally:
    if not kind:
        return report.whole
    if kind not in PARTS or key not in report.part(kind):
        raise OutOfScope(N_("there is no such figure"))
    return report.part(kind)[key]


def _numbers(report: Report, tally: Tally, figure: str) -> list[str]:
    """The case numbers behind a line (``stock``), one side of a rate (``net.n``, ``net.d``), or an age of the open ones
    (``open.under_30``)."""
    key, _, side = figure.partition(".")
    if not side and key in LINES:
        return tally.lines[key]
    if key in RATES and side in ("n", "d"):
        return tally.n[key] if side == "n" else tally.d[key]
    if key == "open" and side in ALL_AGES and tally is report.whole:
        return report.backlog[side]
    raise OutOfScope(N_("there is no such figure"))


def _title(figure: str) -> str:
    key, _, side = figure.partition(".")
    if not side:
        return label("line", key)
    if key == "open":
        return f"{label('line', key)} · {label('age', side)}"
    counted = gettext("counted (n)") if side == "n" else gettext("out of (d)")
    return f"{label('rate', key)} · {counted}"


def _formula(figure: str) -> str:
    key, _, side = figure.partition(".")
    return label("formula", key) if side and key in RATES else ""
