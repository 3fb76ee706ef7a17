"""What the county asks for (报县口径, rates.md §6) as two sheets, a page of A4 each: for the petition bureau, for the
political-legal committee."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from caseapp.domain.org.tree import Tree
from caseapp.domain.rates import county
from caseapp.domain.reports.prose import Label, Say, Words, known_and_only, period_name
from caseapp.domain.reports.report import Report
from caseapp.kernel.clock import chinese_day
from caseapp.kernel.errors import N_
from caseapp.kernel.ratio import Ratio
from caseapp.office.worksheet import Worksheet
from caseapp.office.xlsx_formulas import percent, place
from caseapp.papers.month_sheet import signed, tenths

Figures = Mapping[str, Any]
PETITIONS: tuple[tuple[str, str], ...] = (
    ("items", "people"), ("group_items", "group_people"), ("first_items", ""), ("repeat_items", ""),
)  # fmt: skip
DISPUTES: tuple[tuple[str, str], ...] = (("disputes", "dispute_people"), ("screened", ""), ("mediated_disputes", ""))
FIRST_ROW = 4
WIDTHS = (20, 9, 9, 8, 9, 9, 8, 50)


def county_sheets(report: Report, tree: Tree, say: Say, label: Label) -> Iterator[Worksheet]:
    """Both sheets. The period and the year to date stand side by side, with how each figure is counted."""
    both = report.whole.county.figures(), report.year_to_date.county.figures()
    unit, period = tree.place(report.unit).name, period_name(report.period, say, chinese_day)
    petitions = [*_counts(PETITIONS, both, label), *_channels(both, say, label)]
    titles = (
        say(N_("%(unit)s: petitions, for the petition bureau (%(period)s)"), unit=unit, period=period),
        say(N_("%(unit)s: disputes, for the political-legal committee (%(period)s)"), unit=unit, period=period),
    )
    parts = (
        (N_("County petitions"), petitions, (*county.PETITION_RATES, county.ONCE)),
        (N_("County disputes"), list(_counts(DISPUTES, both, label)), county.DISPUTE_RATES),
    )
    foot = [signed(say), *known_and_only(report, Words(say, label))]
    for title, (name, rows, rates) in zip(titles, parts, strict=True):
        shares = _shares(rates, both, label, FIRST_ROW + len(rows))
        yield Worksheet(
            say(name), _lowest(say), [*rows, *shares], title=title, above=[_heading(say, label)], widths=WIDTHS,
            merged=["A2:A3", "B2:D2", "E2:G2", "H2:H3"], fixed=1, foot=foot, one_page=True,
        )  # fmt: skip


def _heading(say: Say, label: Label) -> list[object]:
    period, year = say(N_("This period")), label("window", "year_to_date")
    return [say(N_("Figure")), period, "", "", year, "", "", say(N_("How it is counted"))]


def _lowest(say: Say) -> list[str]:
    return ["", *[say(N_("Items or n")), say(N_("People or d")), "%"] * 2, ""]


def _counts(pairs: tuple[tuple[str, str], ...], both: tuple[Figures, Figures], label: Label) -> Iterator[list[object]]:
    for key, people in pairs:
        cells: list[object] = [label("county", key)]
        for figures in both:
            cells += [figures[key], figures[people] if people else "", ""]
        yield [*cells, label("county_formula", key)]


def _channels(both: tuple[Figures, Figures], say: Say, label: Label) -> Iterator[list[object]]:
    """A row a channel: of the items, those that came this way."""
    nothing = dict.fromkeys(county.BY_CHANNEL, 0)
    for channel in both[1]["items_by_channel"]:
        cells: list[object] = [label("channel", channel)]
        for figures in both:
            found = figures["items_by_channel"].get(channel, nothing)
            cells += [found["items"], found["people"], ""]
        yield [*cells, say(N_("of the items, those that came this way"))]


def _shares(rates: tuple[str, ...], both: tuple[Figures, Figures], label: Label, first: int) -> Iterator[list[object]]:
    """n, d and the percentage of each rate, worked out from the two cells before it."""
    for row, key in enumerate(rates, start=first):
        cells: list[object] = [label("county", key)]
        for figures in both:
            rate, at = Ratio(**figures[key]), len(cells) + 1
            cells += [rate.n, rate.d, percent(place(at, row), place(at + 1, row), tenths(rate))]
        yield [*cells, label("county_formula", key)]
