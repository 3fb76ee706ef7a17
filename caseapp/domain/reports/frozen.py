"""What a frozen report is: its bytes, its digest, and what moved between two of them (rates.md §4). Pure."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from caseapp.domain.audit.chain import canonical

PARTS = ("year_to_date", "previous_month", "same_month_last_year")


def digest_of(content: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    """The digest of a report's numbers, cases, ``as_of``, formulas version, and the settings in force."""
    told = {**content, "frozen": None, "settings": settings}
    return "sha256:" + hashlib.sha256(canonical(told).encode()).hexdigest()


def written(content: Mapping[str, Any]) -> str:
    """The bytes of a report as the command line prints it."""
    return json.dumps(content, ensure_ascii=False, indent=1)


def moved_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Which numbers differ, with the value before and after, and the cases that came into them or went out."""
    numbers = {
        name: [old, new] for name, old, new in _numbers(before, after) if old != new
    }  # fmt: skip
    return {"numbers": numbers, "cases": sorted(_cases(before["cases"], after["cases"]))}


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


def _cases(before: Any, after: Any) -> set[str]:
    """The cases that stand more or less often in any list."""
    if isinstance(before, list):
        old, new = Counter(before), Counter(after)
        return set((old - new) + (new - old))
    return set().union(*(_cases(before[key], after[key]) for key in before))
