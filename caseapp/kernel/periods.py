"""Windows of days, both ends included (rates.md §1)."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from caseapp.kernel.errors import N_, RuleViolation

EARLIEST = 1900
DAY = timedelta(days=1)
FOREVER = 2**15 - 1
"""The number of the last month of what has no end."""
UNREADABLE = N_("%(text)s is not a period; write 2026-03, 2026-Q1, 2026 or 2026-03-05..2026-04-20")


@dataclass(frozen=True, order=True)
class Window:
    """The days from ``start`` to ``end``, both included."""

    start: date
    end: date

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    @property
    def eve(self) -> date:
        """The day before the window, S−1."""
        return self.start - DAY


class Period:
    """What a report is of: a month, a quarter, a year, or any days, written ``2026-03``, ``2026-Q1``, ``2026``,
    ``2026-03-05..2026-04-20``. ``kind`` says which."""

    kind: ClassVar[str]

    @property
    def window(self) -> Window:
        """The period's days."""
        raise NotImplementedError

    @property
    def year_ago(self) -> Period:
        """The same period of the year before."""
        raise NotImplementedError

    def back(self, count: int) -> Period:
        """The period so many earlier; later when ``count`` is negative."""
        raise NotImplementedError

    @property
    def year_to_date(self) -> Window:
        """From 1 January of the year it ends in to its last day."""
        return Window(date(self.window.end.year, 1, 1), self.window.end)


@dataclass(frozen=True, order=True)
class Month(Period):
    """A calendar month."""

    kind: ClassVar[str] = "month"
    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read ``YYYY-MM``. Raises RuleViolation."""
        found = re.fullmatch(r"(\d{4})-(\d{2})", text)
        if not found or not 1 <= int(found[2]) <= 12 or int(found[1]) < EARLIEST:
            raise RuleViolation("month", N_("%(text)s is not a month; write it as 2026-03"), text=text)
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Month:
        """The month a day lies in."""
        return cls(day.year, day.month)

    @classmethod
    def numbered(cls, number: int) -> Month:
        """The month of a number."""
        return cls(number // 12, number % 12 + 1)

    @property
    def number(self) -> int:
        """Its place in the row of all months."""
        return self.year * 12 + self.month - 1

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def window(self) -> Window:
        """The month's days."""
        return Window(date(self.year, self.month, 1), _last_day(self.year, self.month))

    def back(self, count: int) -> Month:
        """The month so many months earlier."""
        return Month.numbered(self.number - count)

    @property
    def year_ago(self) -> Month:
        """The same month of the year before."""
        return self.back(12)


@dataclass(frozen=True, order=True)
class Quarter(Period):
    """A quarter of a calendar year, 1 to 4."""

    kind: ClassVar[str] = "quarter"
    year: int
    quarter: int

    def __str__(self) -> str:
        return f"{self.year:04d}-Q{self.quarter}"

    @property
    def window(self) -> Window:
        """The three months' days."""
        last = self.quarter * 3
        return Window(date(self.year, last - 2, 1), _last_day(self.year, last))

    def back(self, count: int) -> Quarter:
        """The quarter so many quarters earlier."""
        quarters = self.year * 4 + self.quarter - 1 - count
        return Quarter(quarters // 4, quarters % 4 + 1)

    @property
    def year_ago(self) -> Quarter:
        """The same quarter of the year before."""
        return self.back(4)


@dataclass(frozen=True, order=True)
class Year(Period):
    """A calendar year."""

    kind: ClassVar[str] = "year"
    year: int

    def __str__(self) -> str:
        return f"{self.year:04d}"

    @property
    def window(self) -> Window:
        """The year's days."""
        return Window(date(self.year, 1, 1), date(self.year, 12, 31))

    def back(self, count: int) -> Year:
        """The year so many years earlier."""
        return Year(self.year - count)

    @property
    def year_ago(self) -> Year:
        """The year before."""
        return self.back(1)


@dataclass(frozen=True, order=True)
class Days(Period):
    """Any days from one to another. The period before is as long and ends on the eve."""

    kind: ClassVar[str] = "days"
    start: date
    end: date

    def __str__(self) -> str:
        return f"{self.start}..{self.end}"

    @property
    def window(self) -> Window:
        """The days themselves."""
        return Window(self.start, self.end)

    def back(self, count: int) -> Days:
        """As many days, so many times their length earlier."""
        shift = ((self.end - self.start).days + 1) * count
        return Days(self.start - timedelta(days=shift), self.end - timedelta(days=shift))

    @property
    def year_ago(self) -> Days:
        """The same dates of the year before; 28 February for the 29th."""
        return Days(_year_before(self.start), _year_before(self.end))


def parse_period(text: str) -> Period:
    """Read a period as it is written (see ``Period``). Raises RuleViolation."""
    if found := re.fullmatch(r"(\d{4})-Q([1-4])", text):
        return _checked(Quarter(int(found[1]), int(found[2])), text)
    if re.fullmatch(r"\d{4}", text):
        return _checked(Year(int(text)), text)
    if ".." in text:
        return _checked(_days(text), text)
    if re.fullmatch(r"\d{4}-\d{2}", text):
        return Month.parse(text)
    raise RuleViolation("period", UNREADABLE, text=text)


def _days(text: str) -> Days:
    first, _, last = text.partition("..")
    try:
        days = Days(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        raise RuleViolation("period", UNREADABLE, text=text) from None
    if days.end < days.start:
        raise RuleViolation("period", N_("%(text)s ends before it begins"), text=text)
    return days


def _checked(period: Period, text: str) -> Period:
    """A period with years before it to compare with."""
    start = int(str(period)[:4])
    if start < EARLIEST:
        raise RuleViolation("period", UNREADABLE, text=text)
    return period


def _last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, _last_day(day.year - 1, day.month).day))


def months_within(number: int) -> tuple[int, int, int]:
    """The month of a number, the quarter and the year it lies in, by numbers that are never the same."""
    return number, number // 3, number // 12
