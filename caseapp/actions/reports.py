"""Keeping what was worked out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from caseapp.actions.context import Ctx
from caseapp.domain.org.tree import Place
from caseapp.domain.rates.formulas import FORMULAS
from caseapp.domain.rates.models import MonthFigures
from caseapp.domain.rates.tally import Tally
from caseapp.domain.reports.queries import read_month
from caseapp.kernel.periods import Month


def work_out_month(ctx: Ctx, month: Month, *, as_of: datetime) -> int:
    """Work out a month's lines and rates for each town and its villages as known at ``as_of``, and keep them.

    A month that was worked out stays as it was. Returns how many units were added.
    """
    added = 0
    for town in [place for place in ctx.units.places.values() if place.tier == "town"]:
        report = read_month(ctx.session, ctx.actor, ctx.units, town.code, month, as_of=as_of)
        for place in _towns_and_villages(ctx, town):
            tally = report.whole if place.tier == "town" else report.by_village[place.code]
            added += _keep(ctx, place, month, as_of, tally)
    return added


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
