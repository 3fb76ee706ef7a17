"""Invented papers, one with something of everything and one of a time in which nothing happened: templates are tried
with both before they are put in use, and what they may name is read off the first."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from functools import cache

from caseapp.domain.meetings.brief import Brief, Decided, DueCase, LeadWeek, RedCase
from caseapp.domain.org.tree import Place, Tree
from caseapp.domain.rates.formulas import LINES, RATES
from caseapp.domain.rates.tally import Tally
from caseapp.domain.reports.prose import VillageNote, Words
from caseapp.domain.reports.report import Report
from caseapp.domain.reports.yearly import YearOfWork
from caseapp.kernel.clock import chinese_day
from caseapp.kernel.periods import Days, Month, Period, Year
from caseapp.papers.template_fields import Fields, Shown, TemplateData, told_month, told_week, told_year

PAPERS = ("month", "week", "year")
TOWN, VILLAGES = "SL", ("SL-1", "SL-2")
TREE = Tree([
    Place(TOWN, "", "town", "镇", "示例镇"),
    *(Place(code, TOWN, "village", "村", f"示例{name}村") for code, name in zip(VILLAGES, "甲乙", strict=True)),
])  # fmt: skip
AT = datetime(2026, 1, 31, 16, 0, tzinfo=UTC)
PERIODS: dict[str, Period] = {
    "month": Month(2026, 1), "week": Days(date(2026, 1, 26), date(2026, 1, 31)), "year": Year(2025),
}  # fmt: skip
PLAIN = Words(lambda message, **params: message % params if params else message, lambda _kind, slug: str(slug))


def sample(paper: str, words: Words, shown: Shown, *, full: bool) -> TemplateData:
    """An invented paper of a kind."""
    report = _report(PERIODS[paper], full=full)
    if paper == "week":
        return told_week(_brief(report, full=full), TREE, words, shown)
    if paper == "year":
        return told_year(report, _year(full=full), TREE, words, shown)
    notes = [VillageNote("示例甲村", "问题一\n问题二", "打算")] if full else []
    return told_month(report, TREE, words, shown, notes)


@cache
def trials(paper: str) -> tuple[Fields, Fields]:
    """What a template is tried with: everything, and nothing. The first is the shape of all there is."""
    return tuple(sample(paper, PLAIN, chinese_day, full=full).fields for full in (True, False))  # type: ignore[return-value]


def _report(period: Period, *, full: bool) -> Report:
    report = Report(TOWN, period, AT)
    if full:
        for tally in (report.whole, report.year_to_date, report.previous, report.year_ago):
            _count(tally)
        for kind, keys in (("village", VILLAGES), ("category", ("land", "labour")), ("channel", ("visit",))):
            for key in keys:
                _count(report.parts[kind][key])
        report.overdue += [
            {"case": "示例1号", "kind": "handle", "due": "2026-01-20", "days_late": 11},
            {"case": "示例2号", "kind": "follow_up", "due": "2026-01-30", "days_late": 1},
        ]
    return report


def _count(tally: Tally) -> None:
    for line in LINES:
        tally.lines[line] += ["示例1号", "示例2号"]
    for rate in RATES:
        tally.n[rate], tally.d[rate] = ["示例1号"], ["示例1号", "示例2号"]


def _year(*, full: bool) -> YearOfWork:
    if not full:
        return YearOfWork([], Counter(), Counter(), 0, 0)
    return YearOfWork([(VILLAGES[0], 2)], Counter(sent_down=2, escalated=1), Counter(issued=2, answered=1), 2, 1)


def _brief(report: Report, *, full: bool) -> Brief:
    if not full:
        return Brief(report, [], [], [], [], [], [])
    day = date(2026, 1, 28)
    due = DueCase("示例1号", "land", "示例甲村", "handle", day, "示例甲", 3)
    red = RedCase("示例1号", "land", "示例甲村", "followed_up", day, ("handle",), 1)
    decided = Decided(1, day, "示例1号", "现场踏勘", "example", "示例甲", day, day, "示例甲", "已踏勘")
    return Brief(report, [due], [due], [red], [LeadWeek("示例甲", 2, 1, 1)], [decided], [decided])
