"""A report (contract §7): which windows, which breakdowns, what is overdue at its end. Pure.

A report narrowed to one part of a breakdown is that part's row: both ask ``part_of`` where a case stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from caseapp.domain.cases.history import History
from caseapp.domain.cases.words import CHANNELS, TRACKS
from caseapp.domain.deadlines.rules import days_late, overdue_at
from caseapp.domain.org.office import DEFAULT, OfficeRules
from caseapp.domain.org.tree import TIERS, Tree, Trees
from caseapp.domain.rates import county
from caseapp.domain.rates.formulas import APART, COHORTS, FORMULAS, LINES, RATES, Contribution, contribution
from caseapp.domain.rates.tally import Tally
from caseapp.kernel.clock import local_day, show_instant
from caseapp.kernel.errors import N_, RuleViolation
from caseapp.kernel.periods import Period, Window

PARTS = ("village", "category", "tier", "lead", "channel", "track", "cohort")
PRINTED = ("village", "category", "tier")
NARROWED_BY = ("category", "tier", "lead", "channel", "track", "cohort")
AGES = (("under_30", 30), ("under_90", 90), ("under_180", 180), ("under_365", 365))
OLDEST = "year_and_more"
FIGURES: Mapping[str, tuple[str, ...]] = {
    "lines": LINES, "rates": RATES, "apart": APART,
    "petition_counts": county.PETITION_COUNTS, "petition_rates": (*county.PETITION_RATES, county.ONCE),
    "dispute_counts": county.DISPUTE_COUNTS, "dispute_rates": county.DISPUTE_RATES,
}  # fmt: skip


@dataclass(frozen=True)
class Stamp:
    """What a frozen revision bears: its number, when it was frozen, the digest of what is printed, and the anchor that
    holds fast what was on record then (rows from before have none)."""

    revision: int
    at: str
    digest: str
    anchor: str = ""


@dataclass
class Report:
    """The numbers of a period for one unit as they were known at ``as_of``, narrowed to some parts when ``narrowed``
    names them (``{"category": "land"}``). ``trees`` are the units of any day, as known then. ``keys`` are its lines,
    rates, figures apart and those for the county in their order. ``more_overdue`` is how many items are not in the list
    of what was overdue, where only its beginning was asked for. ``frozen`` is the stamp of a revision;
    ``leaves_out`` says that its reader is kept out of cases it counts, ``of_its_reader`` that its number of accusations
    is not everybody's."""

    unit: str
    period: Period
    as_of: datetime
    narrowed: Mapping[str, str] = field(default_factory=dict)
    trees: Trees = field(default_factory=lambda: Tree(()))
    whole: Tally = field(default_factory=Tally)
    year_to_date: Tally = field(default_factory=Tally)
    previous: Tally = field(default_factory=Tally)
    year_ago: Tally = field(default_factory=Tally)
    parts: dict[str, defaultdict[str, Tally]] = field(
        default_factory=lambda: {kind: defaultdict(Tally) for kind in PARTS}
    )
    ages: Tally = field(default_factory=Tally)
    overdue: list[dict[str, Any]] = field(default_factory=list)
    more_overdue: int = 0
    formulas: int = FORMULAS
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: FIGURES)
    frozen: Stamp | None = None
    leaves_out: bool = False
    of_its_reader: bool = False

    @property
    def has_county(self) -> bool:
        """Whether it holds what the county asks for: reports of version 1 of the formulas do not."""
        return "petition_counts" in self.keys

    @property
    def tree(self) -> Tree:
        """The units as they stood on the last day of the period: its rows and their names are of them."""
        return self.trees.on(self.period.window.end)

    @cached_property
    def within(self) -> dict[date, frozenset[str]]:
        """What lay within the unit on the last day of each window: what arose there is counted in it (§3)."""
        days = [self.period.window.end, *(window.end for window, _tally in self.windows)]
        return {day: frozenset(self.trees.on(day).all_within(self.unit)) for day in days}

    @property
    def backlog(self) -> dict[str, list[str]]:
        """The cases open at its end, by how long they are on the books."""
        return self.ages.lines

    @property
    def windows(self) -> Iterator[tuple[Window, Tally]]:
        """The windows beside the period itself, with what adds them up."""
        yield self.period.year_to_date, self.year_to_date
        yield self.period.back(1).window, self.previous
        yield self.period.year_ago.window, self.year_ago

    def keep_back_accusations(self) -> None:
        """Show the number of accusations in none of its windows."""
        self.of_its_reader = True
        for tally in (self.whole, *(tally for _window, tally in self.windows)):
            tally.keep_back_accusations()

    def leave_out_accusations(self, registered: Iterable[date]) -> None:
        """Take accusations that its reader may not read out of their number, by the days they were registered on."""
        self.of_its_reader = True
        for window, tally in ((self.period.window, self.whole), *self.windows):
            tally.leave_out_accusations(sum(window.start <= day <= window.end for day in registered))

    def for_every_reader(self) -> Report:
        """The same report without the number of accusations, for papers that are one for all readers."""
        names = ("whole", "year_to_date", "previous", "year_ago")
        shared = replace(self, **{name: copy(getattr(self, name)) for name in names})
        shared.keep_back_accusations()
        return shared

    @property
    def earliest(self) -> date:
        """The first day of the window that reaches furthest back."""
        return min(window.start for window, _tally in self.windows)

    @property
    def is_over(self) -> bool:
        """Whether all of the period was past at ``as_of``. Before that, what is overdue at its end (contract §7) is
        what will be when nothing more is done."""
        return self.period.window.end < local_day(self.as_of)

    def age(self, registered_on: date) -> str:
        """How long a case is on the books at its end, or today when that is not over."""
        days = (min(self.period.window.end, local_day(self.as_of)) - registered_on).days
        return next((name for name, most in AGES if days < most), OLDEST)

    def sort_overdue(self) -> None:
        """The list of what is overdue in the order of contract §7."""
        self.overdue.sort(key=lambda item: (item["due"], item["case"], item["kind"]))

    def part(self, kind: str) -> dict[str, Tally]:
        """A breakdown, in the order of its keys, without parts that count nothing."""
        return {key: tally for key, tally in sorted(self.parts[kind].items()) if not tally.is_empty}

    def by_village(self) -> dict[str, Tally]:
        """The unit's villages in the order of their codes, those without cases too; the town itself if it has cases, so
        that the rows add up to the whole."""
        counted = self.part("village")
        below = [code for code in self.tree.subtree(self.unit) if self.tree.tier(code) == "village"]
        codes = sorted({*counted, *(below or [self.tree.village_of(self.unit)])})
        return {code: counted.get(code, Tally()) for code in codes}


