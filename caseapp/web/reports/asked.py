"""What an address of the reports asks for: the unit, the period, the parts it is narrowed to, the revision; within what
I may open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from caseapp.db import db
from caseapp.domain.access import permissions as may
from caseapp.domain.reports.queries import frozen_reports, read_report
from caseapp.domain.reports.report import NARROWED_BY, Report
from caseapp.kernel.errors import N_, OutOfScope
from caseapp.kernel.periods import Month, Period, parse_period
from caseapp.web.session import ctx

if TYPE_CHECKING:
    from caseapp.domain.reports.models import FrozenReport


def units_i_read() -> list[tuple[str, str]]:
    """The units whose report I may open, the widest first."""
    context = ctx()
    reach = context.actor.units_with(may.REPORT)
    return [
        (code, context.units.full_name(code)) for code in context.units.places if context.units.id_of[code] in reach
    ]


def check_unit(unit: str) -> None:
    """Raise OutOfScope for a unit whose report I may not open."""
    if unit not in {code for code, _ in units_i_read()}:
        raise OutOfScope(N_("there is no such report"))


def report_asked(unit: str, period: str) -> tuple[Report, FrozenReport | None]:
    """The report live, or as a frozen revision knew it: worked out again from the events, within my scope."""
    check_unit(unit)
    context, wanted = ctx(), parse_period(period)
    frozen = frozen_asked(unit, wanted)
    as_of = frozen.as_of if frozen else context.now
    report = read_report(db.session, context.actor, context.units, unit, wanted, as_of=as_of, narrowed=narrowed_asked())
    return report, frozen


def narrowed_asked() -> dict[str, str]:
    """The parts that the address narrows the report to."""
    return {kind: request.args[kind] for kind in NARROWED_BY if request.args.get(kind)}


def address_of(report: Report, frozen: FrozenReport | None) -> dict[str, Any]:
    """What leads to the same report again."""
    address = {"unit": report.unit, "period": str(report.period), **report.narrowed}
    return {**address, "revision": frozen.revision} if frozen else address


def frozen_asked(unit: str, period: Period) -> FrozenReport | None:
    """The frozen revision that the address names; None when it names none. Raises OutOfScope."""
    revision = request.args.get("revision", type=int)
    if not request.args.get("revision"):
        return None
    if isinstance(period, Month):
        for row in frozen_reports(db.session, ctx().units.id_of[unit], period):
            if row.revision == revision:
                return row
    raise OutOfScope(N_("there is no such report"))
