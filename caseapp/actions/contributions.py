"""What each case adds to the windows of reports, kept as rows beside its events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from operator import itemgetter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseapp.actions.context import Ctx
from caseapp.actions.sums import forget_sums
from caseapp.db import plain_rows
from caseapp.db.among import among
from caseapp.db.rows import Rows
from caseapp.domain.cases.history import History
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_histories
from caseapp.domain.org.models import COUNTED_BY, Mark
from caseapp.domain.rates.formulas import FORMULAS
from caseapp.domain.rates.models import Contributed, ContributionChange
from caseapp.domain.rates.packed import LATE_ITEMS, MARK, Packed
from caseapp.domain.rates.runs import EVERYTHING, LATE, SERIES, Changed, Run, adds_the_same, bin_of, changed_by, runs

BATCH = 500
Progress = Callable[[int, int], None]
Values = tuple[object, ...]
Row = dict[str, object]
KEY = ("case_id", "series", "first")
COLUMNS = tuple(column.name for column in Contributed.__table__.columns)
SAID = tuple(name for name in COLUMNS if name not in KEY)
CHANGED = tuple(name for name in COLUMNS if name in ContributionChange.__table__.columns)
OF_A_RUN = itemgetter(*map(COLUMNS.index, ("series", "first", "last", *Packed._fields)))
BY_VERSION = itemgetter(COLUMNS.index("formulas"))
_key = itemgetter(*map(COLUMNS.index, KEY))
OF_CASES = select(*Contributed.__table__.columns).where(among(Contributed.case_id, "ids"))


def first_contributions(cast: Iterable[tuple[Case, History]], rows: Rows) -> None:
    """What new cases add to the windows of reports, as rows to be put down."""
    for case, history in cast:
        _come(contributed(case.id, case.unit_id, history), rows)


def keep_contributions(session: Session, case: Case, history: History, before: History | None, rows: Rows) -> None:
    """Bring in line with its events what a case adds to the windows of reports. ``before``: with what its rows are in
    line."""
    changed = changed_by(before, history) if before else EVERYTHING
    if before and adds_the_same(before, history, changed):
        return
    there = _there(session, [case.id])
    if not all(BY_VERSION(row) == FORMULAS for row in there):
        changed = EVERYTHING
    kept = [Run(SERIES[series], first, last, Packed(*told)) for series, first, last, *told in map(OF_A_RUN, there)]
    _exchange(there, contributed(case.id, case.unit_id, history, kept, changed), rows)


def contributed(
    case_id: int, unit_id: int, history: History, kept: Sequence[Run] = (), changed: Changed = EVERYTHING
) -> list[Row]:  # fmt: skip
    """What a case adds, as rows; as ``runs`` tells it."""
    return [
        {
            "case_id": case_id, "unit_id": unit_id, "series": SERIES.index(run.series), "first": run.first,
            "last": run.last, "bin": bin_of(run.first, run.last), "formulas": FORMULAS, **run.adds._asdict(),
        }
        for run in runs(history, kept, changed)
    ]  # fmt: skip


def late_came_and_went(unit_id: int, owed: Iterable[Mapping[str, Any]], times: int, rows: Rows) -> None:
    """That due items of a case came (``times`` 1) or went (-1), for the sums: of those that are late at the end of some
    month."""
    said: Row = {
        "marks": MARK[LATE_ITEMS], "block": 0, "people": 0, "series": LATE, "category": LATE_ITEMS[0], "lead": None,
        "more": None,
    }  # fmt: skip
    late = [
        {
            "times": times,
            "case_id": row["case_id"],
            "unit_id": unit_id,
            "first": row["late_from"],
            "last": row["late_to"],
        }
        for row in owed
        if row["late_bin"] is not None
    ]
    rows.add(ContributionChange, [one | said for one in late])


def count_anew_if_due(ctx: Ctx, progress: Progress | None = None) -> int:
    """Work out what every case adds, unless that was done by the version of the formulas that is in force: after the
    upgrade that brought the rows, and after each that changes a formula. Returns how many cases there were."""
    mark = ctx.session.get(Mark, COUNTED_BY, with_for_update=True)
    if mark is not None and mark.value == str(FORMULAS):
        return 0
    ctx.session.merge(Mark(name=COUNTED_BY, value=str(FORMULAS)))
    cases = count_anew(ctx, progress)
    forget_sums(ctx.session)
    return cases


def count_anew(ctx: Ctx, progress: Progress | None = None) -> int:
    """Work out from its events what every case adds. Rows that say so are left as they are."""
    counted = 0
    for ids, wanted in _worked_out(ctx, progress):
        rows = Rows()
        _exchange(_there(ctx.session, ids), wanted, rows)
        rows.put_down(ctx.session)
        counted += len(ids)
    return counted


def miscounted(ctx: Ctx) -> Iterator[str]:
    """The numbers of the cases whose rows are not what their events say."""
    for ids, wanted in _worked_out(ctx):
        gone, new = _changed(_there(ctx.session, ids), wanted)
        wrong = {values[0] for values in gone | new}
        yield from ctx.session.scalars(select(Case.number).where(Case.id.in_(wrong)).order_by(Case.id))


def _worked_out(ctx: Ctx, progress: Progress | None = None) -> Iterator[tuple[list[int], list[Row]]]:
    """All cases in parts, with the rows they should have."""
    units = dict(list(ctx.session.execute(select(Case.id, Case.unit_id).order_by(Case.id))))
    ids = list(units)
    for begin in range(0, len(ids), BATCH):
        part = ids[begin : begin + BATCH]
        told = load_histories(ctx.session, Case.id.in_(part), ctx.units)
        yield part, [row for case_id, history in told for row in contributed(case_id, units[case_id], history)]
        if progress:
            progress(begin + len(part), len(ids))


def _there(session: Session, ids: Sequence[int]) -> set[Values]:
    """The rows of some cases."""
    return {tuple(row) for row in plain_rows(session, OF_CASES, {"ids": ids})}


def _exchange(there: AbstractSet[Values], wanted: Iterable[Row], rows: Rows) -> None:
    """Put down the rows that are not there yet, over those that say something else; delete what is left of these."""
    gone, new = _changed(there, wanted)
    came, went = {_key(values): values for values in new}, {_key(values): values for values in gone}
    rows.take_out(Contributed, [dict(zip(KEY, key, strict=True)) for key in went.keys() - came.keys()])
    _come([_row(values) for values in new], rows, over=SAID if went.keys() & came.keys() else ())
    rows.add(ContributionChange, [_change(_row(values), -1) for values in gone])


def _row(values: Values) -> Row:
    return dict(zip(COLUMNS, values, strict=True))


def _come(came: Sequence[Row], rows: Rows, *, over: tuple[str, ...] = ()) -> None:
    rows.add(Contributed, came, over=over)
    rows.add(ContributionChange, [_change(row, 1) for row in came])


def _change(row: Row, times: int) -> Row:
    """That a row came or went, for the sums."""
    return {"times": times, **{name: row[name] for name in CHANGED}}


def _changed(there: AbstractSet[Values], wanted: Iterable[Row]) -> tuple[AbstractSet[Values], AbstractSet[Values]]:
    """Of some rows those that say something else than they should, and those that are missing."""
    should = {tuple(row[name] for name in COLUMNS) for row in wanted}
    return there - should, should - there
