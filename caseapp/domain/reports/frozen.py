"""What a frozen report is: its bytes, its digest, and what moved between two of them (rates.md §4). Pure."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from caseapp.domain.audit.chain import canonical
from caseapp.domain.reports.report import PRINTED, Report, as_json

PARTS = ("year_to_date", "previous_month", "same_month_last_year")


def digest_of(content: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    """The digest of a report's numbers, cases, ``as_of``, formulas version, and the settings in force."""
    told = {**content, "frozen": None, "settings": settings}
    return "sha256:" + hashlib.sha256(canonical(told).encode()).hexdigest()


def written(content: Mapping[str, Any]) -> str:
    """The bytes of a report as the command line prints it."""
    return json.dumps(content, ensure_ascii=False, indent=1)


def is_frozen_as(content: Mapping[str, Any], stored: str) -> bool:
    """Whether a report that was worked out again is the stored one, number by number. Who is out of a case sees it
    without that case."""
    return {**content, "frozen": None} == {**json.loads(stored), "frozen": None}


def moved_between(before: Report, after: Report) -> dict[str, Any]:
    """Which printed numbers differ, with the value before and after, and the cases that came into one of them or went
    out."""
    old, new = as_json(before), as_json(after)
    return {
        "numbers": {name: [was, now] for name, was, now in _numbers(old, new) if was != now},
        "cases": sorted(_moved_cases(before, after)),
    }


def _moved_cases(before: Report, after: Report) -> set[str]:
    """The cases that stand more or less often behind any printed number."""
    old, new = _lists(before), _lists(after)
    none: Counter[str] = Counter()
    moved: Counter[str] = Counter()
    for name in old.keys() | new.keys():
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
    for kind in ("lines", "rates", "apart"):
        for key in sorted(before[kind].keys() | after[kind].keys()):
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
