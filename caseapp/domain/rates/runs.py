"""What a case adds to every month, quarter and year to date there is, past and to come, as runs of windows to which it
adds the same. Pure.

It follows from the events alone: what a window holds of a case changes with its events, and on a few days that time
alone brings (``_turns``). So nothing is written when a month begins: what an open case will add when nothing more is
done is there already. A window is told by the number of its last month. A run does not reach over the end of a year,
but for the last one of an open case, which has no end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from caseapp.domain.cases.history import History
from caseapp.domain.cases.limits import LIMITS
from caseapp.domain.rates.county import Amounts, amounts
from caseapp.domain.rates.due import due_for_the_record
from caseapp.domain.rates.formulas import Contribution, contribution
from caseapp.domain.rates.packed import Packed, pack
from caseapp.domain.teams.seats import backlog_from
from caseapp.kernel.periods import FOREVER, Month, Window, months_within

SERIES = ("month", "quarter", "year_to_date")
MONTHS_OF = {"month": 1, "quarter": 3, "year_to_date": 1}
OF_THE_DAY = frozenset({"followed_up", "mediated", "plan_filed"})
"""Events that count in the windows that hold their day and change nothing of others, while a case stands open."""
ONWARD = OF_THE_DAY | {"seat_filled", "seat_cleared"}
"""Events that say nothing of the days before them, while a case stands open."""
Changed = tuple[date, date]
"""From which day to which something was changed of what a case adds."""
EVERYTHING: Changed = date.min, date.max
LATE = len(SERIES)
"""In the place of a series: how many items were late at the end of a month (``deadlines/late.py``)."""


class Run(NamedTuple):
    """Windows of a series, from the one that ends with month ``first`` to the one that ends with ``last``, to each of
    which a case adds the same."""

    series: str
    first: int
    last: int
    adds: Packed


@lru_cache(maxsize=4096)
def window_of(series: str, number: int) -> Window:
    """The window of a series that ends with a month."""
    end = Month.numbered(number)
    if series == "year_to_date":
        return end.year_to_date
    return Window(end.back(MONTHS_OF[series] - 1).window.start, end.window.end)


@lru_cache(maxsize=4096)
def place_of(window: Window) -> tuple[str, int] | None:
    """The series a window is of, and the number of its last month; None for a window of other days."""
    first, last = Month.of(window.start), Month.of(window.end)
    if (window.start, window.end) != (first.window.start, last.window.end):
        return None
    months = last.number - first.number + 1
    if months == 1:
        return "month", last.number
    if months == MONTHS_OF["quarter"] and last.month % months == 0:
        return "quarter", last.number
    return ("year_to_date", last.number) if window == last.year_to_date else None


def bin_of(first: int, last: int) -> int:
    """The smallest month, quarter or year that holds a run: the number of the month, of the quarter, the year. Such
    numbers are never the same. 0 for a run without an end."""
    if last == FOREVER:
        return 0
    return next(bin_ for bin_, other in zip(months_within(first), months_within(last), strict=True) if bin_ == other)


def bins_of(number: int) -> tuple[int, ...]:
    """Where the runs lie that hold a month."""
    return (*months_within(number), 0)


def runs(history: History, kept: Sequence[Run] = (), changed: Changed = EVERYTHING) -> Iterator[Run]:
    """All that a case adds to any window of the series. ``kept`` is what it added before events came that ``changed``
    nothing of other days."""
    turns = _turns(history)
    for series in SERIES:
        still = [run for run in kept if run.series == series]
        for first, last, adds in _joined(_values(history, series, turns, still, changed), MONTHS_OF[series]):
            yield from (Run(series, *part, adds) for part in _by_year(first, last))


def changed_by(before: History, after: History) -> Changed:
    """From which day to which the events that came after a history can have changed what a case adds. Most may reach
    back: a case that was merged is taken out of months long past, an acceptance moves an old due date."""
    new = after.entered[len(before.entered) :]
    kinds, days = {event.kind for event in new}, [event.on for event in new]
    if not (before.now.standing == after.now.standing == "open" and kinds <= ONWARD):
        return EVERYTHING
    return min(days), max(days) if kinds <= OF_THE_DAY else date.max


def adds_the_same(before: History, after: History, changed: Changed) -> bool:
    """Whether a case adds to every window what it did before events came that ``changed`` nothing of other days. Of
    what may reach back nothing is compared, and it is taken to add something else."""
    first, last = changed
    if last == date.max:
        return False
    turns = _turns(after)
    windows = {window_of(series, number) for series in SERIES for number in _numbers(series, turns, after.days[0])}
    return all(_counts(before, one) == _counts(after, one) for one in windows if one.end >= first and one.start <= last)


def _counts(history: History, window: Window) -> tuple[Contribution, Amounts]:
    return contribution(history, window), amounts(history, window)


def _turns(history: History) -> list[date]:
    """The days with which what a window holds of a case can change: in the window of the day, and in the next one."""
    days, head, first = set(history.days), history.head, history.snapshots[0]
    if head.track == "petition":
        days.add(first.received_on + timedelta(days=LIMITS.notice))
    if not (head.sealed or head.suggestion):
        days.add(due_for_the_record(history))
    a_year_on = backlog_from(first.registered_on)
    return sorted(days.union(_after_resolutions(history), {a_year_on} if _stands(history, a_year_on, "open") else ()))


def _after_resolutions(history: History) -> Iterator[date]:
    """The days on which its first return visit falls due, and on which a resolution is awaited no longer."""
    for event in history.events:
        if event.kind == "resolved":
            yield event.on + timedelta(days=LIMITS.return_visits[0])
            waits_until = event.on + timedelta(days=LIMITS.return_visits_end)
            if _stands(history, waits_until, "resolved"):
                yield waits_until


def _stands(history: History, day: date, standing: str) -> bool:
    """Whether a case stands so on a day: if it does not, the day brings nothing."""
    then = history.at(day)
    return then is not None and then.standing == standing


def _values(
    history: History, series: str, turns: list[date], still: Sequence[Run], changed: Changed
) -> Iterator[tuple[int, Packed | None]]:  # fmt: skip
    """From which window on a case adds what; to those without a day that changed it adds ``still`` what it did."""
    first, last = changed
    for number in _numbers(series, turns, history.days[0]):
        window = window_of(series, number)
        if window.end < first or window.start > last:
            yield number, next((run.adds for run in still if run.first <= number <= run.last), None)
        else:
            yield number, pack(history.head, *_counts(history, window))


def _numbers(series: str, turns: list[date], registered: date) -> list[int]:
    """The windows that may hold something else than the one before. A year to date begins anew every January."""
    step = MONTHS_OF[series]
    found = {number for day in turns for at in [_ends(series, day)] for number in (at, at + step)}
    if series == "year_to_date":
        found |= {year * 12 for year in range(turns[0].year, turns[-1].year + 2)}
    return sorted(number for number in found if number >= _ends(series, registered))


def _ends(series: str, day: date) -> int:
    """The last month of the window that a day lies in."""
    number = Month.of(day).number
    return number - number % 3 + 2 if series == "quarter" else number


def _joined(values: Iterable[tuple[int, Packed | None]], step: int) -> Iterator[tuple[int, int, Packed]]:
    """Neighbours that add the same as one run, without those that add nothing."""
    told = list(values)
    begins = [one for before, one in pairwise([(0, None), *told]) if before[1] != one[1]]
    for (first, adds), (then, _adds) in pairwise([*begins, (FOREVER + step, None)]):
        if adds is not None:
            yield first, then - step, adds


def _by_year(first: int, last: int) -> Iterator[tuple[int, int]]:
    if last == FOREVER:
        yield first, last
        return
    while first // 12 < last // 12:
        yield first, first // 12 * 12 + 11
        first = first // 12 * 12 + 12
    yield first, last
