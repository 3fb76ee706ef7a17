"""What a reader of a report is not shown of it: cases they are kept out of, accusations that are not theirs to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import barred_from
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.cases.queries import barred_cases
from caseapp.domain.org.queries import Units
from caseapp.domain.reports.models import FrozenReport
from caseapp.domain.reports.report import Report


@dataclass(frozen=True)
class LeftOut:
    """What is left out of a frozen report for a reader: cases by number, and accusations by the days they were
    registered on; ``None``: all of them. Two readers for whom the same is left out are shown the same."""

    cases: frozenset[str]
    accusations: tuple[date, ...] | None


def left_out(session: Session, actor: Actor, units: Units, frozen: FrozenReport) -> LeftOut:
    """What is left out of a frozen report for an actor."""
    unit = units.by_id[frozen.unit_id].code
    accusations = accusations_left_out(session, actor, units, unit, frozen.as_of)
    return LeftOut(frozenset(barred_cases(session, actor)), accusations)


def accusations_left_out(
    session: Session, actor: Actor, units: Units, unit: str, stored_at: datetime | None = None
) -> tuple[date, ...] | None:
    """The report of a town tells the number of accusations to their desk alone (rates.md §1). It counts those that its
    reader may read: one kept back would tell whom it accuses that there is one. In a live one others were never
    counted; ``stored_at``: as of when they were counted in a frozen one."""
    if actor.is_system or units.tier(unit) != "town":
        return ()
    here = units.ids_within(unit)
    if not here <= actor.units_with(may.SEALED):
        return None
    if stored_at is None:
        return ()
    hidden = select(Case.registered_on).join(CaseEvent, CaseEvent.case_id == Case.id).where(Case.sealed)
    known = CaseEvent.kind == "registered", CaseEvent.recorded_at <= stored_at
    out = hidden.where(*known, Case.unit_id.in_(here), Case.id.in_(barred_from(actor)))
    return tuple(sorted(session.scalars(out)))


def leave_out(report: Report, accusations: tuple[date, ...] | None) -> Report:
    """The report without them."""
    if accusations is None:
        report.keep_back_accusations()
    elif accusations:
        report.leave_out_accusations(accusations)
    return report
