"""The monthly report as a plain workbook: figures with n and d, breakdowns, what is overdue, the cases behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from caseapp.domain.org.tree import Tree
from caseapp.domain.rates.formulas import LINES, RATES
from caseapp.domain.rates.tally import Tally
from caseapp.domain.reports.report import Report
from caseapp.kernel.clock import show_instant
from caseapp.kernel.errors import N_
from caseapp.office.xlsx_write import Sheet, write_book

Say = Callable[[str], str]
Label = Callable[[str, object], str]
HEADLINE = ("stock", "new", "returned", "inflow", "resolved", "closed_unresolved", "left", "open", "workload")


def month_workbook(report: Report, tree: Tree, say: Say, label: Label) -> bytes:
    """The report as a workbook. ``say`` and ``label`` put messages and slugs into the reader's language."""
    return write_book(
        [
            _figures(report, tree, say, label),
            _parts(report.part("village"), N_("By village"), say, label, lambda code: tree.place(code).name),
            _parts(report.part("category"), N_("By category"), say, label, lambda slug: label("category", slug)),
            _parts(report.part("tier"), N_("By tier"), say, label, lambda slug: label("tier", slug)),
            _overdue(report, say, label),
            _cases(report, say, label),
        ]
    )


def _figures(report: Report, tree: Tree, say: Say, label: Label) -> Sheet:
    windows = (report.whole, report.year_to_date, report.previous, report.year_ago)
    rows: list[list[object]] = [[label("line", key), *(tally.line(key) for tally in windows)] for key in LINES]
    for key in RATES:
        rates = [tally.rate(key) for tally in windows]
        rows.append([label("rate", key), *(f"{rate.n}/{rate.d} = {rate.percent}" for rate in rates)])
    rows += [
        [label("apart", key), *(tally.apart[key] for tally in windows)]
        for key in ("voided", "merged", "late_entered", "accusations")
    ]
    title = f"{tree.place(report.unit).name} {report.period} {say(N_('Monthly report'))}"
    headings = [
        say(N_("Figure")), say(N_("This month")), say(N_("Year to date")), say(N_("Month before")),
        say(N_("Same month last year")),
    ]  # fmt: skip
    known = f"{say(N_('As known at'))} {show_instant(report.as_of)}"
    return Sheet(say(N_("Figures")), headings, rows, title=title, notes=(known,), widths=(34, 18, 18, 18, 18))


def _parts(parts: dict[str, Tally], name: str, say: Say, label: Label, called: Callable[[str], str]) -> Sheet:
    headings = [
        say(name), *(label("line", key) for key in HEADLINE),
        *(f"{label('rate', key)} {part}" for key in ("net", "verified") for part in ("n", "d", "%")),
    ]  # fmt: skip
    rows = [[called(key), *_row(parts[key])] for key in sorted(parts) if not parts[key].is_empty]
    return Sheet(say(name), headings, rows)


def _row(tally: Tally) -> Iterator[object]:
    yield from (tally.line(key) for key in HEADLINE)
    for key in ("net", "verified"):
        rate = tally.rate(key)
        yield from (rate.n, rate.d, rate.percent)


def _overdue(report: Report, say: Say, label: Label) -> Sheet:
    headings = [say(N_("Case")), say(N_("What is due")), say(N_("Due on")), say(N_("Days late"))]
    rows = [[item["case"], label("kind", item["kind"]), item["due"], item["days_late"]] for item in report.overdue]
    return Sheet(say(N_("Overdue")), headings, rows, widths=(24, 20, 14, 12))


def _cases(report: Report, say: Say, label: Label) -> Sheet:
    rows = [[label("line", key), number] for key in LINES for number in sorted(report.whole.lines[key])]
    for key in RATES:
        rows += [[f"{label('rate', key)} n", number] for number in sorted(report.whole.n[key])]
        rows += [[f"{label('rate', key)} d", number] for number in sorted(report.whole.d[key])]
    return Sheet(say(N_("Cases behind the figures")), [say(N_("Figure")), say(N_("Case"))], rows, widths=(34, 24))
