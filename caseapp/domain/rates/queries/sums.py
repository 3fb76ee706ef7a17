"""Reading what is kept of windows added up: the sums, what came or went since, and what a reader is kept out of.

All of it is read by one statement: whoever puts what came since into the sums does so between two of them.
"""

from __future__ import annotations

import logging
import struct
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Date,
    Integer,
    Select,
    String,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from caseapp.db import Instant
from caseapp.domain.access import permissions
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import barred_from
from caseapp.domain.cases.models import Case
from caseapp.domain.deadlines.models import Deadline
from caseapp.domain.org.parts import TreePart
from caseapp.domain.rates.models import Contributed, ContributionChange, ContributionSum
from caseapp.domain.rates.queries.late import late_alike, late_taken_away
from caseapp.domain.rates.runs import LATE, SERIES, bins_of, place_of
from caseapp.domain.rates.sums import OPEN, SameCases, Sums, WrittenSums
from caseapp.kernel.periods import Window

log = logging.getLogger(__name__)
NO_SUMS = (ValueError, TypeError, AttributeError, LookupError, OverflowError, struct.error)
"""What comes of sums that somebody wrote who is not the program."""
ALL_UNITS, NO_PARTS, NOWHERE = 0, "{}", (-1, -1)
Place = tuple[int, int]
"""A series by its place in ``SERIES``, or ``LATE``, and the number of a window."""


class SumsOf(NamedTuple):
    """A window of the series, of a part of the tree; ``late``: how many items were late at its end."""

    window: Window
    part: TreePart
    late: bool = False

    @property
    def place(self) -> Place:
        """Where its sums are kept."""
        found = place_of(self.window)
        assert found is not None
        return LATE if self.late else SERIES.index(found[0]), found[1]


class _SumRow(NamedTuple):
    """A sum (``times`` 0), or rows that are added to it or taken away."""

    times: int
    series: int
    first: int
    last: int
    alike: SameCases
    written: WrittenSums

    def is_of(self, place: Place, part: TreePart) -> bool:
        """Whether it counts in a window of a part of the tree."""
        series, number = place
        if self.series != series or not self.first <= number <= self.last:
            return False
        if part.everything:
            return self.times != 0 or self.alike.unit_id == ALL_UNITS
        return self.alike.unit_id in part.ids


class RowChange(NamedTuple):
    """A row that came or went: how often it counts, its series, first and last window, and what it says."""

    id: int
    times: int
    series: int
    first: int
    last: int
    alike: SameCases


def sees_sums(actor: Actor, part: TreePart) -> bool:
    """Whether an actor sees every case that arose in a part of the tree, but for those they are out of, and of the
    accusations all or none: then the sums are theirs, without those cases (``scope_within``)."""
    if actor.is_system:
        return True
    reads, desk = actor.units_with(permissions.READ), actor.units_with(permissions.SEALED)
    return part.ids <= reads and (part.ids <= desk or not part.ids & desk)


def kept_sums(
    session: Session, actor: Actor, asked: Mapping[str, SumsOf], *, with_parts: str = "",
    recorded: datetime | None = None, accusations: bool = False,
) -> dict[str, Sums]:  # fmt: skip
    """The windows of which sums are kept that an actor may see, by name: without the cases they are out of, and without
    those of which something was ``recorded`` after an instant. ``with_parts`` names the one whose parts are wanted.
    ``accusations`` are counted for who may read them (``arose_in``). What makes no sense is left out, as if it were
    not kept, so that its reader is given what the rows say; the log of the program names the command that mends it."""
    mine = {name: one for name, one in asked.items() if sees_sums(actor, one.part)}
    if not mine:
        return {}
    at = mine[with_parts].place if with_parts in mine else NOWHERE
    rows = [_read(row) for row in session.execute(*_question(actor, [*mine.values()], at, recorded))]
    found = dict(_that_make_sense(rows, _kept(mine, rows), at))
    for name, sums in found.items():
        if not (accusations and _reads_accusations(actor, mine[name].part)):
            sums.accusations = 0
    return found