def narrowing(office: OfficeRules) -> dict[str, tuple[str, ...]]:
    """The parts a report may be narrowed to that are known beforehand. Who held the lead seat is not among them."""
    return {
        "category": office.categories(), "tier": TIERS, "channel": CHANNELS, "track": TRACKS, "cohort": COHORTS,
    }  # fmt: skip


def check_narrowed(narrowed: Mapping[str, str], office: OfficeRules) -> None:
    """Raise RuleViolation for a part there is not."""
    known = narrowing(office)
    for kind, key in narrowed.items():
        if kind not in NARROWED_BY or (kind in known and key not in known[kind]):
            raise RuleViolation(
                "only", N_("there is no part %(kind)s=%(key)s to narrow a report to"), kind=kind, key=key
            )


def add_up(report: Report, histories: Iterable[History], trees: Trees, office: OfficeRules = DEFAULT) -> Report:
    """Add up a report. ``histories`` are those of the unit's cases that can matter, with everything known today."""
    report.trees = trees
    town = report.tree.tier(report.unit) == "town" and not report.narrowed
    for told in histories:
        history = told.known_at(report.as_of)
        if history is not None:
            _count(report, history, office, town=town)
    report.sort_overdue()
    return report


def _count(report: Report, history: History, office: OfficeRules, *, town: bool) -> None:
    number = history.head.number
    for window, tally in report.windows:
        adds = contribution(history, window)
        if _is_asked(report, history, adds, window):
            tally.add(number, adds, accusations=town)
            if tally is report.year_to_date:
                tally.county.add(number, county.amounts(history, window))
    window = report.period.window
    adds = contribution(history, window)
    if _is_asked(report, history, adds, window):
        report.whole.add(number, adds, accusations=town)
        report.whole.county.add(number, county.amounts(history, window))
        report.parts["village"][report.tree.village_of(history.head.unit)].add(number, adds, accusations=False)
        for kind in NARROWED_BY:
            key = part_of(kind, history, adds)
            if key is not None:
                report.parts[kind][key].add(number, adds, accusations=False)
        if "open" in adds.lines:
            report.ages.put(number, [("lines", report.age(history.snapshots[0].registered_on), 1)])
    report.overdue += overdue_of(report, history, office)


