"""Giving case numbers: gapless a year and a series, also when many register at once. Those of accusations are given in
an order that nobody knows, so that who may not read one of them sees no gap."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from caseapp.actions.context import Ctx
from caseapp.actions.held import touch_known
from caseapp.db import insert_new
from caseapp.domain.cases.models import NumberSeries
from caseapp.domain.cases.queries import known_numbers
from caseapp.domain.org.models import ACCUSATION_NUMBERS, Mark
from caseapp.kernel.numbering import written_number
from caseapp.kernel.veil import scattered

SCATTERED = "accusation"

SERIES = NumberSeries.metadata.tables[NumberSeries.__tablename__]
MOVE = (
    update(SERIES)
    .where(SERIES.c.track == bindparam("series"), SERIES.c.year == bindparam("in_year"))
    .values(last=SERIES.c.last + bindparam("count"))
    .returning(SERIES.c.last)
)


def next_number(ctx: Ctx, series: str, year: int) -> str:
    """The next number of a series (``Head.series``) and year."""
    return next_numbers(ctx, [(series, year)])[0]


def next_numbers(ctx: Ctx, wanted: Sequence[tuple[str, int]]) -> list[str]:
    """The next numbers of some series and years, in this order, with the prefix that is in force today. Their series
    stay locked until the transaction ends, so none is lost.

    A number that came in from elsewhere and looks like one of ours is stepped over.
    """
    given = {key: iter(_taken(ctx, *key, count)) for key, count in sorted(Counter(wanted).items())}
    return [next(given[key]) for key in wanted]


def _taken(ctx: Ctx, series: str, year: int, count: int) -> list[str]:
    session, prefix = ctx.session, ctx.office.prefix(series, ctx.today)
    taken: list[str] = []
    last = 0
    while len(taken) < count:
        more = count - len(taken)
        last = _moved_on(session, series, year, more)
        places = range(last - more + 1, last + 1)
        numbers = [written_number(prefix, year, _given(ctx, series, year, place)) for place in places]
        there = known_numbers(session, set(numbers))
        taken += [number for number in numbers if number not in there]
    touch_known(session, NumberSeries, {"track": series, "year": year, "last": last})
    return taken


def next_in_series(ctx: Ctx, series: str, year: int) -> int:
    """The next number of a series that stands apart from those of cases. It stays locked until the transaction ends, so
    that none is lost."""
    last = _moved_on(ctx.session, series, year, 1)
    touch_known(ctx.session, NumberSeries, {"track": series, "year": year, "last": last})
    return last


def _moved_on(session: Session, series: str, year: int, count: int) -> int:
    """The last number of a series and year after so many more; a series begins with its first number."""
    told = {"series": series, "in_year": year, "count": count}
    last: int | None = session.scalar(MOVE, told)
    if last is None:
        session.execute(insert_new(session, NumberSeries).values(track=series, year=year, last=0))
        last = int(session.scalars(MOVE, told).one())
    return last


def numbers_to_come(ctx: Ctx, wanted: list[tuple[str, int]]) -> list[str]:
    """The numbers that cases of these series and years, registered in this order, would be given."""
    last = {(row.track, row.year): row.last for row in ctx.session.scalars(select(NumberSeries))}
    coming: list[str] = []
    for series, year in wanted:
        last[series, year] = last.get((series, year), 0) + 1
        given = _given(ctx, series, year, last[series, year])
        coming.append(written_number(ctx.office.prefix(series, ctx.today), year, given))
    return coming


def _given(ctx: Ctx, series: str, year: int, place: int) -> int:
    """The number that the case at a place of its series bears."""
    if series != SCATTERED:
        return place
    key = ctx.session.get(Mark, ACCUSATION_NUMBERS)
    if key is None:
        made = insert_new(ctx.session, Mark).values(name=ACCUSATION_NUMBERS, value=secrets.token_hex(16))
        ctx.session.execute(made)
        key = ctx.session.get_one(Mark, ACCUSATION_NUMBERS)
    return scattered(place, f"{key.value} {year}".encode())
