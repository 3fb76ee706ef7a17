"""A frozen revision on the page: the layout it was frozen under, the words and names that were stored with it.

A layout is a file of its own (``templates/reports/frozen/``): a new one is a new file, and the old one stays.
"""

from __future__ import annotations

from typing import Any

from flask import render_template

from caseapp.domain.reports.prose import known_at, period_name, stamped
from caseapp.domain.reports.stored import LAYOUT, named
from caseapp.kernel.clock import chinese_day
from caseapp.web.reports.asked import Opened, address_of
from caseapp.web.reports.figures import figure_formula, figure_title, key_name

STANDS = ("open", "resolved", "closed_unresolved", "left")
WHERE = ("village", "category", "tier")


def frozen_month(opened: Opened, told: dict[str, Any]) -> str:
    """The month as it was stored, with what leads to its other revisions."""
    return render_template("reports/frozen.html", **_laid_out(opened, "month"), **told)


def frozen_cases(opened: Opened, figure: str, part: tuple[str, str], numbers: list[str]) -> str:
    """The cases behind a number of a frozen revision: the numbers that were stored, with where each stood then. No
    title: it may have to be erased one day, and what is frozen cannot be."""
    kind, key = part
    stood = _where(opened)
    return render_template(
        "reports/frozen_cases.html", **_laid_out(opened, "cases"), address=address_of(opened),
        place=opened.edition.place, title=figure_title(opened, figure), formula=figure_formula(opened, figure),
        rows={number: stood.get(number, ["—"] * (len(WHERE) + 1)) for number in dict.fromkeys(numbers)},
        counted=len(numbers), part=key_name(opened, kind, key) if kind else "", where=WHERE,
        kept=not kind or opened.report.part(kind)[key].keeps_cases,
    )  # fmt: skip


def _where(opened: Opened) -> dict[str, list[str]]:
    """Where each case stood: its village, category and tier, and what had become of it."""
    report = opened.report
    stood: dict[tuple[str, str], str] = {}
    for kind in WHERE:
        for key, tally in report.part(kind).items():
            stood |= {(number, kind): key_name(opened, kind, key) for number in named(tally)}
    for line in STANDS:
        stood |= {(number, "line"): opened.words.label("line", line) for number in report.whole.lines[line]}
    return {
        number: [stood.get((number, kind), "—") for kind in (*WHERE, "line")]
        for number in {number for number, _kind in stood}
    }


def _laid_out(opened: Opened, page: str) -> dict[str, Any]:
    """The layout of the report and what it says besides figures; one from before there were layouts is shown in the
    first."""
    report, words = opened.report, opened.words
    return {
        "layout": f"reports/frozen/{page}_{opened.edition.layout or LAYOUT}.html",
        "words": words,
        "month_name": period_name(report.period, words.say, chinese_day),
        "known": known_at(report),
        "foot": list(stamped(report, words)),
    }
