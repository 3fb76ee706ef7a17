"""The monthly report as a workbook: the table to hand up, figures with n and d, breakdowns, what the county asks for,
what is overdue, the cases behind it. Sums and rates are formulas with their values beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from caseapp.domain.org.tree import Tree
from caseapp.domain.rates.tally import Tally
from caseapp.domain.reports.prose import Words, known_and_only, period_name
from caseapp.domain.reports.report import Report
from caseapp.kernel.clock import chinese_day
from caseapp.kernel.errors import N_
from caseapp.kernel.ratio import Ratio
from caseapp.office.makers import write_book
from caseapp.office.worksheet import Worksheet
from caseapp.office.xlsx_formulas import percent, place, total
from caseapp.papers.county_sheets import county_sheets
from caseapp.papers.month_sheet import month_sheet, tenths

Say = Callable[..., str]
Label = Callable[[str, object], str]
HEADLINE = ("stock", "new", "returned", "inflow", "resolved", "closed_unresolved", "left", "open", "workload")
FIRST_FIGURE = 4


def month_workbook(report: Report, tree: Tree, say: Say, label: Label) -> bytes:
    """The report as a workbook. ``say`` and ``label`` put messages and slugs into the reader's language."""
    return write_book(
        [
            *([month_sheet(report, tree, say, label)] if report.whole.keeps_cases else []),
            _figures(report, tree, say, label),
            _parts(report.part("village"), N_("By village"), say, label, lambda code: tree.place(code).name),
            _parts(report.part("category"), N_("By category"), say, label, lambda slug: label("category", slug)),
            _parts(report.part("tier"), N_("By tier"), say, label, lambda slug: label("tier", slug)),
            *(county_sheets(report, tree, say, label) if report.has_county else ()),
            _overdue(report, say, label),
            _cases(report, say, label),
        ]
    )


def _figures(report: Report, tree: Tree, say: Say, label: Label) -> Worksheet:
    windows = (report.whole, report.year_to_date, report.previous, report.year_ago)
    earlier = ("previous_month", "same_month_last_year")
    if report.period.kind != "month":
        earlier = ("previous_period", "same_period_last_year")
    names = [say(N_("This period")), *(label("window", name) for name in ("year_to_date", *earlier))]
    above = [[say(N_("Figure")), *(cell for name in names for cell in (name, "", ""))]]
    headings = ["", *[say(N_("Cases or n")), "d", "%"] * len(names)]
    rows = _figure_rows(report, windows, label)
    title = say(
        N_("%(place)s, report on %(period)s"), place=tree.place(report.unit).name,
        period=period_name(report.period, say, chinese_day),
    )  # fmt: skip
    known = known_and_only(report, Words(say, label))
    merged = ["A2:A3", *(f"{place(at, 2)}:{place(at + 2, 2)}" for at in range(2, 14, 3))]
    return Worksheet(
        say(N_("Figures")), headings, rows, title=title, above=above, merged=merged, fixed=1, foot=known,
        widths=(34, *(10, 8, 9) * len(names)), heights=(22, 22),
    )  # fmt: skip


def _figure_rows(report: Report, windows: Sequence[Tally], label: Label) -> list[list[object]]:
    """Lines, rates and figures apart, each with its value in every window."""
    rows = [_plain(label("line", key), [tally.line(key) for tally in windows]) for key in report.keys["lines"]]
    for key in report.keys["rates"]:
        row: list[object] = [label("rate", key)]
        for tally in windows:
            row += _rate(tally.rate(key), len(row) + 1, len(rows) + FIRST_FIGURE)
        rows.append(row)
    rows += [_plain(label("apart", key), [tally.apart[key] for tally in windows]) for key in report.keys["apart"]]
    return rows


def _plain(name: str, figures: Sequence[int | None]) -> list[object]:
    return [name, *(cell for figure in figures for cell in ("—" if figure is None else figure, "", ""))]


def _rate(rate: Ratio, column: int, row: int) -> list[object]:
    """n, d and the percentage, worked out from the two cells before it."""
    return [rate.n, rate.d, percent(place(column, row), place(column + 1, row), tenths(rate))]


def _parts(parts: dict[str, Tally], name: str, say: Say, label: Label, called: Callable[[str], str]) -> Worksheet:
    """A breakdown with its sum first."""
    headings = [
        say(name), *(label("line", key) for key in HEADLINE),
        *(f"{label('rate', key)} {part}" for key in ("net", "verified") for part in ("n", "d", "%")),
    ]  # fmt: skip
    rows = [_part(called(key), parts[key], row) for row, key in enumerate(sorted(parts), start=3)]
    return Worksheet(say(name), headings, [_sum(say(N_("Sum")), list(parts.values())), *rows], sums=1, fixed=1)


def _part(name: str, tally: Tally, row: int) -> list[object]:
    cells: list[object] = [name, *(tally.line(key) for key in HEADLINE)]
    for key in ("net", "verified"):
        cells += _rate(tally.rate(key), len(cells) + 1, row)
    return cells


def _sum(name: str, tallies: Sequence[Tally]) -> list[object]:
    last = 2 + len(tallies)
    cells: list[object] = [name]
    for key in HEADLINE:
        cells.append(total(len(cells) + 1, 3, last, sum(tally.line(key) for tally in tallies)))
    for key in ("net", "verified"):
        rate = sum((tally.rate(key) for tally in tallies), Ratio(0, 0))
        at = len(cells) + 1
        cells += [total(at, 3, last, rate.n), total(at + 1, 3, last, rate.d)]
        cells.append(percent(place(at, 2), place(at + 1, 2), tenths(rate)))
    return cells


def _overdue(report: Report, say: Say, label: Label) -> Worksheet:
    headings = [say(N_("Case")), say(N_("What is due")), say(N_("Due on")), say(N_("Days late"))]
    rows = [[item["case"], label("kind", item["kind"]), item["due"], item["days_late"]] for item in report.overdue]
    return Worksheet(say(N_("Overdue")), headings, rows, widths=(24, 20, 14, 12))


def _cases(report: Report, say: Say, label: Label) -> Worksheet:
    rows = [[label("line", key), number] for key in report.keys["lines"] for number in sorted(report.whole.lines[key])]
    for key in report.keys["rates"]:
        rows += [[f"{label('rate', key)} n", number] for number in sorted(report.whole.n[key])]
        rows += [[f"{label('rate', key)} d", number] for number in sorted(report.whole.d[key])]
    return Worksheet(say(N_("Cases behind the figures")), [say(N_("Figure")), say(N_("Case"))], rows, widths=(34, 24))
