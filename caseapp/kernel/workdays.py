"""The working calendar: holidays, made-up working days (调休), and a term counted in days (信访工作条例, art. 23).

The days come from the State Council's yearly notice (国务院办公厅关于…年部分节假日安排的通知). A year without one is
counted Monday to Friday, and what is counted in it is provisional.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType

from caseapp.kernel.errors import N_

KINDS = ("holiday", "workday")
UNITS = ("calendar", "working")
OFFICIAL_DAYS = Path(__file__).with_name("official_days.csv")
DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True)
class Reckoning:
    """How a due day was found: the term, the days passed over and why, the weekend days that were worked."""

    start: date
    days: int
    unit: str
    due: date
    skipped: tuple[tuple[date, str], ...] = ()
    made_up: tuple[date, ...] = ()
    provisional: bool = False


@dataclass(frozen=True)
class WorkCalendar:
    """The official days by kind (``holiday`` or ``workday``) and, where known, by name."""

    days: Mapping[date, str]
    names: Mapping[date, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if unknown := set(self.days.values()) - set(KINDS):
            raise ValueError(f"no kind of official day: {', '.join(sorted(unknown))}")

    def official(self, year: int) -> bool:
        """Whether the year's notice is known. A day in December is no sign of it: the next year's notice sets it."""
        return year in self._years

    @cached_property
    def _years(self) -> frozenset[int]:
        return frozenset(day.year for day in self.days if day.month < 12)

    def is_working(self, day: date) -> bool:
        """An official holiday is not worked, a made-up day is; any other day is worked from Monday to Friday."""
        kind = self.days.get(day)
        return day.weekday() < SATURDAY if kind is None else kind == "workday"

    def why_not(self, day: date) -> str:
        """Why a day is not worked: the holiday's name, or that it is a weekend. A message id."""
        if self.days.get(day) == "holiday":
            return self.names.get(day) or N_("holiday")
        return N_("weekend")

    def add(self, start: date, n: int, unit: str) -> Reckoning:
        """The day a term of ``n`` days ends. The start day is not counted; the first day counted is the next one."""
        if n < 0:
            raise ValueError(f"a term of {n} days")
        if unit not in UNITS:
            raise ValueError(f"no unit of days: {unit}")
        if unit == "calendar":
            return Reckoning(start, n, unit, start + n * DAY)
        return self._add_working(start, n)

    def _add_working(self, start: date, n: int) -> Reckoning:
        due, left = start, n
        skipped, made_up = [], []
        while left:
            due += DAY
            if not self.is_working(due):
                skipped.append((due, self.why_not(due)))
                continue
            left -= 1
            if due.weekday() >= SATURDAY:
                made_up.append(due)
        return Reckoning(start, n, "working", due, tuple(skipped), tuple(made_up), self._provisional(start, due))

    def _provisional(self, start: date, due: date) -> bool:
        """Whether a day from the one after ``start`` to ``due`` lies in a year without official days."""
        return due > start and not all(self.official(year) for year in range((start + DAY).year, due.year + 1))


@cache
def shipped() -> WorkCalendar:
    """The official days that come with the program, 2004 to 2026."""
    rows = list(_rows())
    kinds = {day: kind for day, kind, _ in rows}
    names = {day: name for day, _, name in rows}
    return WorkCalendar(MappingProxyType(kinds), MappingProxyType(names))


def _rows() -> Iterator[tuple[date, str, str]]:
    with OFFICIAL_DAYS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield date.fromisoformat(row["date"]), row["kind"], row["name"]
