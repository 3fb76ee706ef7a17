"""The sweep: what became overdue is put down once, and climbs the ladder a rung at a time while nobody answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, select, update

from caseapp.actions.context import Ctx
from caseapp.actions.duties import hold_day
from caseapp.actions.held import touch
from caseapp.actions.notices import tell_of_flags
from caseapp.db.rows import insert_new_rows
from caseapp.domain.cases.models import Case
from caseapp.domain.deadlines.models import Deadline, Duty, Flag
from caseapp.domain.deadlines.queries.history import answers_as_deputy, who_answers
from caseapp.domain.teams.queries import SEAT

BATCH = 2_000


@dataclass(frozen=True)
class Swept:
    """What a sweep found: the day it looked at, how much was overdue, how much of it nobody had put down before, how
    many rungs were climbed beyond the first."""

    on: date
    overdue: int
    newly_flagged: int
    climbed: int


def sweep(ctx: Ctx, on: date) -> Swept:
    """Flag what is overdue at the end of a day, and what has been for so long that the next rung is told.

    Running it again flags nothing new. Costs what is newly overdue, not what exists: rows of ``duty`` say how many
    rungs they climbed, and what was met since that day is a range of the history. Of two sweeps at once one
    takes the rows, the other finds them taken. A week of downtime is made up slot by slot, each for its own day.
    """
    hold_day(ctx)
    flagged = [_climb(ctx, on, rung) for rung in enumerate(ctx.office.ladder(on).items())]
    return Swept(on, _how_many(ctx, on), flagged[0], sum(flagged[1:]))


def _climb(ctx: Ctx, on: date, nth_rung: tuple[int, tuple[str, int]]) -> int:
    """Put down what reached a rung by the day and was not put down there, and tell whom the rung tells. A rung waits
    for the one below it, so that each is climbed once and in order. Returns how many there were."""
    place, (rung, days) = nth_rung
    before = on - timedelta(days=days)
    standing = Duty.rungs == place, Duty.due_on < before, Duty.from_on <= on
    met = select(Deadline.id).where(*_met_since(ctx, on), Deadline.due_on < before, _climbed() == place)
    take = update(Duty).where(*standing).values(rungs=place + 1).returning(Duty.id)
    taken = ctx.session.scalars(take.execution_options(synchronize_session=False))
    ids, count = sorted({*taken, *ctx.session.scalars(met)}), 0
    for begin in range(0, len(ids), BATCH):
        rows = [_row(ctx, (rung, days), row) for row in _late(ctx, on, ids[begin : begin + BATCH])]
        touch(ctx.session, Flag, *insert_new_rows(ctx.session, Flag, rows))
        tell_of_flags(ctx, [Flag(**row) for row in rows])
        count += len(rows)
    return count


def _late(ctx: Ctx, on: date, ids: Sequence[int]) -> Iterable[Any]:
    """Some items, each with who answered for it at the end of a day, and whether as a deputy."""
    query = (
        select(Deadline, who_answers(on), answers_as_deputy(on))
        .join(Case, Case.id == Deadline.case_id)
        .outerjoin(SEAT, and_(SEAT.case_id == Case.id, SEAT.seat == Deadline.charged_to))
        .where(Deadline.id.in_(ids))
        .order_by(Deadline.id)
    )
    return ctx.session.execute(query)


def _met_since(ctx: Ctx, on: date) -> tuple[ColumnElement[bool], ...]:
    """What was owed at the end of a day and is not owed any more today."""
    return Deadline.from_on <= on, Deadline.to_on > on, Deadline.to_on <= ctx.today


def _climbed() -> ScalarSelect[int]:
    same = (
        Flag.case_id == Deadline.case_id, Flag.kind == Deadline.kind, Flag.nth == Deadline.nth,
        Flag.due_on == Deadline.due_on,
    )  # fmt: skip
    return select(func.count()).where(*same).correlate(Deadline).scalar_subquery()


def _how_many(ctx: Ctx, on: date) -> int:
    """How much was overdue at the end of a day."""
    standing = select(func.count()).where(Duty.due_on < on, Duty.from_on <= on)
    met = select(func.count()).select_from(Deadline).where(*_met_since(ctx, on), Deadline.due_on < on)
    return sum(ctx.session.scalar(one) or 0 for one in (standing, met))


def _row(ctx: Ctx, reached: tuple[str, int], found: tuple[Deadline, str | None, bool | None]) -> dict[str, object]:
    item, person, acting = found
    rung, days = reached
    first = max(item.due_on + timedelta(days=1), item.from_on)
    return {
        "case_id": item.case_id, "kind": item.kind, "nth": item.nth, "due_on": item.due_on, "rung": rung,
        "flagged_on": first + timedelta(days=days), "logged_at": ctx.now,
        "seat": item.charged_to, "person": person, "acting": bool(acting),
    }  # fmt: skip
