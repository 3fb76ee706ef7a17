"""The figures of a report as its page shows them: rows, places, ages, and the cases behind one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from markupsafe import Markup, escape

from caseapp.domain.rates import county
from caseapp.domain.rates.formulas import SMALLEST_RANKED
from caseapp.domain.rates.tally import Tally
from caseapp.domain.reports.report import AGES, OLDEST, PARTS, Report
from caseapp.kernel.errors import N_, OutOfScope
from caseapp.web.addresses import url_for
from caseapp.web.reports.asked import Opened, address_of

HEADLINES = ("net", "verified")
COMPARED = ("ontime", "verified")
COLUMNS = ("stock", "new", "returned", "resolved", "closed_unresolved", "left", "open")
ANY = "-any-figure-"
ALL_AGES = (*(name for name, _days in AGES), OLDEST)


def figures_of(opened: Opened) -> dict[str, Any]:
    """What the page of a report shows, live or frozen."""
    report, edition = opened.report, opened.edition
    return {
        "report": report,
        "frozen": opened.frozen,
        "address": address_of(opened),
        "place": edition.place,
        "town": opened.tree.tier(report.unit) == "town" and not report.narrowed,
        "lines": report.keys["lines"],
        "rates": report.keys["rates"],
        "apart": report.keys["apart"],
        **_county(report),
        "columns": COLUMNS,
        "headlines": HEADLINES,
        "breakdowns": [(kind, list(_rows(opened, kind))) for kind in PARTS],
        "compared": {key: list(_ranked(opened, key)) for key in COMPARED},
        "ages": [(name, report.ages.line(name)) for name in ALL_AGES],
        "targets": edition.targets,
        "smallest": SMALLEST_RANKED,
        "formulas": report.formulas,
    }


def links(address: Mapping[str, Any]) -> dict[str, Callable[..., Markup]]:
    """What makes a number a link to the cases behind it, and a rate two such links: a page has hundreds of them, whose
    addresses differ in the figure alone."""

    @cache
    def around(part: str) -> tuple[str, str]:
        url = url_for("reports.behind", figure=ANY, part=part or None, **address)
        begins, _any, ends = str(escape(url)).partition(ANY)
        return begins, ends

    def behind(figure: str, text: object, part: str = "") -> Markup:
        begins, ends = around(part)
        return Markup(f'<a href="{begins}{figure}{ends}">{escape(text)}</a>')  # noqa: S704 - all is escaped, or a name of ours

    def pair(key: str, tally: Tally, part: str = "") -> Markup:
        rate, (begins, ends) = tally.rate(key), around(part)
        n, d = f'<a href="{begins}{key}.n{ends}">{rate.n}</a>', f'<a href="{begins}{key}.d{ends}">{rate.d}</a>'
        return Markup(f"{n}/{d}")  # noqa: S704 - the same

    def cells(keys: Iterable[str], tally: Tally, part: str) -> Markup:
        counts, (begins, ends) = [(key, tally.line(key)) for key in keys], around(part)
        told = (f'<a href="{begins}{key}{ends}">{count}</a>' if count else "0" for key, count in counts)
        return Markup("".join(f"<td>{one}</td>" for one in told))  # noqa: S704 - the same

    return {"behind": behind, "pair": pair, "cells": cells}


def _county(report: Report) -> dict[str, Any]:
    """What the county asks for, of the period and the year to date: of petitions, of disputes."""
    parts = [
        (part, report.keys[f"{part}_counts"], report.keys[f"{part}_rates"])
        for part in ("petition", "dispute")
        if report.has_county
    ]
    return {"county": {"whole": report.whole.county, "year": report.year_to_date.county}, "county_parts": parts}


def _rows(opened: Opened, kind: str) -> Iterator[dict[str, Any]]:
    """The rows of a breakdown that have anything in them. A village's row leads to its own report."""
    for key, tally in opened.report.part(kind).items():
        yield {"key": key, "name": key_name(opened, kind, key), "tally": tally, "part": f"{kind}:{key}"}


def key_name(opened: Opened, kind: str, key: str) -> str:
    """The name of a part: a village, a person, or a word."""
    if kind == "village":
        return opened.tree.place(key).name
    if kind == "lead":
        return opened.edition.people.get(key, key)
    return opened.words.label(kind, key)


