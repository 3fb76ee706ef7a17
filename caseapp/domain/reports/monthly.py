"""The monthly report (contract §7): which windows, which breakdowns, what is overdue at the month's end. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from caseapp.domain.cases.history import History
from caseapp.domain.deadlines.rules import days_late, overdue_at
from caseapp.domain.org.office import DEFAULT, OfficeRules
from caseapp.domain.org.tree import Tree
from caseapp.domain.rates.formulas import FORMULAS, Contribution, contribution
from caseapp.domain.rates.tally import Tally
from caseapp.kernel.clock import show_instant
from caseapp.kernel.periods import Month, Window


@dataclass
class MonthReport:
    """A month's numbers for one unit as they were known at ``as_of``."""

    unit: str
    month: Month
    as_of: datetime
    whole: Tally = field(default_factory=Tally)
    year_to_date: Tally = field(default_factory=Tally)
    previous_month: Tally = field(default_factory=Tally)
    same_month_last_year: Tally = field(default_factory=Tally)
    by_village: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    by_category: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    by_tier: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    overdue: list[dict[str, Any]] = field(default_factory=list)

    @property
    def windows(self) -> Iterator[tuple[Window, Tally]]:
        """The windows beside the month itself, with what adds them up."""
        yield self.month.year_to_date, self.year_to_date
        yield self.month.back(1).window, self.previous_month
        yield self.month.back(12).window, self.same_month_last_year

    @property
    def earliest(self) -> Window:
        """The window that reaches furthest back."""
        return self.month.back(12).window


def month_report(  # noqa: PLR0917 - the one place where a report is put together
    unit: str, month: Month, as_of: datetime, histories: Iterable[History], tree: Tree, office: OfficeRules = DEFAULT
) -> MonthReport:
    """Add up a month. ``histories`` are those of the unit's cases that can matter, with everything known today."""
    report = MonthReport(unit, month, as_of)
    town = tree.tier(unit) == "town"
    for told in histories:
        history = told.known_at(as_of)
        if history is not None:
            _count(report, history, town=town)
            report.overdue += _overdue(history, month.window, office)
    report.overdue.sort(key=lambda item: (item["due"], item["case"], item["kind"]))
    return report


def _count(report: MonthReport, history: History, *, town: bool) -> None:
    number = history.head.number
    for window, tally in report.windows:
        tally.add(number, contribution(history, window), accusations=town)
    adds = contribution(history, report.month.window)
    report.whole.add(number, adds, accusations=town)
    for part in _parts(report, history, adds):
        part.add(number, adds, accusations=False)


def _parts(report: MonthReport, history: History, adds: Contribution) -> Iterator[Tally]:
    """Where the case stands in the breakdowns: the village where it arose, for ever; tier and category at the end."""
    if adds.category is not None and adds.tier is not None:
        yield report.by_village[history.tree.village_of(history.head.unit)]
        yield report.by_category[adds.category]
        yield report.by_tier[adds.tier]


def _overdue(history: History, window: Window, office: OfficeRules) -> list[dict[str, Any]]:
    return [
        {
            "case": history.head.number,
            "kind": item.kind,
            "due": item.due_on.isoformat(),
            "days_late": days_late(item.due_on, window.end),
        }
        for item in overdue_at(history, window.end, office)
    ]


def as_json(report: MonthReport) -> dict[str, Any]:
    """The report as contract §7 writes it."""
    return {
        "unit": report.unit,
        "month": str(report.month),
        "as_of": show_instant(report.as_of),
        "formulas": FORMULAS,
        "frozen": None,
        **report.whole.figures(),
        "year_to_date": report.year_to_date.figures(),
        "previous_month": report.previous_month.figures(),
        "same_month_last_year": report.same_month_last_year.figures(),
        "by_village": _shown(report.by_village),
        "by_category": _shown(report.by_category),
        "by_tier": _shown(report.by_tier),
        "cases": report.whole.cases(),
        "overdue": report.overdue,
    }


def _shown(parts: dict[str, Tally]) -> dict[str, Any]:
    return {key: parts[key].figures() for key in sorted(parts) if not parts[key].is_empty}
