"""What the cases add to a window together, kept for the windows that are looked at: summed once when a window begins,
then brought in line by what comes and goes.

Who works on cases writes no sum: their rows say what changed (``contributions.py``), and one at a time puts that into
the sums. So writers do not wait for each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import partial

from sqlalchemy import Delete, delete, select
from sqlalchemy.orm import Session

from caseapp.actions.context import Ctx
from caseapp.db.rows import insert_rows
from caseapp.domain.org.models import COUNTED_BY, Mark
from caseapp.domain.rates.models import ContributionChange, ContributionSum
from caseapp.domain.rates.queries.sums import (
    ALL_UNITS,
    Place,
    RowChange,
    places_kept,
    read_alike,
    read_changes,
    read_sums,
)
from caseapp.domain.rates.runs import LATE, SERIES, place_of
from caseapp.domain.rates.sums import Sums
from caseapp.kernel.periods import Month, Quarter

MONTHS = 25
"""So many months back go the windows that are kept: those that a page of last month shows."""
AT_ONCE = 20_000
MONTH, YEAR_TO_DATE, DECEMBER = SERIES.index("month"), SERIES.index("year_to_date"), 11
UnitSums = dict[int, Sums]


def pieces(ctx: Ctx) -> Iterator[Callable[[], object]]:
    """Bring the sums in line with the rows, each piece for a transaction of its own: first what came and went, then
    windows that have begun since, and at last those that are looked at no longer."""
    session = ctx.session
    while session.scalar(select(ContributionChange.id).limit(1)) is not None:
        yield partial(take_in, session)
    there, wanted = set(places_kept(session)), wanted_places(ctx.today)
    for place in [place for place in wanted if place not in there]:
        yield partial(sum_up, session, place)
    for place in there.difference(wanted):
        yield partial(_forget, session, place)


def add_up_all(ctx: Ctx) -> int:
    """All of it in one transaction. Returns how many pieces there were."""
    return sum(1 for piece in pieces(ctx) if piece() is None)


def wanted_places(today: date) -> list[Place]:
    """The windows that have begun and are looked at: months, quarters and years to date of two years, and this year,
    with what is late at the end of each; the months last."""
    months = [Month.of(today).back(back) for back in range(MONTHS)]
    quarters = {Quarter(month.year, (month.month + 2) // 3) for month in months}
    windows = [one for month in months for one in (month.window, month.year_to_date)]
    windows += [*(quarter.window for quarter in quarters), Month(today.year, 12).year_to_date]
    found = {place_of(window) for window in windows}
    places = {(SERIES.index(place[0]), place[1]) for place in found if place}
    late = {(LATE, number) for _series, number in places}
    return sorted(places | late, key=lambda one: (-one[0], one[1]))


def sum_up(session: Session, place: Place) -> None:
    """Keep the sums of a window from now on."""
    _one_at_a_time(session)
    if place not in places_kept(session):
        _put(session, place, summed(session, place))


def summed(session: Session, place: Place) -> UnitSums:
    """The sums of a window as its rows have them, by unit."""
    new = partial(Sums, with_parts=has_parts(place))
    found: UnitSums = defaultdict(new, {ALL_UNITS: new()})
    for times, alike in read_alike(session, place):
        for unit_id in (alike.unit_id, ALL_UNITS):
            found[unit_id].add(alike, times)
    return {unit_id: sums for unit_id, sums in found.items() if unit_id == ALL_UNITS or not sums.is_nothing}


def take_in(session: Session) -> None:
    """Put what came and went into the sums of the windows that are kept, in the order in which it was written."""
    _one_at_a_time(session)
    changes = read_changes(session, AT_ONCE)
    for place in places_kept(session):
        more = _more(place, changes)
        if more:
            _add(session, place, more)
    session.execute(delete(ContributionChange).where(ContributionChange.id.in_([change.id for change in changes])))


def _more(place: Place, changes: Sequence[RowChange]) -> UnitSums:
    """What changes a window, by unit."""
    series, number = place
    found: UnitSums = defaultdict(partial(Sums, with_parts=has_parts(place)))
    for change in changes:
        if change.series == series and change.first <= number <= change.last:
            for unit_id in (change.alike.unit_id, ALL_UNITS):
                found[unit_id].add(change.alike, change.times)
    return {unit_id: sums for unit_id, sums in found.items() if not sums.is_nothing}


def _add(session: Session, place: Place, more: Mapping[int, Sums]) -> None:
    for unit_id, written in read_sums(session, place, more):
        more[unit_id].add_written(written)
    _delete(session, place, more)
    _put(session, place, more)


def _put(session: Session, place: Place, sums: Mapping[int, Sums]) -> None:
    series, number = place
    rows = [
        {"series": series, "number": number, "unit_id": unit_id, **one.written()._asdict()}
        for unit_id, one in sums.items()
        if unit_id == ALL_UNITS or not one.is_nothing
    ]
    insert_rows(session, ContributionSum, rows)


def has_parts(place: Place) -> bool:
    """Whether its breakdowns are looked at: those of a year to date only when the year is whole; of what is late there
    are none."""
    series, number = place
    return series != LATE and (series != YEAR_TO_DATE or number % 12 == DECEMBER)


def _delete(session: Session, place: Place, unit_ids: Collection[int]) -> None:
    session.execute(_of(place).where(ContributionSum.unit_id.in_(sorted(unit_ids))))


def _forget(session: Session, place: Place) -> None:
    _one_at_a_time(session)
    session.execute(_of(place))


def _of(place: Place) -> Delete:
    series, number = place
    return delete(ContributionSum).where(ContributionSum.series == series, ContributionSum.number == number)


def forget_sums(session: Session) -> None:
    """Keep none, until they are worked out from the rows again; what came and went is of no use then."""
    session.execute(delete(ContributionSum))
    session.execute(delete(ContributionChange))


def _one_at_a_time(session: Session) -> None:
    session.get(Mark, COUNTED_BY, with_for_update=True)


def sums_anew(ctx: Ctx, _progress: object = None) -> int:
    """Work out all sums anew from the rows. Returns how many windows there are."""
    _one_at_a_time(ctx.session)
    ctx.session.execute(delete(ContributionSum))
    return add_up_all(ctx)


def wrong_sums(ctx: Ctx) -> Iterator[str]:
    """The windows, each with a unit, whose sums are not what the rows say, or are not there though they were kept; a
    window of which a row cannot be read."""
    _one_at_a_time(ctx.session)
    kept = places_kept(ctx.session)
    for place in sorted({*kept, *_once_kept(kept)}):
        there = dict(read_sums(ctx.session, place))
        window = f"{(*SERIES, 'late')[place[0]]} {Month.numbered(place[1])}"
        try:
            should = {unit_id: sums.written() for unit_id, sums in summed(ctx.session, place).items()}
        except ValueError:  # a row of the window cannot be read
            yield window
            continue
        for unit_id in sorted(should.keys() | there.keys()):
            if should.get(unit_id) != there.get(unit_id):
                yield f"{window} ({unit_id})"


def _once_kept(kept: Collection[Place]) -> list[Place]:
    """What was kept when the latest month was added."""
    months = [number for series, number in kept if series == MONTH]
    return wanted_places(Month.numbered(max(months)).window.end) if months else []
