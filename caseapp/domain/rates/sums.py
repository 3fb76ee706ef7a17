"""What the cases of a window add together: as much of it as a report shows, added up row by row. Pure.

Rows that say the same are one, with how many cases say so; a row that holds no longer is added as often as minus one
case. Each number of a report is a field of one whole number (``packed.py``), so that all are added at once.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from caseapp.domain.rates.formulas import Count
from caseapp.domain.rates.packed import (
    LATE_ITEMS,
    MARK,
    NOWHERE,
    STANDS,
    amounts_in,
    counts_in,
    fields_in,
    gathered,
    of_fields,
    spread,
    stands,
)

TOO_MANY = 1 << 63
"""What a field says from which more was taken away than there was."""
OPEN = MARK["lines", "open"]
KINDS = ("unit", "category", "lead", *STANDS)
"""The breakdowns that are kept; that by village is told from the unit."""
Parts = dict[str, defaultdict[str, int]]


class SameCases(NamedTuple):
    """Rows that say the same of so many cases: those of the open ones of each day of registration by themselves."""

    unit_id: int
    category: str
    lead: str | None
    marks: int
    block: int
    more: str | None
    registered_on: date | None
    cases: int
    people: int


class WrittenSums(NamedTuple):
    """Sums as they stand in the table that keeps them."""

    whole: str
    county: str
    parts: str
    accusations: int


class Sums:
    """The numbers of one window: all together and those for the county; with its parts, also each of them, and how many
    are open since when."""

    def __init__(self, *, with_parts: bool = True) -> None:
        self.with_parts = with_parts
        self.total, self.accusations = 0, 0
        self.county: Counter[str] = Counter()
        self.parts: Parts = {kind: defaultdict(int) for kind in KINDS}
        self.open_since: Counter[date] = Counter()

    def add(self, rows: SameCases, times: int = 1) -> None:
        """Add what some cases add, once; or take it away, minus once."""
        cases = rows.cases * times
        if rows.category == NOWHERE:
            self.accusations += cases * sum(count for _kind, _key, count in counts_in(rows.marks, rows.more))
            return
        adds = spread(rows.marks, rows.more) * cases
        self.total += adds
        self.county.update(amounts_in(rows.block, rows.people * times, cases))
        if not self.with_parts:
            return
        for kind, key in _places(rows):
            self.parts[kind][key] += adds
        if rows.registered_on is not None and rows.marks & OPEN:
            self.open_since[rows.registered_on] += cases

    @property
    def is_nothing(self) -> bool:
        """Whether no number is anything but nought."""
        told = self.total or self.accusations or any(self.county.values()) or any(self.open_since.values())
        return not told and not any(any(parts.values()) for parts in self.parts.values())

    def make_sense(self) -> bool:
        """Whether none is below nought. They cannot be, unless somebody wrote past the program what they come from."""
        totals = [self.total, *(adds for parts in self.parts.values() for adds in parts.values())]
        others = [self.accusations, *self.county.values(), *self.open_since.values()]
        try:
            fields = [max(fields_in(total)) for total in totals]
        except OverflowError:
            return False
        return max(fields) < TOO_MANY and min(others) >= 0

    @property
    def late(self) -> int:
        """How many items are late, where it is the sum of these."""
        return next((count for kind, key, count in self.counts() if (kind, key) == LATE_ITEMS), 0)

    def counts(self) -> list[Count]:
        """Every number of all cases together."""
        return list(gathered(self.total))

    def by_part(self) -> Iterator[tuple[str, str, list[Count]]]:
        """Every number of each part that counts something, by its kind and key."""
        for kind, parts in self.parts.items():
            yield from ((kind, key, list(gathered(adds))) for key, adds in parts.items() if adds)

    def written(self) -> WrittenSums:
        """As they are kept."""
        county = {key: amount for key, amount in sorted(self.county.items()) if amount}
        kept = self._parts_written() if self.with_parts else {}
        return WrittenSums(_compact(_fields(self.total)), _compact(county), _compact(kept), self.accusations)

    def _parts_written(self) -> dict[str, object]:
        since = {day.isoformat(): cases for day, cases in sorted(self.open_since.items()) if cases}
        told: dict[str, object] = {
            kind: {key: _fields(adds) for key, adds in sorted(parts.items()) if adds}
            for kind, parts in self.parts.items()
            if any(parts.values())
        }
        return {**told, "since": since} if since else told

    def add_written(self, kept: WrittenSums) -> None:
        """Add what is kept."""
        self.total += of_fields(json.loads(kept.whole))
        self.county.update(json.loads(kept.county))
        self.accusations += kept.accusations
        told = json.loads(kept.parts)
        for kind in KINDS:
            for key, fields in told.get(kind, {}).items():
                self.parts[kind][key] += of_fields(fields)
        self.open_since.update({date.fromisoformat(day): cases for day, cases in told.get("since", {}).items()})


def _places(rows: SameCases) -> Iterator[tuple[str, str]]:
    """Where cases stand in each breakdown."""
    yield "unit", str(rows.unit_id)
    yield "category", rows.category
    if rows.lead:
        yield "lead", rows.lead
    yield from ((kind, stands(kind, rows.block)) for kind in STANDS)


def _fields(adds: int) -> dict[str, int]:
    return {str(at): count for at, count in enumerate(fields_in(adds)) if count}


def _compact(told: object) -> str:
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False)
