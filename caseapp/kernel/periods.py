"""Windows of days, both ends included (rates.md §1)."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from caseapp.kernel.errors import N_, RuleViolation


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
        return self.start - timedelta(days=1)


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read ``YYYY-MM``. Raises RuleViolation."""
        found = re.fullmatch(r"(\d{4})-(\d{2})", text)
        if not found or not 1 <= int(found[2]) <= 12 or int(found[1]) < 1900:
            raise RuleViolation("month", N_("%(text)s is not a month; write it as 2026-03"), text=text)
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Month:
        """The month a day lies in."""
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def window(self) -> Window:
        """The month's days."""
        return Window(date(self.year, self.month, 1), date(self.year, self.month, monthrange(self.year, self.month)[1]))

    @property
    def year_to_date(self) -> Window:
        """From 1 January to the month's last day."""
        return Window(date(self.year, 1, 1), self.window.end)

    def back(self, months: int) -> Month:
        """The month so many months earlier."""
        count = self.year * 12 + self.month - 1 - months
        return Month(count // 12, count % 12 + 1)
