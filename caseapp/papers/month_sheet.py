"""The table a town hands up (domain.md §5.4): a row a village, the lines, both rates, each category's pair.

Sums and rates are formulas, so that whoever mends a figure sees what follows; the values stand beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from caseapp.domain.cases.words import CATEGORIES
from caseapp.domain.org.tree import Tree
from caseapp.domain.rates.tally import Tally
from caseapp.domain.reports.prose import Words, known_and_only, period_name
from caseapp.domain.reports.report import Report
from caseapp.kernel.clock import chinese_day
from caseapp.kernel.errors import N_
from caseapp.kernel.ratio import Ratio
from caseapp.office.worksheet import Worksheet
from caseapp.office.xlsx_formulas import NOTHING_TO_DIVIDE, Formula, percent, place, total

Say = Callable[..., str]
Label = Callable[[str, object], str]

LINES = ("stock", "new", "returned", "workload", "net", "verified", "closed_unresolved", "left", "open")
RATES = {"net": ("net", "workload"), "verified": ("verified", "workload_verified")}
COLUMN = {key: at for at, key in enumerate(LINES, start=2)}
FIRST_RATE = 2 + len(LINES)
NOW = FIRST_RATE + 6
FIRST_PAIR = NOW + 2
TOTAL_ROW = 5
HEAD_HEIGHTS = (36.0, 64.0, 36.0)
ROW_HEIGHT = 34.0


@dataclass(frozen=True)
class SheetLine:
    """A row of the table: its name, its figures, and (resolved, not resolved) of each category when they are known."""

    name: str
    tally: Tally
    pairs: Mapping[str, tuple[int, int]]


def month_sheet(report: Report, tree: Tree, say: Say, label: Label) -> Worksheet:
    """The first sheet of the month's workbook."""
    part = report.part("category")
    categories = [*CATEGORIES, *(key for key in part if key not in CATEGORIES)]
    villages = [
        SheetLine(tree.place(code).name, tally, {key: _pair(tally, part.get(key)) for key in categories})
        for code, tally in report.by_village().items()
    ]
    whole = SheetLine(say(N_("Sum")), report.whole, {key: _pair(report.whole, part.get(key)) for key in categories})
    year = SheetLine(say(N_("Year to date")), report.year_to_date, {})
    last = TOTAL_ROW + len(villages)
    rows = [_sums(whole, categories, last)]
    rows += [_row(line, categories, at) for at, line in enumerate([*villages, year], start=TOTAL_ROW + 1)]
    above, lowest = _heads(say, label, whole, categories)
    title = say(
        N_("%(unit)s: disputes found and resolved, basic figures (%(period)s)"),
        unit=tree.place(report.unit).name, period=period_name(report.period, say, chinese_day),
    )  # fmt: skip
    return Worksheet(
        say(N_("Table to hand up")), lowest, rows, title=title, above=above, merged=_merged(len(categories)),
        sums=1, fixed=1, foot=_foot(report, say, label), heights=(*HEAD_HEIGHTS, *[ROW_HEIGHT] * len(rows)),
        widths=_widths(villages, len(categories)),
    )  # fmt: skip


def _pair(tally: Tally, category: Tally | None) -> tuple[int, int]:
    """Of a village's workload that stands in a category: how many are resolved at the end, how many are not."""
    if category is None:
        return 0, 0
    resolved = set(tally.n["net"]) & set(category.n["net"])
    return len(resolved), len(set(tally.d["net"]) & set(category.d["net"])) - len(resolved)


def _figure(tally: Tally, key: str) -> int:
    return tally.rate(key).n if key in RATES else tally.line(key)


def _row(line: SheetLine, categories: list[str], row: int) -> list[object]:
    cells: list[object] = [line.name, *(_figure(line.tally, key) for key in LINES)]
    cells += _rates(line.tally, row, line.tally.rate("verified").d)
    for key in categories:
        cells += line.pairs.get(key, ("", ""))
    return [*cells, *_subtotal(line, categories, row)]


def _sums(line: SheetLine, categories: list[str], last: int) -> list[object]:
    """The row of sums: each figure added up over the villages below it."""

    def added(column: int, value: int) -> Formula:
        return total(column, TOTAL_ROW + 1, last, value)

    cells: list[object] = [line.name, *(added(COLUMN[key], _figure(line.tally, key)) for key in LINES)]
    cells += _rates(line.tally, TOTAL_ROW, added(FIRST_RATE + 4, line.tally.rate("verified").d))
    for key in categories:
        cells += [added(len(cells) + 1 + at, value) for at, value in enumerate(line.pairs[key])]
    return [*cells, *_subtotal(line, categories, TOTAL_ROW)]


