"""A report from what is kept of its windows: counted by the database, its cases named once somebody asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache, partial
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from caseapp.domain.access.actor import Actor
from caseapp.domain.audit.models import Seal
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.org.office import OfficeRules
from caseapp.domain.org.parts import TreePart
from caseapp.domain.org.queries import Units
from caseapp.domain.rates.packed import STANDS, amounts_in, counts_in, stands
from caseapp.domain.rates.queries import WindowRows, arose_in, holds, known_at, stand_in
from caseapp.domain.rates.queries.sums import SumsOf, kept_sums
from caseapp.domain.rates.runs import place_of
from caseapp.domain.rates.sums import Sums
from caseapp.domain.rates.tally import Behind, Tally
from caseapp.domain.reports.queries.late import add_overdue
from caseapp.domain.reports.report import Report
from caseapp.kernel.periods import Window

PERIOD, YEAR, LATE = "period", "year_to_date", "late"
BESIDE = (YEAR, "previous", "year_ago")


def is_kept(report: Report) -> bool:
    """Whether something is kept of all its windows: months, quarters, years, and their years to date."""
    return all(place_of(window) for window in (report.period.window, *(window for window, _tally in report.windows)))


def add_kept(
    session: Session, actor: Actor, units: Units, report: Report, office: OfficeRules, *, recorded: bool,
    overdue: int | None = None,
) -> None:  # fmt: skip
    """Add to a report what is kept of the cases of which nothing was recorded since its ``as_of``; ``recorded`` says
    whether of some there was."""
    town = report.tree.tier(report.unit) == "town" and not report.narrowed
    windows = {PERIOD: report.period.window, **{name: window for name, (window, _) in _beside(report).items()}}
    asked = {name: SumsOf(window, _part(units, report, window)) for name, window in windows.items()}
    here = asked[PERIOD]

    def kept(name: str) -> WindowRows:
        seen = arose_in(actor, asked[name].part, with_accusations=town)
        return WindowRows(session, and_(holds(windows[name]), seen, stand_in(report.narrowed), known_at(report.as_of)))

    found = {} if report.narrowed else kept_sums(
        session, actor, asked | {LATE: here._replace(late=True)}, with_parts=PERIOD,
        recorded=report.as_of if recorded else None, accusations=town,
    )  # fmt: skip
    sums = {name: found.get(name) or kept(name).sums(with_parts=name == PERIOD) for name in windows}
    for name, (_window, tally) in _beside(report).items():
        with_county = name == YEAR
        Behind(partial(_name_window, partial(kept, name), tally, with_county=with_county)).stands_behind(tally)
        _count(tally, sums[name], with_county=with_county)
    _add_period(partial(kept, PERIOD), sums[PERIOD], report, units)
    late = found[LATE].late if LATE in found else None
    add_overdue(session, actor, here.part, report, office, most=overdue, late=late)


def _beside(report: Report) -> dict[str, tuple[Window, Tally]]:
    """The windows beside the period itself, by name."""
    return dict(zip(BESIDE, report.windows, strict=True))


def _part(units: Units, report: Report, window: Window) -> TreePart:
    return units.part_on(report.unit, report.trees.on(window.end))


def _count(tally: Tally, sums: Sums, *, with_county: bool) -> None:
    tally.count(sums.counts(), 1)
    tally.count_accusations(sums.accusations)
    if with_county:
        tally.county.count(sums.county)


def _name(tally: Tally, row: Any, *, with_county: bool) -> None:
    tally.put(row.number, counts_in(row.marks, row.more))
    if with_county:
        tally.county.add(row.number, amounts_in(row.block, row.people))


def _name_window(kept: Callable[[], WindowRows], tally: Tally, *, with_county: bool) -> None:
    for row in kept().cases():
        _name(tally, row, with_county=with_county)


def _add_period(kept: Callable[[], WindowRows], sums: Sums, report: Report, units: Units) -> None:
    """The period itself, with its breakdowns and the ages of what is open."""
    behind = Behind(partial(_name_period, kept, report, units))
    for tally in (report.whole, report.ages):
        behind.stands_behind(tally)
    _count(report.whole, sums, with_county=True)
    for kind, key, counts in sums.by_part():
        place = ("village", _village(report, units, int(key))) if kind == "unit" else (kind, key)
        tally = report.parts[place[0]][place[1]]
        behind.stands_behind(tally)
        tally.count(counts, 1)
    for registered_on, cases in sums.open_since.items():
        report.ages.count([("lines", report.age(registered_on), 1)], cases)


def _village(report: Report, units: Units, unit_id: int) -> str:
    return report.tree.village_of(units.by_id[unit_id].code)


def _name_period(kept: Callable[[], WindowRows], report: Report, units: Units) -> None:
    """The cases behind all of it."""
    places = _places(report, units)
    for row in kept().cases():
        counts = counts_in(row.marks, row.more)
        _name(report.whole, row, with_county=True)
        for kind, key in places(row):
            report.parts[kind][key].put(row.number, counts)
        if ("lines", "open", 1) in counts:
            report.ages.put(row.number, [("lines", report.age(row.registered_on), 1)])


def _places(report: Report, units: Units) -> Callable[[Any], Iterator[tuple[str, str]]]:
    """What says where a case, or cases that are alike, stand in each breakdown."""
    village = cache(partial(_village, report, units))

    def places(row: Any) -> Iterator[tuple[str, str]]:
        yield "village", village(row.unit_id)
        yield "category", row.category
        if row.lead:
            yield "lead", row.lead
        yield from ((kind, stands(kind, row.block)) for kind in STANDS)

    return places


def kept_late(session: Session, seals: int, as_of: datetime) -> bool:
    """Whether something was put on record after a seal that had been entered by an instant: whoever read the record
    between the two did not see it."""
    late = (
        select(Seal.seq)
        .join(Case, Case.number == Seal.number)
        .join(CaseEvent, and_(CaseEvent.case_id == Case.id, CaseEvent.seq == Seal.length))
        .where(Seal.seq > seals, CaseEvent.recorded_at <= as_of)
    )
    return session.scalar(late.limit(1)) is not None
