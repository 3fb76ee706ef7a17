"""What a case adds, counted slowly: every window of every series by itself, one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseapp.domain.cases.history import History
from caseapp.domain.cases.models import Case
from caseapp.domain.rates.county import amounts
from caseapp.domain.rates.formulas import FORMULAS, contribution
from caseapp.domain.rates.models import Contributed
from caseapp.domain.rates.packed import STANDS, Packed, amounts_in, counts_in, stands
from caseapp.domain.rates.runs import SERIES, bins_of
from caseapp.kernel.periods import FOREVER, Month, Quarter, Window

MONTHS_AFTER = 16
Told = tuple[Any, ...]
Windows = dict[tuple[str, Month], Told]


def windows_around(history: History) -> Iterator[tuple[str, Month, Window]]:
    """Every month, quarter and year to date from before a case until long after its last event."""
    first, last = Month.of(history.days[0]).back(2), Month.of(history.days[-1]).back(-MONTHS_AFTER)
    month = first
    while month <= last:
        yield "month", month, month.window
        yield "year_to_date", month, month.year_to_date
        if month.month % 3 == 0:
            yield "quarter", month, Quarter(month.year, month.month // 3).window
        month = month.back(-1)


def counted_slowly(history: History) -> Windows:
    """What a case adds to each of them, without those to which it adds nothing."""
    told = {(series, month): _told(history, window) for series, month, window in windows_around(history)}
    return {place: one for place, one in told.items() if one[0] or one[1]}


def _told(history: History, window: Window) -> Told:
    adds, county = contribution(history, window), amounts(history, window)
    numbers = Counter({("lines", key): 1 for key in adds.lines})
    for key, (n, d) in adds.rates.items():
        numbers += Counter({("n", key): n, ("d", key): d})
    numbers += Counter({("apart", key): count for key, count in adds.apart.items()})
    head = history.head
    if head.sealed:
        return dict(numbers), county
    return dict(numbers), county, head.track, adds.tier, adds.cohort, head.channel, adds.category, adds.lead


def taken_out(adds: Packed) -> Told:
    """The same of what was packed."""
    numbers = {(kind, key): count for kind, key, count in counts_in(adds.marks, adds.more)}
    county = amounts_in(adds.block, adds.people)
    if ("apart", "accusations") in numbers:
        return numbers, county
    return numbers, county, *(stands(kind, adds.block) for kind in STANDS), adds.category, adds.lead


def unlike(history: History, kept: Iterable[tuple[str, int, int, Packed]]) -> list[str]:
    """The windows of a case in which what is kept is not what is counted slowly; a window is in one run at most."""
    slowly, found = counted_slowly(history), list[str]()
    runs = list(kept)
    for series, month, _window in windows_around(history):
        here = [adds for name, first, last, adds in runs if name == series and first <= month.number <= last]
        told = taken_out(here[0]) if here else None
        if len(here) > 1 or told != slowly.get((series, month)):
            found.append(f"{history.head.number} {series} {month}: {told}, and is {slowly.get((series, month))}")
    return found


def rows_of_cases(session: Session, *numbers: str) -> Mapping[int, list[tuple[str, int, int, Packed]]]:
    """What is kept of each case, or of those of some numbers; each row lies where a report looks for its windows."""
    query = select(Contributed.__table__).order_by(Contributed.case_id, Contributed.series, Contributed.first)
    if numbers:
        query = query.join(Case, Case.id == Contributed.case_id).where(Case.number.in_(numbers))
    found: dict[int, list[tuple[str, int, int, Packed]]] = {}
    for row in session.execute(query):
        assert row.formulas == FORMULAS
        for month in range(row.first, min(row.last, row.first + 13) + 1):
            assert row.bin in bins_of(month)
        assert row.last == FOREVER or row.first // 12 == row.last // 12
        adds = Packed(row.marks, row.block, row.people, row.category, row.lead, row.more)
        found.setdefault(row.case_id, []).append((SERIES[row.series], row.first, row.last, adds))
    return found