def _rates(tally: Tally, row: int, verified_of: object) -> list[object]:
    """n, d and the percentage of both rates; then the cases of the period, and how many of them are not resolved."""
    net, verified = tally.rate("net"), tally.rate("verified")
    resolved, workload = place(COLUMN["net"], row), place(COLUMN["workload"], row)
    return [
        Formula(resolved, net.n), Formula(workload, net.d),
        percent(place(FIRST_RATE, row), place(FIRST_RATE + 1, row), tenths(net)),
        Formula(place(COLUMN["verified"], row), verified.n), verified_of,
        percent(place(FIRST_RATE + 3, row), place(FIRST_RATE + 4, row), tenths(verified)),
        Formula(workload, net.d), Formula(f"{workload}-{resolved}", net.d - net.n),
    ]  # fmt: skip


def _subtotal(line: SheetLine, categories: list[str], row: int) -> list[object]:
    net = line.tally.rate("net")
    if not line.pairs:
        return [Formula(place(COLUMN["net"], row), net.n), Formula(place(NOW + 1, row), net.d - net.n)]
    both = []
    for side, value in enumerate((net.n, net.d - net.n)):
        pairs = "+".join(place(FIRST_PAIR + 2 * at + side, row) for at in range(len(categories)))
        both.append(Formula(pairs, value))
    return list(both)


def tenths(rate: Ratio) -> str | float:
    """A rate as a number with one decimal, rounded as ``Ratio.percent`` is."""
    return NOTHING_TO_DIVIDE if rate.per_mille is None else rate.per_mille / 10


def _heads(say: Say, label: Label, whole: SheetLine, categories: list[str]) -> tuple[list[list[object]], list[str]]:
    pairs = len(categories) + 1
    first: list[object] = [
        say(N_("Village (community)")), say(N_("What came in and what became of it")), *[""] * (len(LINES) - 1),
        say(N_("Rates of resolution")), *[""] * 5, say(N_("Where things stand")), "",
        say(N_("Resolved by category")), *[""] * (2 * pairs - 1),
    ]  # fmt: skip
    names = {"net": say(N_("Resolved, net")), "verified": say(N_("Resolved and verified"))}
    second: list[object] = ["", *(names.get(key) or label("line", key) for key in LINES)]
    for key in RATES:
        second += [label("rate", key), "", ""]
    second += [say(N_("In all")), say(N_("Not resolved"))]
    for key in categories:
        second += [_counted(label("category", key), len(second) + 1, sum(whole.pairs[key]), say), ""]
    second += [say(N_("Subtotal")), ""]
    lowest = [
        *[""] * (1 + len(LINES)),
        *["n", "d", "%"] * 2,
        "",
        "",
        *[say(N_("Resolved")), say(N_("Not resolved"))] * pairs,
    ]
    return [first, second], lowest


def _counted(name: str, column: int, count: int, say: Say) -> Formula:
    """The heading of a category with how many cases it holds."""
    told = say(N_("%(name)s (%(count)s in all)"), name=name, count="\0")
    before, _, after = (part.replace('"', '""') for part in told.partition("\0"))
    added = f"({place(column, TOTAL_ROW)}+{place(column + 1, TOTAL_ROW)})"
    return Formula(f'"{before}"&{added}&"{after}"', told.replace("\0", str(count)))


def _merged(categories: int) -> list[str]:
    end = FIRST_PAIR + 2 * (categories + 1) - 1
    groups = [(2, FIRST_RATE - 1), (FIRST_RATE, NOW - 1), (NOW, NOW + 1), (FIRST_PAIR, end)]
    pairs = [(FIRST_RATE, FIRST_RATE + 2), (FIRST_RATE + 3, NOW - 1)]
    pairs += [(at, at + 1) for at in range(FIRST_PAIR, end, 2)]
    tall = [*range(2, FIRST_RATE), NOW, NOW + 1]
    return [
        "A2:A4",
        *(f"{place(first, 2)}:{place(last, 2)}" for first, last in groups),
        *(f"{place(first, 3)}:{place(last, 3)}" for first, last in pairs),
        *(f"{place(at, 3)}:{place(at, 4)}" for at in tall),
    ]


def _widths(villages: list[SheetLine], categories: int) -> list[float]:
    name = max([10, *(2 * len(line.name) + 2 for line in villages)])
    return [min(name, 24), *[6.0] * len(LINES), *[5.0, 5.0, 7.0] * 2, 6.0, 6.0, *[6.0] * (2 * categories + 2)]


def _foot(report: Report, say: Say, label: Label) -> list[str]:
    counted = say(
        N_("How it is counted: the resolution rate is n cases %(net)s, over d; the verified rate %(verified)s. Cases "
           "that left for elsewhere are in neither; a case that came back counts as unresolved until it is resolved "
           "again. Percentages have one decimal, rounded half up."),
        net=label("formula", "net"), verified=label("formula", "verified"),
    )  # fmt: skip
    return [signed(say, " " * 24), counted, *known_and_only(report, Words(say, label))]


def signed(say: Say, gap: str = " " * 8) -> str:
    """The line for names: who drew a table up, checked it, signed it, and when it was handed up."""
    names = (N_("Drawn up by:"), N_("Checked by:"), N_("Signed by the leader in charge:"), N_("Handed up on:"))
    return gap.join(say(word) for word in names)
