"""Reading what cases add to windows: the sums that are kept (``sums.py``), or the rows, summed or case by case.

Where the rows lie is said by ``runs.py``, what is in them by ``packed.py``. They hold what is known now.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, cast, func, null, select, true
from sqlalchemy.orm import Session

from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import scope_within
from caseapp.domain.cases.models import Case
from caseapp.domain.org.parts import TreePart
from caseapp.domain.org.queries import Units, lies_within
from caseapp.domain.rates.formulas import LINES, Count
from caseapp.domain.rates.models import Contributed
from caseapp.domain.rates.packed import AT, MARK, MASK, NOWHERE, SHIFT, gathered, spread
from caseapp.domain.rates.queries.sums import SumsOf, kept_sums
from caseapp.domain.rates.runs import SERIES, bins_of, place_of
from caseapp.domain.rates.sums import SameCases, Sums
from caseapp.kernel.periods import Window
from caseapp.kernel.ratio import Ratio

Clause = ColumnElement[bool]
Numbers = Counter[tuple[str, str]]
BOTH = ("net", "verified")
LISTED = 40  # so many units are sooner compared than looked up for each row
TOLD = sum(MARK["lines", key] for key in LINES) | sum(MARK[side, key] for key in BOTH for side in ("n", "d"))
SEALED = Contributed.category == NOWHERE
OPEN = Contributed.marks.bitwise_and(MARK["lines", "open"]) != 0


@dataclass(frozen=True)
class WindowRows:
    """The rows of one window that a report counts."""

    session: Session
    where: Clause

    def cases(self) -> Iterator[Any]:
        """Case by case, with number and day of registration."""
        query = select(
            Case.number, Case.registered_on, Contributed.unit_id, Contributed.marks, Contributed.block,
            Contributed.people, Contributed.category, Contributed.lead, Contributed.more,
        )  # fmt: skip
        joined = query.join(Case, Case.id == Contributed.case_id).where(self.where, ~SEALED).order_by(Case.id)
        yield from self.session.execute(joined)

    def sums(self, *, with_parts: bool) -> Sums:
        """All of them added up; with the parts, also since when those are open that are."""
        found = Sums(with_parts=with_parts)
        for row in self.session.execute(self.alike()):
            found.add(SameCases(*row))
        if with_parts:
            found.open_since.update(dict(self.open_since()))
        return found

    def alike(self) -> Any:
        """The statement that reads them, those that say the same in one."""
        by = (
            Contributed.unit_id, Contributed.category, Contributed.lead, Contributed.marks, Contributed.block,
            Contributed.more,
        )  # fmt: skip
        cases, people = func.count(), func.sum(Contributed.people)
        return select(*by, cast(null(), Date), cases, people).where(self.where).group_by(*by)

    def open_since(self) -> Iterator[tuple[date, int]]:
        """How many of the open ones were registered on which day."""
        query = select(Case.registered_on, func.count()).join(Contributed, Contributed.case_id == Case.id)
        rows = self.session.execute(query.where(self.where, OPEN).group_by(Case.registered_on))
        yield from ((registered_on, cases) for registered_on, cases in rows)


def holds(window: Window) -> Clause:
    """Whether a row is of a window, which is one of the series."""
    place = place_of(window)
    assert place is not None
    series, number = place
    return and_(
        Contributed.series == SERIES.index(series), Contributed.bin.in_(bins_of(number)),
        Contributed.first <= number, Contributed.last >= number,
    )  # fmt: skip


def arose_in(actor: Actor, part: TreePart, *, with_accusations: bool = False) -> Clause:
    """The rows of cases that arose in a part of the tree, of those that an actor sees. Accusations are left out but for
    the one figure of a town; the system counts them there."""
    if not with_accusations:
        seen = and_(~SEALED, scope_within(actor, Contributed.case_id, part.ids, SEALED))
    else:
        seen = true() if actor.is_system else scope_within(actor, Contributed.case_id, part.ids, SEALED)
    few = len(part.ids) <= LISTED and not part.everything
    return and_(Contributed.unit_id.in_(sorted(part.ids)) if few else lies_within(Contributed.unit_id, [part]), seen)


def stand_in(narrowed: Mapping[str, str]) -> Clause:
    """The rows of cases that stand in some parts of breakdowns."""
    clauses: list[Clause] = [true()]
    for kind, key in narrowed.items():
        if kind in AT:
            clauses.append(Contributed.block.bitwise_and(MASK[kind] << SHIFT[kind]) == AT[kind][key])
        else:
            clauses.append({"category": Contributed.category, "lead": Contributed.lead}[kind] == key)
    return and_(*clauses)


def recorded_since(instant: datetime) -> Clause:
    """Cases with something on record that nobody knew at an instant: what is kept of them is not what was known."""
    return Case.last_recorded_at > instant


def some_recorded_since(session: Session, instant: datetime) -> bool:
    """Whether there are such cases. The latest is asked for: PostgreSQL looks for just any by reading all cases."""
    latest = session.scalar(select(func.max(Case.last_recorded_at)))
    return latest is not None and latest > instant


def known_at(instant: datetime) -> Clause:
    """The rows of all other cases."""
    return Contributed.case_id.not_in(select(Case.id).where(recorded_since(instant)))


@dataclass(frozen=True)
class WindowFigures:
    """A window's lines and its two resolution rates."""

    window: Window
    lines: dict[str, int]
    net: Ratio
    verified: Ratio


