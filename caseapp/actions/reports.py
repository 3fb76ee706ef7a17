"""Keeping what was worked out: the figures of the 1st, and frozen reports, which nothing ever edits (rates.md §4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import SYSTEM
from caseapp.domain.org.queries import load_office
from caseapp.domain.org.settings import SPECS
from caseapp.domain.org.tree import Place
from caseapp.domain.rates.formulas import FORMULAS
from caseapp.domain.rates.models import MonthFigures
from caseapp.domain.rates.tally import Tally
from caseapp.domain.reports.frozen import digest_of, moved_between, written
from caseapp.domain.reports.models import FrozenReport, MonthNote
from caseapp.domain.reports.queries import entered_since, frozen_reports, notes_of, read_report
from caseapp.domain.reports.report import Report, as_json
from caseapp.kernel.clock import local_day, parse_instant, show_instant
from caseapp.kernel.errors import N_, NotAllowed, OutOfScope, RuleViolation
from caseapp.kernel.periods import Month

DRAFTS_FROM = 25


def work_out_month(ctx: Ctx, month: Month, *, as_of: datetime) -> int:
    """Work out a month's lines and rates for each town and its villages as known at ``as_of``, and keep them.

    A month that was worked out stays as it was. Returns how many units were added.
    """
    added = 0
    for town in [place for place in ctx.units.places.values() if place.tier == "town"]:
        report = read_report(ctx.session, ctx.actor, ctx.units, town.code, month, as_of=as_of)
        for place in _towns_and_villages(ctx, town):
            tally = report.whole if place.tier == "town" else report.parts["village"][place.code]
            added += _keep(ctx, place, month, as_of, tally)
    return added


def freeze_month(ctx: Ctx, unit: str, month: Month, *, as_of: datetime | None = None) -> FrozenReport:
    """Freeze a unit's month: its numbers, the cases behind each, when they were known, with which formulas and
    settings. A month that was frozen before gets the next revision, which says what moved and which cases moved it.

    Raises RuleViolation when the month is not over, or nothing moved since the last revision.
    """
    unit_id = ctx.units.id_of[ctx.units.place(unit).code]
    if not ctx.actor.is_system and unit_id not in ctx.actor.units_with(may.FREEZE):
        raise NotAllowed(N_("your posts do not allow this"))
    as_of = as_of or ctx.now
    if month.window.end >= local_day(as_of):
        raise RuleViolation("month", N_("%(month)s is not over yet: it cannot be frozen"), month=str(month))
    earlier = frozen_reports(ctx.session, unit_id, month)
    report = read_report(ctx.session, SYSTEM, ctx.units, unit, month, as_of=as_of)
    moved = _moved(ctx, earlier[0], report) if earlier else {}
    if earlier and not moved["numbers"] and not moved["cases"]:
        raise RuleViolation(
            "month", N_("nothing moved since revision %(revision)d of %(month)s"),
            revision=earlier[0].revision, month=str(month),
        )  # fmt: skip
    return _freeze(ctx, unit, as_json(report), moved, revision=earlier[0].revision + 1 if earlier else 1)


def _freeze(ctx: Ctx, unit: str, content: dict[str, Any], moved: dict[str, Any], *, revision: int) -> FrozenReport:
    as_of = parse_instant(content["as_of"])
    settings = _in_force(ctx, as_of)
    digest = digest_of(content, settings)
    content["frozen"] = {"revision": revision, "at": show_instant(ctx.now), "digest": digest}
    frozen = FrozenReport(
        unit_id=ctx.units.id_of[unit], month=content["month"], revision=revision, as_of=as_of, frozen_at=ctx.now,
        frozen_by=ctx.actor.username, formulas=FORMULAS, settings=settings, digest=digest, content=written(content),
        moved=moved,
    )  # fmt: skip
    ctx.session.add(frozen)
    ctx.session.flush()  # the caller shows it
    note(ctx, "report_frozen", unit, month=content["month"], revision=revision, digest=digest)
    return frozen


def _in_force(ctx: Ctx, as_of: datetime) -> dict[str, Any]:
    settings = load_office(ctx.session, as_of).settings
    return {key: settings.value(key, local_day(as_of)) for key in SPECS}


def _moved(ctx: Ctx, last: FrozenReport, report: Report) -> dict[str, Any]:
    """What moved since the last revision, with the events that were entered since then about the cases that moved."""
    before = read_report(ctx.session, SYSTEM, ctx.units, report.unit, report.period, as_of=last.as_of)
    moved = moved_between(before, report)
    events = entered_since(ctx.session, moved["cases"], last.as_of)
    told = [[number, kind, on.isoformat(), show_instant(at)] for number, kind, on, at in events]
    return {**moved, "events": told}


def compare_with_today(ctx: Ctx, frozen: FrozenReport) -> dict[str, Any]:
    """What would move in a frozen report with today's knowledge, and which cases and events would move it."""
    unit, month = ctx.units.by_id[frozen.unit_id].code, Month.parse(frozen.month)
    return _moved(ctx, frozen, read_report(ctx.session, SYSTEM, ctx.units, unit, month, as_of=ctx.now))