def _ranked(opened: Opened, key: str) -> Iterator[dict[str, Any]]:
    """The villages by one rate, best first; those with fewer than five cases after them and without a place."""
    parts, tree = opened.report.part("village"), opened.tree
    rows = [(tree.place(code).name, parts[code].rate(key)) for code in parts if tree.tier(code) == "village"]
    large = sorted((row for row in rows if row[1].d >= SMALLEST_RANKED), key=lambda row: (-row[1].n / row[1].d, row[0]))
    small = sorted(row for row in rows if 0 < row[1].d < SMALLEST_RANKED)
    for place, (name, rate) in enumerate(large, start=1):
        better = sum(other.n * rate.d > rate.n * other.d for _name, other in large[: place - 1])
        yield {"name": name, "rate": rate, "place": better + 1}
    yield from ({"name": name, "rate": rate, "place": None} for name, rate in small)


def tally_of(report: Report, kind: str, key: str) -> Tally:
    """The numbers of the whole report, or of a part. Raises OutOfScope."""
    if not kind:
        return report.whole
    if kind not in PARTS or key not in report.part(kind):
        raise OutOfScope(N_("there is no such figure"))
    return report.part(kind)[key]


def numbers_of(report: Report, tally: Tally, figure: str) -> list[str]:
    """The case numbers behind a line (``stock``), one side of a rate (``net.n``, ``net.d``), an age of the open ones
    (``open.under_30``), a figure apart (``apart.merged``), or one for the county (``county.once.n``). Raises
    OutOfScope."""
    key, _, side = figure.partition(".")
    lists = _lists_of_a_group(report, tally, key) or _lists_of_a_rate(report, tally, key)
    if not side and key in report.keys["lines"]:
        return tally.lines[key]
    if side in lists:
        return list(lists[side])
    raise OutOfScope(N_("there is no such figure"))


def _lists_of_a_group(report: Report, tally: Tally, group: str) -> Mapping[str, Iterable[str]]:
    """The cases behind each figure of a group that is shown."""
    if group == "apart" and tally.keeps_cases:
        return {key: tally.apart_cases[key] for key in report.keys["apart"] if key != "accusations"}
    return _lists_of_the_whole(report, group) if tally is report.whole else {}


def _lists_of_the_whole(report: Report, group: str) -> Mapping[str, Iterable[str]]:
    """The ages of the open cases and the figures for the county, which no part of a report has."""
    if group == "county" and report.has_county:
        return {key: report.whole.county.cases[key].elements() for key in county.NAMES}
    return {age: report.backlog[age] for age in ALL_AGES} if group == "open" else {}


def _lists_of_a_rate(report: Report, tally: Tally, key: str) -> Mapping[str, Iterable[str]]:
    return {"n": tally.n[key], "d": tally.d[key]} if key in report.keys["rates"] else {}


def figure_title(opened: Opened, figure: str) -> str:
    """What a figure is called."""
    say, label = opened.words.say, opened.words.label
    key, _, side = figure.partition(".")
    if not side:
        return label("line", key)
    if key == "apart":
        return label("apart", side)
    if key == "open":
        return f"{label('line', key)} · {label('age', side)}"
    group, name, part = ("county", *_county_name(side)) if key == "county" else ("rate", key, side)
    if part in county.BY_CHANNEL:
        return f"{label(group, part)} · {label('channel', name)}"
    sides = {"n": N_("counted (n)"), "d": N_("out of (d)")}
    return label(group, name) + (f" · {say(sides[part])}" if part else "")


def _county_name(figure: str) -> tuple[str, str]:
    """A figure for the county and the side of it: ``once`` and ``n``; of a channel ``visit`` and ``people``."""
    name, _, part = figure.partition(".")
    return name, part


def figure_formula(opened: Opened, figure: str) -> str:
    """How a figure is counted, in words."""
    key, _, side = figure.partition(".")
    if key == "apart":
        return opened.words.label("formula", side)
    if key == "county":
        name, part = _county_name(side)
        return opened.words.label("county_formula", part if part in county.BY_CHANNEL else name)
    return opened.words.label("formula", key) if side and key in opened.report.keys["rates"] else ""
