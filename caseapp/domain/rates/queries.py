"""The SQL twin of ``formulas.py`` for the lines and the two resolution rates over many windows at once.

It reads the log as it is known now. The report itself, and anything ``--as-of``, comes from ``formulas.py``; a test
holds the two together on random histories.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Integer,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.limits import LIMITS
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.org.queries import Units
from caseapp.domain.rates.formulas import LINES
from caseapp.domain.rates.models import MonthFigures
from caseapp.kernel.periods import Window
from caseapp.kernel.ratio import Ratio


@dataclass(frozen=True)
class WindowFigures:
    """A window's lines and its two resolution rates."""

    window: Window
    lines: dict[str, int]
    net: Ratio
    verified: Ratio


def windows_figures(
    session: Session, actor: Actor, unit_ids: frozenset[int], windows: Sequence[Window]
) -> list[WindowFigures]:
    """Lines, 化解率 and 核实化解率 of several windows in one query (rates.md §2, §3)."""
    asked = _windows(windows)
    counted = _counted(actor, unit_ids)
    spans = _spans(counted)
    facts = _facts(asked, counted, spans).subquery()
    rows = session.execute(_sums(facts)).mappings().all()
    by_start = {row["start_on"]: row for row in rows}
    return [_figures(window, by_start.get(window.start)) for window in windows]


def unit_figures(
    session: Session, actor: Actor, units: Units, unit: str, windows: Sequence[Window]
) -> list[WindowFigures]:
    """The same for what was within a unit at the end of each window: a statement for each tree there was then."""
    reach = {window.start: units.ids_within_on(unit, units.on(window.end)) for window in windows}
    found: dict[date, WindowFigures] = {}
    for ids in set(reach.values()):
        some = [window for window in windows if reach[window.start] == ids]
        found |= {one.window.start: one for one in windows_figures(session, actor, ids, some)}
    return [found[window.start] for window in windows]


def _windows(windows: Sequence[Window]) -> CTE:
    rows = [
        select(
            literal(window.start, Date).label("start_on"),
            literal(window.end, Date).label("end_on"),
            literal(window.eve, Date).label("eve"),
            literal(window.start - timedelta(days=LIMITS.return_visits_end), Date).label("since"),
        )
        for window in windows
    ]
    return union_all(*rows).cte("windows")


def _counted(actor: Actor, unit_ids: frozenset[int]) -> CTE:
    """The cases that are in a set at all: seen by the actor, arisen there, not excluded, no accusations, no
    suggestions."""
    kind = or_(Case.petition_class.is_(None), Case.petition_class == "appeal")
    return (
        select(Case.id, Case.registered_on)
        .where(scope(actor, Case.id), Case.unit_id.in_(unit_ids), kind, Case.standing != "excluded")
        .cte("counted")
    )


def _spans(counted: CTE) -> CTE:
    """Where each case stood from which day until before which."""
    later = func.lead(CaseEvent.on).over(partition_by=CaseEvent.case_id, order_by=(CaseEvent.at, CaseEvent.seq))
    return (
        select(CaseEvent.case_id, CaseEvent.effect, CaseEvent.on.label("from_on"), later.label("to_on"))
        .join(counted, counted.c.id == CaseEvent.case_id)
        .where(CaseEvent.effect.is_not(None))
        .cte("spans")
    )


def _holds(span: Any, day: Any) -> ColumnElement[bool]:
    """Whether a span covers the end of a day."""
    return and_(span.c.from_on <= day, or_(span.c.to_on.is_(None), span.c.to_on > day))


def _facts(asked: CTE, counted: CTE, spans: CTE) -> Any:
    """One row a case and window: where it stood before and at the end, whether new, moved, or awaiting a visit. A case
    settled more than 180 days before a window is in none of its sets and is passed over."""
    end, before = aliased(spans, name="at_end"), aliased(spans, name="before")
    return (
        select(
            asked.c.start_on,
            end.c.effect.label("end"),
            before.c.effect.label("before"),
            (counted.c.registered_on >= asked.c.start_on).label("new"),
            _happened(counted.c.id, asked.c.start_on, asked.c.end_on, "reopened", "resolved").label("moved"),
            _awaits(counted.c.id, asked).label("awaits"),
        )
        .select_from(asked)
        .join(end, and_(_holds(end, asked.c.end_on), or_(end.c.effect == "open", end.c.from_on >= asked.c.since)))
        .join(counted, counted.c.id == end.c.case_id)
        .outerjoin(before, and_(before.c.case_id == counted.c.id, _holds(before, asked.c.eve)))
    )


def _happened(case_id: Any, start: Any, end: Any, *kinds: str) -> ColumnElement[bool]:
    event = aliased(CaseEvent)
    return exists().where(event.case_id == case_id, event.kind.in_(kinds), event.on >= start, event.on <= end)


def _awaits(case_id: Any, asked: CTE) -> ColumnElement[bool]:
    """Resolved within the 180 days before the window and not archived since."""
    filed, turn = aliased(CaseEvent), aliased(CaseEvent)
    turned = exists().where(
        turn.case_id == filed.case_id, turn.kind.in_(("reopened", "resolved")), turn.on <= asked.c.eve,
        or_(turn.at > filed.at, and_(turn.at == filed.at, turn.seq > filed.seq)),
    )  # fmt: skip
    archived = exists().where(filed.case_id == case_id, filed.kind == "archived", filed.on <= asked.c.eve, ~turned)
    return and_(_happened(case_id, asked.c.since, asked.c.eve, "resolved"), ~archived)


def _sums(facts: Any) -> Any:
    row = facts.c
    stock = row.before == "open"
    elsewhere = and_(row.before.is_not(None), row.before != "open")
    returned = and_(elsewhere, row.moved)
    inflow = or_(stock, row.new, returned)
    settled = row.end.in_(("resolved", "verified"))
    awaited = or_(inflow, and_(row.before == "resolved", row.awaits))
    lines = {
        "stock": stock, "new": row.new, "returned": returned, "inflow": inflow, "resolved": and_(inflow, settled),
        "closed_unresolved": and_(inflow, row.end == "closed_unresolved"), "left": and_(inflow, row.end == "left"),
        "open": and_(inflow, row.end == "open"), "workload": and_(inflow, row.end != "left"),
        "workload_verified": and_(awaited, row.end != "left"), "verified_n": and_(awaited, row.end == "verified"),
    }  # fmt: skip
    return select(row.start_on, *(_sum(clause).label(key) for key, clause in lines.items())).group_by(row.start_on)


def _sum(clause: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((and_(true(), clause), 1), else_=0), type_=Integer)


def _figures(window: Window, row: Any) -> WindowFigures:
    lines = {key: int(row[key]) if row else 0 for key in LINES}
    verified = int(row["verified_n"]) if row else 0
    return WindowFigures(
        window, lines, Ratio(lines["resolved"], lines["workload"]), Ratio(verified, lines["workload_verified"])
    )


def worked_out(session: Session, unit_id: int, most: int = 24) -> list[MonthFigures]:
    """The months the scheduler has worked out for a unit, latest first."""
    query = select(MonthFigures).where(MonthFigures.unit_id == unit_id).order_by(MonthFigures.month.desc())
    return list(session.scalars(query.limit(most)))
