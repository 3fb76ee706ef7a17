"""What an address of the reports asks for: the unit, the period, the parts it is narrowed to, the revision; within what
I may open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request
from flask_babel import get_locale, gettext

from caseapp.db import db
from caseapp.domain.access import permissions as may
from caseapp.domain.org.tree import Tree
from caseapp.domain.people.queries import names_of
from caseapp.domain.reports.prose import Words
from caseapp.domain.reports.queries import frozen_reports, read_report, stored_report, submitted_notes, wordbook_of
from caseapp.domain.reports.queries.left_out import LeftOut
from caseapp.domain.reports.report import NARROWED_BY, Report
from caseapp.domain.reports.stored import Edition
from caseapp.kernel.errors import N_, OutOfScope, RuleViolation
from caseapp.kernel.periods import Days, Month, Period, parse_period
from caseapp.labels import label
from caseapp.web.entrance import whole
from caseapp.web.heavy import how_far
from caseapp.web.session import ctx

if TYPE_CHECKING:
    from caseapp.domain.reports.models import FrozenReport


@dataclass(frozen=True)
class Opened:
    """A report as I see it, live or a frozen revision, with the words it is told in."""

    edition: Edition
    words: Words
    frozen: FrozenReport | None

    @property
    def report(self) -> Report:
        """Its numbers."""
        return self.edition.report

    @property
    def tree(self) -> Tree:
        """The units with their names: those of today, or those of the day it was frozen."""
        return self.edition.tree


def units_i_read() -> list[tuple[str, str]]:
    """The units whose report I may open, the widest first."""
    context = ctx()
    reach = context.actor.units_with(may.REPORT)
    return [
        (code, context.units.full_name(code)) for code in context.units.places if context.units.id_of[code] in reach
    ]


def check_unit(unit: str) -> None:
    """Raise OutOfScope for a unit whose report I may not open. One that was merged or closed keeps its reports."""
    units = ctx().units
    if unit not in units or units.id_of[unit] not in ctx().actor.units_with(may.REPORT):
        raise OutOfScope(N_("there is no such report"))


def report_asked(unit: str, period: str, overdue: int | None = None) -> Opened:
    """The report live, within my scope, with no more of what is overdue than so many items, when that is said; or a
    frozen revision from what was stored of it."""
    check_unit(unit)
    wanted = parse_period(period)
    frozen = frozen_asked(unit, wanted)
    return _live(unit, wanted, overdue) if frozen is None else opened(frozen)


def _live(unit: str, period: Period, overdue: int | None) -> Opened:
    context = ctx()
    units, narrowed = context.units, narrowed_asked()
    report = read_report(
        db.session, context.actor, units, unit, period, as_of=context.now, narrowed=narrowed, overdue=overdue,
        progress=how_far(),
    )  # fmt: skip
    edition = Edition(
        report, names_of(db.session, {*report.part("lead"), narrowed.get("lead", "")}),
        tuple(submitted_notes(db.session, units, report)), context.office.targets(period.window.end),
    )  # fmt: skip
    return Opened(edition, words_of_today(), None)


def from_histories(period: str, **_asked: str) -> bool:
    """Whether nothing is kept of a period, so that its report is worked out from the histories of its cases."""
    try:
        return isinstance(parse_period(period), Days)
    except RuleViolation:
        return False


def check_whole() -> None:
    """Raise RuleViolation when a frozen revision is to be narrowed: the cases of a part are stored for its own period
    alone."""
    if narrowed_asked():
        raise RuleViolation("revision", N_("a frozen report is shown whole; narrow the live one"))


def opened(frozen: FrozenReport, left: LeftOut | None = None) -> Opened:
    """A frozen revision, in the words it was frozen under, without what is left out for me."""
    check_whole()
    edition = stored_report(db.session, ctx().actor, ctx().units, frozen, left)
    words = wordbook_of(db.session, frozen).words(str(get_locale()), words_of_today())
    return Opened(edition, words, frozen)


def words_of_today() -> Words:
    """The words of the program as it is."""
    return Words(gettext, label)


def narrowed_asked() -> dict[str, str]:
    """The parts that the address narrows the report to."""
    return {kind: request.args[kind] for kind in NARROWED_BY if request.args.get(kind)}


def address_of(opened: Opened) -> dict[str, Any]:
    """What leads to the same report again."""
    report, frozen = opened.report, opened.frozen
    address = {"unit": report.unit, "period": str(report.period), **report.narrowed}
    return {**address, "revision": frozen.revision} if frozen else address


def frozen_asked(unit: str, period: Period) -> FrozenReport | None:
    """The frozen revision that the address names; None when it names none. Raises OutOfScope."""
    revision = request.args.get("revision", type=whole)
    if not request.args.get("revision"):
        return None
    if isinstance(period, Month):
        for row in frozen_reports(db.session, ctx().units.id_of[unit], period):
            if row.revision == revision:
                return row
    raise OutOfScope(N_("there is no such report"))
