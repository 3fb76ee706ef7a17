"""What each case adds to the windows of reports, kept as rows beside its events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from caseapp.actions.context import Ctx
from caseapp.actions.sums import forget_sums
from caseapp.db import insert_rows
from caseapp.domain.cases.history import History
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_histories
from caseapp.domain.org.models import COUNTED_BY, Mark
from caseapp.domain.rates.formulas import FORMULAS
from caseapp.domain.rates.models import Contributed, ContributionChange
from caseapp.domain.rates.runs import SERIES, bin_of, runs

BATCH = 500
Progress = Callable[[int, int], None]
Values = tuple[object, ...]
Row = dict[str, object]
KEY = ("case_id", "series", "first")
COLUMNS = tuple(column.name for column in Contributed.__table__.columns)
CHANGED = tuple(name for name in COLUMNS if name in ContributionChange.__table__.columns)


def keep_contributions(session: Session, cast: Iterable[tuple[Case, History]], kept: Sequence[int]) -> None:
    """Bring in line with their events what some cases add to the windows of reports; those not ``kept`` are new and
    have no rows yet."""
    _keep(session, kept, [row for case, history in cast for row in contributed(case.id, case.unit_id, history)])


def contributed(case_id: int, unit_id: int, history: History) -> list[Row]:
    """What a case adds, as rows."""
    return [
        {
            "case_id": case_id, "unit_id": unit_id, "series": SERIES.index(run.series), "first": run.first,
            "last": run.last, "bin": bin_of(run.first, run.last), "formulas": FORMULAS, **run.adds._asdict(),
        }
        for run in runs(history)
    ]  # fmt: skip


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
    return sum(_keep(ctx.session, ids, wanted) for ids, wanted in _worked_out(ctx, progress))


def miscounted(ctx: Ctx) -> Iterator[str]:
    """The numbers of the cases whose rows are not what their events say."""
    for ids, wanted in _worked_out(ctx):
        gone, new = _changed(ctx.session, ids, wanted)
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


def _keep(session: Session, ids: Sequence[int], wanted: Iterable[Row]) -> int:
    """Write the rows of some cases that are not there yet, and delete those that say something else. Returns how many
    cases there were."""
    gone, new = _changed(session, ids, wanted)
    if gone:
        places = [COLUMNS.index(name) for name in KEY]
        keys = [tuple(values[place] for place in places) for values in gone]
        session.execute(delete(Contributed).where(tuple_(*(getattr(Contributed, name) for name in KEY)).in_(keys)))
    came = [dict(zip(COLUMNS, values, strict=True)) for values in new]
    went = [dict(zip(COLUMNS, values, strict=True)) for values in gone]
    insert_rows(session, Contributed, came)
    insert_rows(session, ContributionChange, [_change(row, 1) for row in came] + [_change(row, -1) for row in went])
    return len(ids)


def _change(row: Row, times: int) -> Row:
    """That a row came or went, for the sums."""
    return {"times": times, **{name: row[name] for name in CHANGED}}


def _changed(session: Session, ids: Sequence[int], wanted: Iterable[Row]) -> tuple[set[Values], set[Values]]:
    """Of the rows of some cases those that say something else, and those that are missing."""
    found = select(*Contributed.__table__.columns).where(Contributed.case_id.in_(ids))
    there = {tuple(row) for row in session.execute(found)} if ids else set()
    should = {tuple(row[name] for name in COLUMNS) for row in wanted}
    return there - should, should - there