def freeze_all(ctx: Ctx, month: Month, *, as_of: datetime) -> int:
    """Freeze a month of every town and village that has none frozen yet. Returns how many."""
    frozen = 0
    for place in ctx.units.places.values():
        if place.tier != "group" and not frozen_reports(ctx.session, ctx.units.id_of[place.code], month):
            freeze_month(ctx, place.code, month, as_of=as_of)
            frozen += 1
    return frozen


def may_submit(ctx: Ctx, unit: str, month: Month) -> bool:
    """Whether the actor submits a village's month now: from the 25th on."""
    place = ctx.units.place(unit)
    own = place.tier == "village" and ctx.units.id_of[unit] in ctx.actor.units_with(may.WORK)
    return own and has_drafts(ctx, month)


def has_drafts(ctx: Ctx, month: Month) -> bool:
    """Whether the villages' drafts of a month are open."""
    return ctx.today >= month.window.start.replace(day=DRAFTS_FROM)


def submit_note(ctx: Ctx, unit: str, month: Month, problems: str, plans: str) -> MonthNote:
    """A village submits its month with what it says beside the figures: from the 25th on, until the town's month is
    frozen. Raises RuleViolation, NotAllowed."""
    if not may_submit(ctx, unit, month):
        if has_drafts(ctx, month):
            raise NotAllowed(N_("your posts do not allow this"))
        raise RuleViolation("month", N_("a month is submitted from its %(day)dth on"), day=DRAFTS_FROM)
    _refuse_settled(ctx, unit, month)
    if not (problems.strip() or plans.strip()):
        raise RuleViolation("problems", N_("a few words are needed"))
    kept = notes_of(ctx.session, [ctx.units.id_of[unit]], month).get(ctx.units.id_of[unit])
    kept = kept or MonthNote(unit_id=ctx.units.id_of[unit], month=str(month))
    kept.problems, kept.plans = problems.strip()[:2000], plans.strip()[:2000]
    kept.state, kept.by, kept.at, kept.remark = "submitted", ctx.actor.username, ctx.now, ""
    ctx.session.add(kept)
    note(ctx, "month_submitted", unit, month=str(month))
    return kept


def return_note(ctx: Ctx, unit: str, month: Month, reason: str) -> MonthNote:
    """The town returns a village's month with a reason. Raises RuleViolation, NotAllowed, OutOfScope."""
    if ctx.units.id_of[ctx.units.place(unit).code] not in ctx.actor.units_with(may.FREEZE):
        raise NotAllowed(N_("your posts do not allow this"))
    _refuse_settled(ctx, unit, month)
    kept = notes_of(ctx.session, [ctx.units.id_of[unit]], month).get(ctx.units.id_of[unit])
    if kept is None:
        raise OutOfScope(N_("there is no such report"))
    if not reason.strip():
        raise RuleViolation("reason", N_("a few words are needed"))
    kept.state, kept.remark = "returned", reason.strip()[:500]
    note(ctx, "month_returned", unit, month=str(month))
    return kept


def _refuse_settled(ctx: Ctx, unit: str, month: Month) -> None:
    town = ctx.units.id_of[ctx.units.town_of(unit)]
    if frozen_reports(ctx.session, town, month):
        raise RuleViolation(
            "month", N_("%(month)s is frozen at the town: nothing is submitted any more"), month=str(month)
        )


def _towns_and_villages(ctx: Ctx, town: Place) -> list[Place]:
    below = (ctx.units.place(code) for code in ctx.units.subtree(town.code))
    return [place for place in below if place.tier != "group"]


def _keep(ctx: Ctx, place: Place, month: Month, as_of: datetime, tally: Tally) -> int:
    unit_id = ctx.units.id_of[place.code]
    there = select(MonthFigures.id).where(MonthFigures.unit_id == unit_id, MonthFigures.month == str(month))
    if ctx.session.scalar(there) is not None:
        return 0
    figures = tally.figures()
    ctx.session.add(MonthFigures(unit_id=unit_id, month=str(month), as_of=as_of, formulas=FORMULAS, figures=figures))
    return 1