def windows_figures(session: Session, actor: Actor, part: TreePart, windows: Sequence[Window]) -> list[WindowFigures]:
    """Lines, 化解率 and 核实化解率 of several windows of the series, of what arose in a part of the tree."""
    kept = kept_sums(session, actor, {str(window): SumsOf(window, part) for window in windows})
    found = {window: _by_key(kept[str(window)].counts()) for window in windows if str(window) in kept}
    found |= _from_rows(session, [window for window in windows if window not in found], arose_in(actor, part))
    return [_figures(window, found[window]) for window in windows]


def _from_rows(session: Session, windows: Sequence[Window], where: Clause) -> Iterator[tuple[Window, Numbers]]:
    """The numbers of windows of which no sums are kept."""
    places = {place: window for window in windows if (place := place_of(window))}
    for series in SERIES:
        numbers = sorted({number for other, number in places if other == series})
        if numbers:
            yield from ((places[series, at], one) for at, one in _by_number(session, series, numbers, where))


def _by_key(counts: Iterable[Count]) -> Numbers:
    return Counter({(kind, key): count for kind, key, count in counts})


def _by_number(session: Session, series: str, numbers: Sequence[int], where: Clause) -> Iterator[tuple[int, Numbers]]:
    """How many cases are behind each number of some windows of a series: what begins with a window is added from there
    on, what ended before it no longer."""
    changes = [0] * (len(numbers) + 1)
    for first, last, marks, cases in session.execute(_lines(series, numbers, where)):
        adds = spread(marks, None) * cases
        changes[bisect_left(numbers, first)] += adds
        changes[bisect_right(numbers, last)] -= adds
    for number, total in zip(numbers, accumulate(changes), strict=False):
        yield number, _by_key(gathered(total))


def _lines(series: str, numbers: Sequence[int], where: Clause) -> Any:
    """How many cases add what to which run of windows, of what is asked for."""
    marks = Contributed.marks.bitwise_and(TOLD).label("marks")
    by = Contributed.first, Contributed.last, marks
    bins = sorted({bin_ for number in numbers for bin_ in bins_of(number)})
    return (
        select(*by, func.count())
        .where(
            Contributed.series == SERIES.index(series), Contributed.bin.in_(bins), Contributed.first <= numbers[-1],
            Contributed.last >= numbers[0], where,
        )
        .group_by(*by)
    )  # fmt: skip


def _figures(window: Window, counted: Numbers) -> WindowFigures:
    net, verified = (Ratio(counted["n", key], counted["d", key]) for key in BOTH)
    return WindowFigures(window, {key: counted["lines", key] for key in LINES}, net, verified)


def unit_figures(
    session: Session, actor: Actor, units: Units, unit: str, windows: Sequence[Window]
) -> list[WindowFigures]:
    """The same of what was within a unit at the end of each window: a statement for each reach it had then."""
    reach = {window: units.part_on(unit, units.on(window.end)) for window in windows}
    found: dict[Window, WindowFigures] = {}
    for part in set(reach.values()):
        some = [window for window in windows if reach[window] == part]
        found |= {one.window: one for one in windows_figures(session, actor, part, some)}
    return [found[window] for window in windows]
