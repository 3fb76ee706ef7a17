"""What the county's own forms in Excel may name: the figures of a report, one value a name, or a column of villages.

One source: every value is read off the report that the program's own workbook is made of; nothing is worked out here.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from caseapp.domain.cases.words import CHANNELS
from caseapp.domain.exchange.columns import CONTROLS
from caseapp.domain.org.tree import Tree
from caseapp.domain.rates import county
from caseapp.domain.rates.formulas import APART, LINES, RATES
from caseapp.domain.rates.tally import Tally
from caseapp.domain.reports import prose
from caseapp.domain.reports.prose import Words
from caseapp.domain.reports.report import Report
from caseapp.kernel.clock import chinese_day
from caseapp.kernel.errors import N_, RuleViolation
from caseapp.kernel.ratio import Ratio
from caseapp.office.makers import fill_form, form_of_names, read_form

if TYPE_CHECKING:
    from caseapp.office.xlsx_fill import NamedCells

Fields = dict[str, Any]
WINDOWS = {"": "whole", "year.": "year_to_date", "before.": "previous", "year_ago.": "year_ago"}
"""The windows of a report by what stands before a name: of the period nothing."""
WITH_COUNTY = ("", "year.")
PERSONAL = re.compile(CONTROLS)
ROWS = "villages."
MOST_VILLAGES = 40
TRIED_AT = datetime(2026, 1, 1, tzinfo=UTC)
SAID = ("unit", "period", "until", "known_at")
KINDS = {"lines": "line", "rates": "rate", "apart": "apart", "county": "county"}
SIDES = {"n": "n", "d": "d", "percent": "%"}
BEFORE = {
    "unit": N_("Name of the unit"), "period": N_("The period"), "until": N_("Last day of the period"),
    "known_at": N_("Known at"), "year": N_("Year to date"), "before": N_("The period before"),
    "year_ago": N_("The same period last year"), "villages": N_("Each village, one below the other"),
    "name": N_("Name of the village"),
}  # fmt: skip


def county_form(data: bytes, report: Report, tree: Tree, words: Words, categories: Iterable[str]) -> bytes:
    """A form filled with a whole report. Raises RuleViolation for one that is narrowed to a part or leaves out cases
    that its reader is kept out of, and for a value that is not known or not shown: nothing is filled with 0 for it."""
    if report.narrowed or report.leaves_out:
        raise RuleViolation("", N_("a form of the county is filled for all cases of a unit, not for a part of them"))
    values = fields_of(report, tree, words, categories)

    def value_of(named: NamedCells) -> Any:
        if values.get(named.key) is None:
            raise RuleViolation(
                "", N_("%(name)s (%(place)s) cannot be filled for you; it is not shown as 0"),
                name=named.name, place=named.place,
            )  # fmt: skip
        return values[named.key]

    return fill_form(data, value_of, report.as_of)


def starting_form(categories: Iterable[str], words: Words) -> bytes:
    """A workbook with every name there is, each with what it means and with the cell that is called so."""
    return form_of_names([(name, _meaning(name, words)) for name in names_known(categories)], ROWS, MOST_VILLAGES)


def check_form(data: bytes, known: Iterable[str]) -> None:
    """Whether a form can be put in use: cells have names, all of them ``known``, a value has one cell and a column of
    villages more; and no text is of what tracks or controls people. Raises RuleViolation that says what and where."""
    names, texts = read_form(data)
    if not names:
        raise RuleViolation("file", N_("no cell of this form has a name: name those that the program is to fill"))
    _check_names(names, set(known))
    fill_form(data, lambda named: [0] if named.key.startswith(ROWS) else 0, TRIED_AT)
    for place, text in texts:
        if PERSONAL.search(text):
            raise RuleViolation(
                "file", N_("%(place)s says «%(text)s»: what tracks or controls people is in no form here"),
                place=place, text=text[:60],
            )  # fmt: skip


def _check_names(names: Iterable[NamedCells], known: Container[str]) -> None:
    for named in names:
        if named.key not in known:
            raise RuleViolation(
                "file", N_("%(place)s is named %(name)s, which the program does not know"),
                name=named.name, place=named.place,
            )  # fmt: skip
        if named.left != named.right or (named.top != named.bottom and not named.key.startswith(ROWS)):
            raise RuleViolation(
                "file", N_("%(name)s is one value and has several cells (%(place)s)"),
                name=named.name, place=named.place,
            )  # fmt: skip


def names_known(categories: Iterable[str]) -> list[str]:
    """Every name that a form may have, in the order of ``fields_of``. ``categories``: those of the office."""
    names = list(SAID)
    for before in WINDOWS:
        names += [f"{before}{name}" for name, _value in _figures(Tally())]
        if before in WITH_COUNTY:
            names += [f"{before}county.{name}" for name, _value in _of_the_county(county.CountyTally())]
    names += [f"category.{category}.{name}" for category in categories for name, _value in _of_a_part(Tally())]
    return [*names, f"{ROWS}name", *(f"{ROWS}{name}" for name, _value in _of_a_part(Tally()))]


def fields_of(report: Report, tree: Tree, words: Words, categories: Iterable[str]) -> Fields:
    """Every name with its value; None where its reader is not shown it."""
    period = report.period
    said = (
        tree.place(report.unit).name, prose.period_name(period, words.say, chinese_day),
        chinese_day(period.window.end.isoformat()), prose.known_at(report),
    )  # fmt: skip
    fields: Fields = dict(zip(SAID, said, strict=True))
    for before, window in WINDOWS.items():
        tally: Tally = getattr(report, window)
        fields |= {f"{before}{name}": value for name, value in _figures(tally) if _is_told(report, name)}
        if before in WITH_COUNTY:
            figures = _of_the_county(tally.county)
            fields |= {f"{before}county.{name}": value if report.has_county else None for name, value in figures}
    parts = report.part("category")
    for category in categories:
        of_category = _of_a_part(parts.get(category) or Tally())
        fields |= {f"category.{category}.{name}": value for name, value in of_category}
    return fields | _villages(report, tree)


def _is_told(report: Report, name: str) -> bool:
    """Whether a report holds a figure: one that was frozen before there was such a figure does not."""
    kind, _dot, rest = name.partition(".")
    return rest.partition(".")[0] in report.keys[kind]


def _meaning(name: str, words: Words) -> str:
    """What a name stands for, in the words of the report."""
    part, _dot, rest = name.partition(".")
    if f"{part}." in WINDOWS or f"{part}." == ROWS:
        return f"{words.say(BEFORE[part])}：{_meaning(rest, words)}" if rest else words.say(BEFORE[part])
    if part == "category":
        category, _dot, rest = rest.partition(".")
        return f"{words.label('category', category)}：{_meaning(rest, words)}"
    if part == "county" and rest.partition(".")[0] in CHANNELS:
        channel, _dot, key = rest.partition(".")
        return f"{words.label('channel', channel)} {words.label('county', key)}"
    if part in KINDS:
        key, _dot, side = rest.partition(".")
        return f"{words.label(KINDS[part], key)} {SIDES.get(side, '')}".strip()
    return words.say(BEFORE[name])


def _villages(report: Report, tree: Tree) -> Fields:
    """Columns with a row for each village, and for the town itself where it has cases: they add up to the whole."""
    villages = report.by_village()
    rows = [dict(_of_a_part(tally)) for tally in villages.values()]
    columns: Fields = {f"{ROWS}{name}": [row[name] for row in rows] for name, _value in _of_a_part(Tally())}
    return {f"{ROWS}name": [tree.place(code).name for code in villages], **columns}


def _of_a_part(tally: Tally) -> Iterator[tuple[str, Any]]:
    yield from ((f"lines.{key}", tally.line(key)) for key in LINES)
    for key in RATES:
        yield from _rate(f"rates.{key}", tally.rate(key))


def _figures(tally: Tally) -> Iterator[tuple[str, Any]]:
    yield from _of_a_part(tally)
    yield from ((f"apart.{key}", tally.apart[key]) for key in APART)


def _of_the_county(tally: county.CountyTally) -> Iterator[tuple[str, Any]]:
    yield from ((key, tally.figure(key)) for key in county.COUNTS)
    for channel in CHANNELS:
        yield from ((f"{channel}.{key}", tally.figure(f"{channel}.{key}")) for key in county.BY_CHANNEL)
    for key in county.RATES:
        yield from _rate(key, tally.rate(key))


def _rate(name: str, ratio: Ratio) -> Iterator[tuple[str, Any]]:
    yield f"{name}.n", ratio.n
    yield f"{name}.d", ratio.d
    yield f"{name}.percent", ratio.percent
