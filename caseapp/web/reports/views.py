"""/reports, /reports/<unit>/<period>: figures with n/d, each opening the cases behind it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from caseapp.actions.month_notes import has_drafts, may_submit
from caseapp.db import db
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.queries import CaseFilter, CaseList, numbered
from caseapp.domain.rates.queries import WindowFigures, unit_figures
from caseapp.domain.receipts.queries import rating_shown
from caseapp.domain.reports.queries import frozen_reports, notes_of
from caseapp.domain.reports.queries.county_forms import forms_in_use
from caseapp.domain.reports.report import NARROWED_BY, narrowing
from caseapp.kernel.periods import Month, Period, Quarter, Year, parse_period
from caseapp.web.cases.present import rows_of
from caseapp.web.heavy import heavy_at
from caseapp.web.reports.asked import (
    address_of,
    check_unit,
    from_histories,
    frozen_asked,
    report_asked,
    units_i_read,
)
from caseapp.web.reports.figures import (
    figure_formula,
    figure_title,
    figures_of,
    key_name,
    links,
    numbers_of,
    tally_of,
)
from caseapp.web.reports.frozen import frozen_cases, frozen_month
from caseapp.web.session import ctx, needs

room = Blueprint("reports", __name__)
LISTED = 12
TREND = 24
MOST_SHOWN = 500
OVERDUE_SHOWN = 100  # as the templates show
BY_RATING = {"evaluated", "satisfied", "satisfied_all", "pet_evaluated", "pet_satisfied"}


@room.get("/reports")
@needs(may.REPORT)
def index() -> str | Redirect:
    """The months of my unit, latest first."""
    if request.args.get("period") or request.args.get("from"):
        return _asked_for()
    units = units_i_read()
    unit = request.args.get("unit", "") or units[0][0]
    check_unit(unit)
    context = ctx()
    months = [Month.of(context.today).back(back) for back in range(LISTED)]
    figures = unit_figures(db.session, context.actor, context.units, unit, [month.window for month in months])
    return render_template(
        "reports/index.html", unit=unit, units=units, place=context.units.full_name(unit),
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
@heavy_at(from_histories, page=True)
def show(unit: str, period: str) -> str:
    """One unit over one period, whole or narrowed to a part; a frozen revision as it was stored."""
    check_unit(unit)
    context, wanted = ctx(), parse_period(period)
    month = wanted if isinstance(wanted, Month) else None
    revisions = frozen_reports(db.session, context.units.id_of[unit], month) if month else []
    may_freeze = month is not None and context.units.id_of[unit] in context.actor.units_with(may.FREEZE)
    told: dict[str, Any] = {
        "revisions": revisions, "may_freeze": may_freeze, "county_forms": forms_in_use(db.session),
    }  # fmt: skip
    if frozen := frozen_asked(unit, wanted):
        return frozen_month(frozen, {"unit": unit, **told})
    opened = report_asked(unit, period, OVERDUE_SHOWN)
    report = opened.report
    told |= {**figures_of(opened), "month": month}
    return render_template(
        "reports/show.html",
        **told,
        **links(told["address"]),
        narrowed=[(kind, key_name(opened, kind, key)) for kind, key in report.narrowed.items()],
        trend=[] if report.narrowed else _trend(unit, report.period),
        before=report.period.back(1),
        after=report.period.back(-1) if report.period.back(-1).window.start <= context.today else None,
        unfinished=report.period.window.end >= context.today,
        units=units_i_read(),
        periods=_periods(context.today),
        choices=narrowing(context.office),
        **_villages_say(unit, month),
    )


def _trend(unit: str, period: Period) -> list[tuple[Month, WindowFigures]]:
    """The 24 months up to the one in which a period ends."""
    context = ctx()
    months = [Month.of(period.window.end).back(back) for back in reversed(range(TREND))]
    figures = unit_figures(db.session, context.actor, context.units, unit, [month.window for month in months])
    return list(zip(months, figures, strict=True))


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
@heavy_at(from_histories, page=True)
def behind(unit: str, period: str, figure: str) -> str:
    """The cases behind one number: the very ones that were counted. Of a frozen revision, as it was stored."""
    opened, context = report_asked(unit, period, OVERDUE_SHOWN), ctx()
    report = opened.report
    kind, _, key = request.args.get("part", "").partition(":")
    numbers = numbers_of(report, tally_of(report, kind, key), figure)
    clauses = [numbered(set(numbers))]
    if kept_back := bool(BY_RATING.intersection(figure.split("."))):
        clauses.append(rating_shown(context.actor))
    if opened.frozen:
        seen = numbers if not kept_back else _of_these(numbers, CaseFilter(clauses=tuple(clauses)))
        return frozen_cases(opened, figure, (kind, key), sorted(seen))
    listed = CaseList(context.actor, CaseFilter(clauses=tuple(clauses)))
    cases = listed.page(db.session, None, MOST_SHOWN)[:MOST_SHOWN]
    return render_template(
        "reports/behind.html",
        report=report, address=address_of(opened), place=opened.edition.place, figure=figure,
        title=figure_title(opened, figure), formula=figure_formula(opened, figure), rows=rows_of(context, cases),
        counted=len(numbers), kept_back=kept_back,
        parts=[key_name(opened, *part) for part in (*report.narrowed.items(), (kind, key)) if part[0]],
    )  # fmt: skip


def _of_these(numbers: list[str], wanted: CaseFilter) -> list[str]:
    """Those of some cases that pass a filter, within my scope."""
    cases = CaseList(ctx().actor, wanted).page(db.session, None, len(numbers))
    return [number for number in numbers if number in {case.number for case in cases}]
