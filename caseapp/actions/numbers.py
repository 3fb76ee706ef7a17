"""Giving case numbers: gapless a year and a track, also when many register at once."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from caseapp.db import insert_new
from caseapp.domain.cases.models import Case, NumberSeries
from caseapp.kernel.numbering import case_number


def next_number(session: Session, track: str, year: int) -> str:
    """The next number of a track and year. The series stays locked until the transaction ends, so none is lost.

    A number that came in from elsewhere and looks like one of ours is stepped over.
    """
    _begin_series(session, track, year)
    while True:
        position = session.scalar(
            update(NumberSeries)
            .where(NumberSeries.track == track, NumberSeries.year == year)
            .values(last=NumberSeries.last + 1)
            .returning(NumberSeries.last)
            .execution_options(synchronize_session=False)
        )
        number = case_number(track, year, position or 1)
        if session.scalar(select(Case.id).where(Case.number == number)) is None:
            return number


def _begin_series(session: Session, track: str, year: int) -> None:
    session.execute(insert_new(session, NumberSeries).values(track=track, year=year, last=0))


def numbers_to_come(session: Session, wanted: list[tuple[str, int]]) -> set[str]:
    """The numbers that cases of these tracks and years, registered in this order, would be given."""
    last = {(row.track, row.year): row.last for row in session.scalars(select(NumberSeries))}
    coming: set[str] = set()
    for series in wanted:
        last[series] = last.get(series, 0) + 1
        coming.add(case_number(*series, last[series]))
    return coming
