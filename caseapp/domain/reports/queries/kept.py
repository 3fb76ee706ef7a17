"""A report from what is kept of its windows: counted by the database, its cases named once somebody asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache, partial
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, exists, func, literal, or_, select, true, union_all
from sqlalchemy.orm import Session

from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import CaseId, scope_within
from caseapp.domain.audit.models import Seal
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.cases.queries import load_histories, moves_in
from caseapp.domain.deadlines.models import Deadline
from caseapp.domain.deadlines.queries.history import overdue_in_two, overdue_on
from caseapp.domain.org.office import OfficeRules
from caseapp.domain.org.parts import TreePart
from caseapp.domain.org.queries import Units, lies_within, rules_held
from caseapp.domain.rates.models import Contributed
from caseapp.domain.rates.packed import STANDS, amounts_in, counts_in, stands
from caseapp.domain.rates.queries import WindowRows, arose_in, holds, known_at, recorded_since, stand_in
from caseapp.domain.rates.queries.sums import SumsOf, kept_sums
from caseapp.domain.rates.runs import place_of
from caseapp.domain.rates.sums import Sums
from caseapp.domain.rates.tally import Behind, Tally
from caseapp.domain.reports.report import Report, overdue_item, overdue_of
from caseapp.kernel.periods import Window

PERIOD, YEAR = "period", "year_to_date"
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

    def kept(name: str) -> WindowRows:
        seen = arose_in(actor, asked[name].part, with_accusations=town)
        return WindowRows(session, and_(holds(windows[name]), seen, stand_in(report.narrowed), known_at(report.as_of)))

    found = {} if report.narrowed else kept_sums(
        session, actor, asked, with_parts=PERIOD, recorded=report.as_of if recorded else None, accusations=town
    )  # fmt: skip
    sums = {name: found.get(name) or kept(name).sums(with_parts=name == PERIOD) for name in windows}
    for name, (_window, tally) in _beside(report).items():
        with_county = name == YEAR
        Behind(partial(_name_window, partial(kept, name), tally, with_county=with_county)).stands_behind(tally)
        _count(tally, sums[name], with_county=with_county)
    _add_period(partial(kept, PERIOD), sums[PERIOD], report, units)
    _add_overdue(session, actor, units, report, office, most=overdue)


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


def can_matter(report: Report) -> ColumnElement[bool]:
    """Cases that can be in a figure of a window of a report, or overdue at its end."""
    overdue = exists().where(Deadline.case_id == Case.id, overdue_on(report.period.window.end))
    return or_(moves_in(report.earliest, report.as_of), overdue)


def _add_overdue(
    session: Session, actor: Actor, units: Units, report: Report, office: OfficeRules, *, most: int | None
) -> None:
    """What was overdue at its end: from the due dates on record where they are what the rules known at ``as_of`` give,
    else from the histories; and from these where only a part is asked for and a case adds to no number: then it is kept
    nowhere where it stands."""
    window, held = report.period.window, rules_held(session, report.as_of)
    part = _part(units, report, window)
    here = _here(actor, part, report)
    kept = and_(Contributed.case_id == Case.id, holds(window))
    late = union_all(*(
        select(Deadline.case_id, Deadline.kind, Deadline.due_on).where(owed, here(Deadline.case_id))
        for owed in overdue_in_two(window.end)
    ))  # fmt: skip
    if held:
        _add_late(session, report, late.cte("late"), None if report.narrowed else most)
    if not held or report.narrowed:
        seen = and_(here(Case.id), lies_within(Case.unit_id, [part]))
        owing = and_(Case.id.in_(select(late.subquery().c.case_id)), ~exists().where(kept))
        for _, history in load_histories(session, and_(seen, owing if held else can_matter(report)), report.trees):
            report.overdue += overdue_of(report, history, office)
    report.sort_overdue()


def _here(actor: Actor, part: TreePart, report: Report) -> Callable[[CaseId], ColumnElement[bool]]:
    """Whether a case arose in a part of the tree, is seen by an actor, and is not one of which something was recorded
    since: asked by its id, so that nothing of it is read where no more than that is wanted."""
    sealed, recorded = select(Case.id).where(Case.sealed), select(Case.id).where(recorded_since(report.as_of))

    def here(case_id: CaseId) -> ColumnElement[bool]:
        seen = scope_within(actor, case_id, part.ids, case_id.in_(sealed))
        arose = exists().where(Case.id == case_id, lies_within(Case.unit_id, [part])).correlate_except(Case)
        return and_(true() if part.everything else arose, seen, case_id.not_in(recorded))

    return here


def _add_late(session: Session, report: Report, late: CTE, most: int | None) -> None:
    """Items as they are on record: all, or those due up to the day of the last that is asked for and how many more."""
    end = report.period.window.end
    query = select(Case.number, late.c.kind, late.c.due_on, literal(0)).join(late, late.c.case_id == Case.id)
    if report.narrowed:
        window = holds(report.period.window)
        query = query.join(Contributed, and_(Contributed.case_id == Case.id, window, stand_in(report.narrowed)))
    if most is not None:
        by_day, total = func.rank().over(order_by=late.c.due_on).label("nth"), func.count().over().label("total")
        first = select(late, by_day, total).subquery().c
        number = select(Case.number).where(Case.id == first.case_id).scalar_subquery()
        query = select(number, first.kind, first.due_on, first.total).where(first.nth <= most)
    rows = session.execute(query).all()
    report.overdue += [overdue_item(number, kind, due_on, end) for number, kind, due_on, _total in rows]
    report.more_overdue = max((row[3] - len(rows) for row in rows), default=0) if most is not None else 0


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