def _is_asked(report: Report, history: History, adds: Contribution, window: Window) -> bool:
    """Whether a case arose in what was within the unit at a window's end, and stands in the parts that the report is
    narrowed to."""
    if history.head.unit not in report.within[window.end]:
        return False
    return all(part_of(kind, history, adds) == key for kind, key in report.narrowed.items())


def part_of(kind: str, history: History, adds: Contribution) -> str | None:
    """Where a case stands in a breakdown: its channel and track for ever; its category, its tier, and who held the lead
    seat, at the window's end; its cohort (``formulas.py``). None when it was not registered yet."""
    if adds.category is None:
        return None
    if kind in ("channel", "track"):
        return str(getattr(history.head, kind))
    key = getattr(adds, kind)
    return None if key is None else str(key)


def overdue_of(report: Report, history: History, office: OfficeRules) -> list[dict[str, Any]]:
    """What a case owed and had not met at the period's end; narrowed like the numbers."""
    window = report.period.window
    if not _is_asked(report, history, contribution(history, window), window):
        return []
    number, end = history.head.number, window.end
    return [overdue_item(number, item.kind, item.due_on, end) for item in overdue_at(history, end, office)]


def overdue_item(number: str, kind: str, due_on: date, day: date) -> dict[str, Any]:
    """An item of the list of what was overdue on a day."""
    return {"case": number, "kind": kind, "due": due_on.isoformat(), "days_late": days_late(due_on, day)}


def as_json(report: Report) -> dict[str, Any]:
    """The report as contract §7 writes it; of another period than a month, and narrowed, with the same figures."""
    cases = report.whole.cases()  # before the figures, which are counted from them then
    month = report.period.kind == "month"
    return {
        "unit": report.unit,
        "month" if month else "period": str(report.period),
        **({"narrowed": dict(report.narrowed)} if report.narrowed else {}),
        "as_of": show_instant(report.as_of),
        "formulas": report.formulas,
        "frozen": _stamped(report),
        **report.whole.figures(),
        **_for_the_county(report, report.whole),
        "year_to_date": {**report.year_to_date.figures(), **_for_the_county(report, report.year_to_date)},
        "previous_month" if month else "previous_period": report.previous.figures(),
        "same_month_last_year" if month else "same_period_last_year": report.year_ago.figures(),
        **{f"by_{kind}": {key: tally.figures() for key, tally in report.part(kind).items()} for kind in PRINTED},
        "cases": cases,
        "overdue": report.overdue,
    }


def _for_the_county(report: Report, tally: Tally) -> dict[str, Any]:
    return {"county": tally.county.figures()} if report.has_county else {}


def _stamped(report: Report) -> dict[str, Any] | None:
    """Which revision it is (contract §7), with the digest of what is stored, on the copy of who is kept out of a case
    too. The anchor stands on papers and pages alone."""
    if report.frozen is None:
        return None
    return {"revision": report.frozen.revision, "at": report.frozen.at, "digest": report.frozen.digest}
