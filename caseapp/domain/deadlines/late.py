"""At the ends of which months an item is late, and where it is found by it. Pure.

A report of a month, a quarter or a year lists what was late on its last day, which is the last day of a month. An
item is late at the ends of months that follow one on the other. It lies in the smallest month, quarter, year or pair
of years that holds all of them, so that whoever asks for one month looks into six places, and passes over few items.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from caseapp.kernel.periods import DAY, FOREVER, Month, months_within

LONG = 0
"""Where items lie that are late still, or were over more than one New Year."""


class LateMonths(NamedTuple):
    """The first and the last of the months, by their numbers, and where the item lies."""

    late_from: int | None
    late_to: int | None
    late_bin: int | None


NEVER = LateMonths(None, None, None)


def late_months(from_on: date, due_on: date, to_on: date | None) -> LateMonths:
    """The months at whose end an item that is owed from a day until before another is unmet and past its due date."""
    first = Month.of(max(from_on, due_on + DAY)).number
    last = FOREVER if to_on is None else Month.of(to_on).number - 1
    return LateMonths(first, last, _bin_of(first, last)) if first <= last else NEVER


def late_bins(number: int) -> tuple[int, ...]:
    """Where the items lie that are late at the end of a month."""
    year = months_within(number)[-1]
    return (*months_within(number), -year, 1 - year, LONG)


def _bin_of(first: int, last: int) -> int:
    if last == FOREVER:
        return LONG
    for one, other in zip(months_within(first), months_within(last), strict=True):
        if one == other:
            return one
    year, next_one = months_within(first)[-1], months_within(last)[-1]
    return -year if next_one == year + 1 else LONG
