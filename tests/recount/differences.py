"""Where a report and its recount differ, said so that one sees which number and which cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from caseapp.domain.reports.report import PARTS, Report, as_json

WINDOWS = ("year_to_date", "previous_month", "same_month_last_year")
NAMES = {"previous_period": "previous_month", "same_period_last_year": "same_month_last_year"}


def told_in_full(report: Report) -> dict[str, Any]:
    """A report with the breakdowns that its JSON leaves to the page."""
    parts = {f"by_{kind}": {key: tally.figures() for key, tally in report.part(kind).items()} for kind in PARTS}
    ages = {age: sorted(numbers) for age, numbers in report.backlog.items()}
    return {**as_json(report), **parts, "backlog": ages}


def differences(told: dict[str, Any], counted: dict[str, Any]) -> list[str]:
    """One sentence for each number or list of the report that the recount has otherwise."""
    told = {NAMES.get(name, name): value for name, value in told.items()}
    found = list(_of_part("", told, counted))
    for name in WINDOWS:
        found += _of_part(name, told[name], counted[name])
    for name in [name for name in counted if name.startswith("by_")]:
        for key in sorted(set(told[name]) | set(counted[name])):
            found += _of_part(f"{name} {key}", told[name].get(key, {}), counted[name].get(key, {}))
    for key, numbers in counted["cases"]["lines"].items():
        found += _of_list(f"cases of {key}", told["cases"]["lines"].get(key), numbers)
    for key, sides in counted["cases"]["rates"].items():
        for side, numbers in sides.items():
            found += _of_list(f"cases of {key} {side}", told["cases"]["rates"].get(key, {}).get(side), numbers)
    for age in sorted(set(told["backlog"]) | set(counted["backlog"])):
        found += _of_list(f"open, {age}", told["backlog"].get(age), counted["backlog"].get(age, []))
    return found + list(_of_overdue(told["overdue"], counted["overdue"]))


def _of_part(name: str, told: Mapping[str, Any], counted: Mapping[str, Any]) -> Iterator[str]:
    """Lines, rates, what stands apart and what the county asks for. A part that is not there holds nothing; what stands
    apart and the county's are not told of every part."""
    for group, nothing in (("lines", 0), ("rates", {"n": 0, "d": 0}), ("apart", 0), ("county", 0)):
        left, right = told.get(group, {}), counted.get(group, {})
        if group in ("apart", "county") and told and group not in told:
            continue
        for key in sorted(set(left) | set(right)):
            if left.get(key, nothing) != right.get(key, nothing):
                yield f"{name} {group} {key}: the report has {left.get(key)}, the recount {right.get(key)}".strip()


def _of_list(name: str, told: list[str] | None, counted: list[str]) -> Iterator[str]:
    """A list of case numbers, in order."""
    if told is None:
        yield f"{name}: the report has no list"
    elif told != counted:
        more, less = Counter(told) - Counter(counted), Counter(counted) - Counter(told)
        yield f"{name}: the report has besides {sorted(more)}, and lacks {sorted(less)}"


def _of_overdue(told: list[dict[str, Any]], counted: list[dict[str, Any]]) -> Iterator[str]:
    """What is overdue, in order."""
    here = [(item["case"], item["kind"], item["due"], item["days_late"]) for item in told]
    there = [(item["case"], item["kind"], item["due"], item["days_late"]) for item in counted]
    if here != there:
        more, less = Counter(here) - Counter(there), Counter(there) - Counter(here)
        yield f"overdue: the report has besides {sorted(more)}, and lacks {sorted(less)}"