def _kept(asked: Mapping[str, SumsOf], rows: Iterable[_SumRow]) -> list[tuple[str, SumsOf]]:
    """The windows of which sums are kept: there is one of all units."""
    there = {(row.series, row.first) for row in rows if not row.times and row.alike.unit_id == ALL_UNITS}
    return [(name, one) for name, one in asked.items() if one.place in there]


def _reads_accusations(actor: Actor, part: TreePart) -> bool:
    return actor.is_system or part.ids <= actor.units_with(permissions.SEALED)


def _question(
    actor: Actor, asked: Sequence[SumsOf], with_parts: Place, recorded: datetime | None
) -> tuple[CompoundSelect[Any], dict[str, object]]:  # fmt: skip
    """The statement, and what is asked of it: other windows of the same series may come too."""
    everything = all(one.part.everything for one in asked)
    units = frozenset() if everything else frozenset().union(*(one.part.ids for one in asked))
    series, numbers = ({place[nth] for place in (one.place for one in asked)} for nth in (0, 1))
    return _statement(actor, everything=everything, recorded=recorded is not None), {
        "series": sorted(series), "numbers": sorted(numbers), "earliest": min(numbers), "latest": max(numbers),
        "units": [ALL_UNITS, *sorted(units)], "of": with_parts[0], "at": with_parts[1], "recorded": recorded,
    }  # fmt: skip


def _that_make_sense(
    rows: Sequence[_SumRow], asked: Iterable[tuple[str, SumsOf]], with_parts: Place
) -> Iterator[tuple[str, Sums]]:  # fmt: skip
    for name, one in asked:
        sums = _added_up(rows, one, with_parts=one.place == with_parts)
        if sums is not None:
            yield name, sums


def _added_up(rows: Iterable[_SumRow], asked: SumsOf, *, with_parts: bool) -> Sums | None:
    sums, place = Sums(with_parts=with_parts), asked.place
    try:
        for row in rows:
            if row.is_of(place, asked.part):
                if row.times:
                    sums.add(row.alike, row.times)
                else:
                    sums.add_written(row.written)
        if sums.make_sense():
            return sums
    except NO_SUMS:
        pass
    log.error("what is kept of %s added up makes no sense and is not used: run caseapp rebuild", asked.window)
    return None


def _read(row: Any) -> _SumRow:
    times, series, first, last, *told = row
    return _SumRow(times, series, first, last, SameCases(*told[:9]), WrittenSums(*told[9:]))


@lru_cache(maxsize=512)
def _statement(actor: Actor, *, everything: bool, recorded: bool) -> CompoundSelect[Any]:
    """Sums, changes, and what is to be taken away again, each marked by how often it counts: sums stand for
    themselves."""
    out: list[Any] = [] if actor.is_system else [barred_from(actor)]
    if recorded:
        out.append(select(Case.id).where(Case.last_recorded_at > bindparam("recorded", type_=Instant())))
    less = []
    for nth, some in enumerate(out):
        others = [Contributed.case_id.not_in(before) for before in out[:nth]]
        less.append(_rows(Contributed, literal(-1)).where(Contributed.case_id.in_(some), *others))
        others = [Deadline.case_id.not_in(before) for before in out[:nth]]
        less.append(late_taken_away().where(Deadline.case_id.in_(some), *others))
    changes = _rows(ContributionChange, ContributionChange.times)
    return union_all(_sums(everything=everything), changes, *less)


def _sums(*, everything: bool) -> Any:
    wanted = and_(ContributionSum.series == bindparam("of"), ContributionSum.number == bindparam("at"))
    if not everything:
        wanted = and_(wanted, ContributionSum.unit_id != ALL_UNITS)
    none, nought = cast(null(), String), cast(null(), BigInteger)
    return select(
        literal(0), ContributionSum.series, ContributionSum.number, ContributionSum.number, ContributionSum.unit_id,
        none, none, nought, cast(null(), Integer), none, cast(null(), Date), nought, nought,
        ContributionSum.whole, ContributionSum.county, case((wanted, ContributionSum.parts), else_=NO_PARTS),
        ContributionSum.accusations,
    ).where(
        ContributionSum.series.in_(bindparam("series", expanding=True)),
        ContributionSum.number.in_(bindparam("numbers", expanding=True)),
        ContributionSum.unit_id.in_(bindparam("units", expanding=True)),
    )  # fmt: skip


