"""The digest of a frozen report, and what moved between it and what is known now (rates.md §4). Pure."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from caseapp.domain.audit.chain import canonical
from caseapp.domain.reports.report import PRINTED, Report, as_json
from caseapp.domain.reports.stored import Edition
from caseapp.domain.reports.wordbook import digest_of_text
from caseapp.kernel.errors import N_

DEFINITIONS = {
    2: N_(
        "Version 2 of the formulas: a written opinion that supports the petitioner counts as on time like any other; "
        "written replies are rated too; suggestions left the resolution rates; withdrawals are shown apart; the "
        "figures for the county were added."
    ),
}
FIRST_KEPT = (" lines.", " rates.", "overdue ")
PARTS = ("year_to_date", "previous_month", "same_month_last_year")


def digest_of(content: Mapping[str, Any], settings: Mapping[str, Any], stored: str | None = None) -> str:
    """The digest of what is printed: a report's numbers, cases, ``as_of``, formulas version, the settings in force, and
    all else that was stored of it, its names and words too (rows from before that have none)."""
    told = {**content, "frozen": None, "settings": settings}
    if stored is not None:
        told["stored"] = digest_of_text(stored)
    return "sha256:" + hashlib.sha256(canonical(told).encode()).hexdigest()


def written(content: Mapping[str, Any]) -> str:
    """The bytes of a report as the command line prints it."""
    return json.dumps(content, ensure_ascii=False, indent=1)


def moved_between(edition: Edition, printed: Mapping[str, Any], now: Report) -> dict[str, Any]:
    """Which of the printed numbers differ from what is known now, with both values, and the cases that came into one of
    them or went out. ``printed`` is the JSON of the stored report.

    When the formulas were changed in between, ``formulas`` names both versions: then a definition may have moved a
    number, not a case (rates.md §7).
    """
    before, new = edition.report, as_json(now)
    moved: dict[str, Any] = {
        "numbers": {name: [was, is_] for name, was, is_ in _numbers(printed, new) if was != is_},
        "cases": sorted(_moved_cases(before, now)),
    }
    if before.formulas != now.formulas:
        moved["formulas"] = [before.formulas, now.formulas]
    return moved


def changed_definitions(versions: Sequence[int]) -> list[str]:
    """What changed in the definitions from one version of the formulas to another, a message each."""
    first, last = versions
    return [DEFINITIONS[version] for version in range(first + 1, last + 1) if version in DEFINITIONS]


def _moved_cases(before: Report, after: Report) -> set[str]:
    """The cases that stand more or less often behind any printed number; of a row from before, behind those numbers
    whose cases it holds."""
    old, new = _lists(before), _lists(after)
    none: Counter[str] = Counter()
    moved: Counter[str] = Counter()
    names = old.keys() | new.keys()
    if not before.whole.keeps_cases:
        names = {name for name in names if name.startswith(FIRST_KEPT)}
    for name in names:
        was, now = old.get(name, none), new.get(name, none)
        moved += (was - now) + (now - was)
    return set(moved)


def _lists(report: Report) -> dict[str, Counter[str]]:
    """The cases behind every number that is printed: the windows, the breakdowns, what is overdue."""
    tallies = {
        "": report.whole, "year_to_date": report.year_to_date, "previous": report.previous, "year_ago": report.year_ago,
        **{f"{kind}:{key}": tally for kind in PRINTED for key, tally in report.part(kind).items()},
    }  # fmt: skip
    lists = {f"{part} {name}": cases for part, tally in tallies.items() for name, cases in tally.lists()}
    for item in report.overdue:
        lists.setdefault(f"overdue {item['kind']} {item['due']}", Counter())[item["case"]] += 1
    return lists


def _numbers(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    yield from _pairs("", before, after)
    for part in PARTS:
        yield from _pairs(f"{part}.", before[part], after[part])
    for group in ("by_village", "by_category", "by_tier"):
        for key in sorted(before[group].keys() | after[group].keys()):
            empty: dict[str, Any] = {"lines": {}, "rates": {}, "apart": {}}
            old, new = before[group].get(key, empty), after[group].get(key, empty)
            yield from _pairs(f"{group}.{key}.", old, new)
    yield "overdue", len(before["overdue"]), len(after["overdue"])


def _pairs(prefix: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """The number of accusations moves nothing: that a revision was made at all would tell of one."""
    for kind in ("lines", "rates", "apart"):
        for key in sorted((before[kind].keys() | after[kind].keys()) - {"accusations"}):
            yield f"{prefix}{kind}.{key}", before[kind].get(key), after[kind].get(key)
    if "county" in before and "county" in after:
        old, new = dict(_county(before["county"])), dict(_county(after["county"]))
        for key in sorted(old.keys() | new.keys()):
            yield f"{prefix}county.{key}", old.get(key), new.get(key)


def _county(figures: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The figures for the county, those of a channel by names of their own (``items_of_visit``)."""
    for key, value in figures.items():
        if key != "items_by_channel":
            yield key, value
    for channel, both in figures["items_by_channel"].items():
        yield from ((f"{key}_of_{channel}", value) for key, value in both.items())
