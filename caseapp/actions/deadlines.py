"""The sweep: what became overdue is put down once, and climbs the ladder a rung at a time while nobody answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, exists, select

from caseapp.actions.context import Ctx
from caseapp.actions.notices import tell_of_flags
from caseapp.db import insert_new
from caseapp.domain.cases.models import Case
from caseapp.domain.deadlines.models import Deadline, Flag
from caseapp.domain.deadlines.queries import DueList, answers_as_deputy, overdue_on, who_answers
from caseapp.domain.teams.queries import SEAT


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

    Running it again flags nothing new. Costs what is newly overdue, not what exists. The unique key of ``flag`` keeps
    two sweeps at once from flagging twice. A week of downtime is made up slot by slot, each for its own day.
    """
    listed = DueList(ctx.actor, on, overdue_on(on))
    rungs = list(ctx.office.ladder(on).items())
    flagged = [_put_down(ctx, _due_at(ctx, listed, rungs[: place + 1])) for place in range(len(rungs))]
    return Swept(on, listed.total(ctx.session), flagged[0], sum(flagged[1:]))


def _due_at(ctx: Ctx, listed: DueList, rungs: list[tuple[str, int]]) -> list[dict[str, object]]:
    """Items that reached a rung by the day and were not put down there, as rows to put down. A rung waits for the one
    below it, so that each is climbed once and in order."""
    rung, days = rungs[-1]
    late = timedelta(days=days)
    new = (
        select(Deadline, who_answers(listed.day), answers_as_deputy(listed.day))
        .join(Case, Case.id == Deadline.case_id)
        .outerjoin(SEAT, and_(SEAT.case_id == Case.id, SEAT.seat == Deadline.charged_to))
        .where(listed.where, Deadline.due_on < listed.day - late, ~_flag_of(rung))
        .order_by(Deadline.id)
    )
    if len(rungs) > 1:
        new = new.where(_flag_of(rungs[-2][0]))
    found = ctx.session.execute(new)
    rows = {(item.case_id, item.kind, item.nth, item.due_on): (item, who, b) for item, who, b in found}
    return [_row(ctx, (rung, days), row) for row in rows.values()]


def _flag_of(rung: str) -> Any:
    return exists().where(
        Flag.case_id == Deadline.case_id, Flag.kind == Deadline.kind, Flag.nth == Deadline.nth,
        Flag.due_on == Deadline.due_on, Flag.rung == rung,
    )  # fmt: skip


def _row(ctx: Ctx, reached: tuple[str, int], found: tuple[Deadline, str | None, bool | None]) -> dict[str, object]:
    item, person, acting = found
    rung, days = reached
    first = max(item.due_on + timedelta(days=1), item.from_on)
    return {
        "case_id": item.case_id, "kind": item.kind, "nth": item.nth, "due_on": item.due_on, "rung": rung,
        "flagged_on": first + timedelta(days=days), "logged_at": ctx.now,
        "seat": item.charged_to, "person": person, "acting": bool(acting),
    }  # fmt: skip


def _put_down(ctx: Ctx, rows: list[dict[str, object]]) -> int:
    """Put flags down, and tell whom their rung tells. Returns how many nobody had put down before."""
    if not rows:
        return 0
    flags = ctx.session.scalars(insert_new(ctx.session, Flag).returning(Flag), rows).all()
    tell_of_flags(ctx, flags)
    return len(flags)
