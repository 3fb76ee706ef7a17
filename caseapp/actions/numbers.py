"""Giving case numbers: gapless a year and a series, also when many register at once."""

from __future__ import annotations

from sqlalchemy import select, update

from caseapp.actions.context import Ctx
from caseapp.db import insert_new
from caseapp.domain.cases.models import Case, NumberSeries
from caseapp.kernel.numbering import written_number


def next_number(ctx: Ctx, series: str, year: int) -> str:
    """The next number of a series (``Head.series``) and year, with the prefix that is in force today. The series stays
    locked until the transaction ends, so none is lost.

    A number that came in from elsewhere and looks like one of ours is stepped over.
    """
    session, prefix = ctx.session, ctx.office.prefix(series, ctx.today)
    session.execute(insert_new(session, NumberSeries).values(track=series, year=year, last=0))
    while True:
        position = session.scalar(
            update(NumberSeries)
            .where(NumberSeries.track == series, NumberSeries.year == year)
            .values(last=NumberSeries.last + 1)
            .returning(NumberSeries.last)
            .execution_options(synchronize_session=False)
        )
        number = written_number(prefix, year, position or 1)
        if session.scalar(select(Case.id).where(Case.number == number)) is None:
            return number


def numbers_to_come(ctx: Ctx, wanted: list[tuple[str, int]]) -> list[str]:
    """The numbers that cases of these series and years, registered in this order, would be given."""
    last = {(row.track, row.year): row.last for row in ctx.session.scalars(select(NumberSeries))}
    coming: list[str] = []
    for series, year in wanted:
        last[series, year] = last.get((series, year), 0) + 1
        coming.append(written_number(ctx.office.prefix(series, ctx.today), year, last[series, year]))
    return coming