def _rows(table: type[Contributed | ContributionChange], times: Any) -> Select[Any]:
    """Rows of the windows that are asked for, those that say the same in one."""
    none = cast(null(), Text)
    by = table.series, table.first, table.last, *said(table)
    many, people = func.count(), cast(func.sum(table.people), BigInteger)
    return (
        select(times, *by, many, people, none, none, none, cast(null(), Integer))
        .join(Case, Case.id == table.case_id)
        .where(
            table.series.in_(bindparam("series", expanding=True)), table.first <= bindparam("latest"),
            table.last >= bindparam("earliest"),
        )
        .group_by(*by, *([times] if table is ContributionChange else []))
    )  # fmt: skip


def said(table: type[Contributed | ContributionChange]) -> tuple[Any, ...]:
    """What a row says, as ``SameCases`` has it, before how many say so: the day of registration of an open case alone.
    The table is joined with that of the cases."""
    since = case((table.marks.bitwise_and(OPEN) != 0, Case.registered_on), else_=None)
    return table.unit_id, table.category, table.lead, table.marks, table.block, table.more, since


def read_alike(session: Session, place: Place) -> Iterator[tuple[int, SameCases]]:
    """What the rows of a window said when the sums were last brought in line: what they say, and what came or went
    since taken away again. How often each counts stands before it."""
    if place[0] == LATE:
        rows = late_alike(place[1])
    else:
        rows = _grouped(Contributed, literal(1), place).where(Contributed.bin.in_(bins_of(place[1])))
    later = _grouped(ContributionChange, -ContributionChange.times, place)
    for times, *row in session.execute(union_all(rows, later)):
        yield times, SameCases(*row)


def _grouped(table: type[Contributed | ContributionChange], times: Any, place: Place) -> Select[Any]:
    series, number = place
    by = said(table)
    query = select(times, *by, func.count(), cast(func.sum(table.people), BigInteger))
    here = table.series == series, table.first <= number, table.last >= number
    grouped = [times, *by] if table is ContributionChange else by
    return query.join(Case, Case.id == table.case_id).where(*here).group_by(*grouped)


def read_changes(session: Session, most: int) -> list[RowChange]:
    """The first so many changes that are in no sum yet."""
    table = ContributionChange
    query = (
        select(table.id, table.times, table.series, table.first, table.last, *said(table), literal(1), table.people)
        .join(Case, Case.id == table.case_id)
        .order_by(table.id)
        .limit(most)
    )
    read: Iterable[Any] = session.execute(query)
    return [
        RowChange(nth, times, series, first, last, SameCases(*said_by_it))
        for nth, times, series, first, last, *said_by_it in read
    ]


def places_kept(session: Session) -> list[Place]:
    """The windows of which sums are kept."""
    query = select(ContributionSum.series, ContributionSum.number).where(ContributionSum.unit_id == ALL_UNITS)
    return [(series, number) for series, number in session.execute(query)]


def read_sums(
    session: Session, place: Place, unit_ids: Collection[int] | None = None
) -> Iterator[tuple[int, WrittenSums]]:
    """The sums of a window as they are kept, by unit; of some units, or of all."""
    series, number = place
    table = ContributionSum
    query = select(table.unit_id, table.whole, table.county, table.parts, table.accusations)
    query = query.where(table.series == series, table.number == number)
    if unit_ids is not None:
        query = query.where(table.unit_id.in_(sorted(unit_ids)))
    yield from ((row.unit_id, WrittenSums(*row[1:])) for row in session.execute(query))
