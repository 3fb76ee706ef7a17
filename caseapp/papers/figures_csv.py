"""Reports as CSV: one row a figure, in one order for ever, opened right by Excel."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from caseapp.domain.reports.public import WITHHELD, PublicMonth
from caseapp.kernel.ratio import Ratio

HEADINGS = ("part", "key", "figure", "n", "d", "value")
PARTS = (
    "year_to_date", "previous_month", "previous_period", "same_month_last_year", "same_period_last_year",
)  # fmt: skip
GROUPS = ("by_village", "by_category", "by_tier")
LISTS = ("cases", "overdue")
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Row = tuple[object, ...]


def aggregates(content: Mapping[str, Any]) -> dict[str, Any]:
    """A report without its lists of cases: numbers alone (contract §7 without ``cases`` and ``overdue``)."""
    return {key: value for key, value in content.items() if key not in LISTS}


def report_csv(content: Mapping[str, Any]) -> bytes:
    """The numbers of a report (contract §7). A rate has n, d and its percentage, any other figure a value."""
    return as_csv(HEADINGS, _rows(content))


def public_csv(public: PublicMonth) -> bytes:
    """The public version: "<3" is 1 or 2, "*" is withheld."""
    return as_csv(HEADINGS, _public_rows(public))


def _rows(content: Mapping[str, Any]) -> Iterator[Row]:
    yield from _figures(content, "month" if "month" in content else "period", "")
    for part in (part for part in PARTS if part in content):
        yield from _figures(content[part], part, "")
    for group in GROUPS:
        for key in sorted(content[group]):
            yield from _figures(content[group][key], group, key)


def _figures(told: Mapping[str, Any], part: str, key: str) -> Iterator[Row]:
    for line, count in told["lines"].items():
        yield part, key, f"lines.{line}", "", "", count
    for rate, pair in told["rates"].items():
        yield part, key, f"rates.{rate}", pair["n"], pair["d"], Ratio(**pair).percent
    for apart, count in told["apart"].items():
        yield part, key, f"apart.{apart}", "", "", "" if count is None else count
    yield from _county(told.get("county", {}), part, key)


def _county(told: Mapping[str, Any], part: str, key: str) -> Iterator[Row]:
    """What the county asks for; a channel's figures as ``county.items.visit``."""
    for figure, value in told.items():
        if figure == "items_by_channel":
            for channel, both in value.items():
                yield from ((part, key, f"county.{name}.{channel}", "", "", count) for name, count in both.items())
        elif isinstance(value, Mapping):
            yield part, key, f"county.{figure}", value["n"], value["d"], Ratio(**value).percent
        else:
            yield part, key, f"county.{figure}", "", "", value


def _public_rows(public: PublicMonth) -> Iterator[Row]:
    for line, cell in public.lines.items():
        yield "town", public.town, f"lines.{line}", "", "", cell
    for key, rate in public.rates.items():
        shown = (rate.n, rate.d, rate.percent) if rate else (WITHHELD, WITHHELD, WITHHELD)
        yield "town", public.town, f"rates.{key}", *shown
    for part, rows in (("by_village", public.villages), ("by_category", public.categories)):
        for key, lines in rows.items():
            for line, cell in lines.items():
                yield part, key, f"lines.{line}", "", "", cell


def as_csv(headings: Iterable[str], rows: Iterable[Row]) -> bytes:
    """A table as CSV: UTF-8 with a byte order mark, so that Excel reads Chinese; what Excel would take for a formula
    stays text."""
    held = io.StringIO()
    writer = csv.writer(held)
    writer.writerow(headings)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return held.getvalue().encode("utf-8-sig")


def _plain(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(STARTS_A_FORMULA) else cell
