"""Reading what a report needs: the histories that can matter, in one query, through the actor's scope."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import Session

from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_histories, moves_in
from caseapp.domain.deadlines.models import Deadline
from caseapp.domain.deadlines.queries import overdue_on
from caseapp.domain.org.queries import Units, load_office
from caseapp.domain.reports.monthly import MonthReport, month_report
from caseapp.kernel.clock import local_day
from caseapp.kernel.errors import N_, RuleViolation
from caseapp.kernel.periods import Month


def read_month(
    session: Session, actor: Actor, units: Units, unit: str, month: Month, *, as_of: datetime
) -> MonthReport:
    """The month's report of a unit as known at ``as_of``: every number goes through the actor's scope.

    Accusations are read for the one figure of the town's report and appear in nothing else. Raises RuleViolation for an
    unknown unit or a month that has not begun.
    """
    units.place(unit)
    if month.window.start > local_day(as_of):
        raise RuleViolation("month", N_("%(month)s has not begun yet"), month=str(month))
    where = and_(_counted(actor, units, unit), _can_matter(MonthReport(unit, month, as_of)))
    told = (history for _, history in load_histories(session, where, units))
    return month_report(unit, month, as_of, told, units, load_office(session))


def _counted(actor: Actor, units: Units, unit: str) -> ColumnElement[bool]:
    """The cases that arose in a unit, within the actor's scope; in the town's report the accusations to count."""
    seen = scope(actor, Case.id)
    if units.tier(unit) == "town":
        seen = or_(seen, Case.sealed)
    return and_(seen, Case.unit_id.in_(units.ids_within(unit)))


def _can_matter(report: MonthReport) -> ColumnElement[bool]:
    """Those that can be in a figure of one of its windows, or overdue at its end."""
    overdue = exists().where(Deadline.case_id == Case.id, overdue_on(report.month.window.end))
    return or_(moves_in(report.earliest.start, report.as_of), overdue)
