"""``rates.md`` §3, the tree of units: as it stood on a day, as known at an instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

Units = dict[str, tuple[str, str]]  # code → code of the unit above ("" for a town), tier
MERGED = "merged"  # instead of its tier: the unit above is the one it went to


class Change(NamedTuple):
    """From a day on, a unit stands under another one (``moved``), or went into it (``merged``)."""

    what: str
    code: str
    to: str
    on: date
    recorded_at: datetime


def tree_on(units: Units, changes: Sequence[Change], day: date, as_of: datetime) -> Units:
    """The tree at the end of a day, with the changes that were known."""
    found = dict(units)
    for change in sorted(changes, key=lambda one: one.on):
        if change.on <= day and change.recorded_at <= as_of:
            found[change.code] = (change.to, MERGED if change.what == "merged" else units[change.code][1])
    return found


def line_up(units: Units, code: str) -> list[str]:
    """A unit, the units it went to, and all above it."""
    found = []
    while code:
        found.append(code)
        code = units[code][0]
    return found


def village_of(units: Units, code: str) -> str:
    """The village where a matter arose, or the town's code when it arose at the town."""
    above = line_up(units, code)
    villages = [one for one in above if units[one][1] == "village"]
    return villages[0] if villages else above[-1]
