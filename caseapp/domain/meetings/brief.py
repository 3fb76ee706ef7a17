"""The weekly brief for the Friday meeting (周例会简报): what stands in it. Pure.

No name of a party and no title: a case is told by its number, its category and its village.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from caseapp.domain.reports.report import Report
from caseapp.domain.screening.rounds import RoundTally
from caseapp.kernel.clock import show_instant
from caseapp.kernel.periods import Days

FIGURES = ("new", "resolved", "verified", "returned", "open", "overdue")


def week_of(day: date) -> Days:
    """The week a day lies in, Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return Days(monday, monday + timedelta(days=6))


@dataclass(frozen=True)
class DueCase:
    """An item of a case that is or falls due: what, when, who answers for it."""

    case: str
    category: str
    village: str
    kind: str
    due_on: date
    responsible: str
    days_late: int


@dataclass(frozen=True)
class RedCase:
    """An open case of grave risk: the latest work on it, what it is late with, how many help."""

    case: str
    category: str
    village: str
    last: str
    last_on: date
    late: tuple[str, ...]
    helpers: int


@dataclass(frozen=True)
class LeadWeek:
    """What a lead holds: open cases, on how many of them the lead worked in person this week, how many are late."""

    lead: str
    held: int
    worked: int
    late: int


@dataclass(frozen=True)
class Decided:
    """A decision as the brief shows it."""

    id: int
    week: date
    case: str | None
    text: str
    username: str
    responsible: str
    due_on: date
    done_on: date | None
    done_by: str
    done_note: str


@dataclass(frozen=True)
class Brief:
    """A week of one unit."""

    report: Report
    late: Sequence[DueCase]
    next_week: Sequence[DueCase]
    red: Sequence[RedCase]
    leads: Sequence[LeadWeek]
    before: Sequence[Decided]
    decided: Sequence[Decided]
    rounds: RoundTally | None = None

    @property
    def week(self) -> Days:
        """Monday to Sunday."""
        return week_of(self.report.period.window.start)

    def figure(self, name: str) -> int:
        """A figure of 本周概况; resolved and open are those of the whole inflow at its end (rates.md §2)."""
        if name == "overdue":
            return len(self.late)
        if name == "verified":
            return self.report.whole.rate("verified").n
        return self.report.whole.line(name)


def as_json(brief: Brief) -> dict[str, Any]:
    """The brief for programs."""
    return {
        "unit": brief.report.unit,
        "week": str(brief.week),
        "as_of": show_instant(brief.report.as_of),
        "figures": {name: brief.figure(name) for name in FIGURES},
        "overdue": [_plain(one) for one in brief.late],
        "next_week": [_plain(one) for one in brief.next_week],
        "red": [_plain(one) for one in brief.red],
        "leads": [_plain(one) for one in brief.leads],
        "decisions_before": [_plain(one) for one in brief.before],
        "decisions": [_plain(one) for one in brief.decided],
    }


def _plain(one: Any) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in vars(one).items()}
