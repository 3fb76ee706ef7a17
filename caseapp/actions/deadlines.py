"""The sweep: what became overdue is put down once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, exists, select
from sqlalchemy.dialects import postgresql, sqlite

from caseapp.actions.context import Ctx
from caseapp.domain.cases.models import Case
from caseapp.domain.deadlines.models import Deadline, Flag
from caseapp.domain.deadlines.queries import DueList, overdue_on

FIRST_RUNG = "seat"


@dataclass(frozen=True)
class Swept:
    """What a sweep found: the day it looked at, how much was overdue, how much of it nobody had put down before."""

    on: date
    overdue: int
    newly_flagged: int


def sweep(ctx: Ctx, on: date) -> Swept:
    """Flag what is overdue at the end of a day. Running it again flags nothing new.

    Costs what is newly overdue, not what exists. The unique key of ``flag`` keeps two sweeps at once from flagging
    twice.
    """
    listed = DueList(ctx.actor, on, overdue_on(on))
    flagged = exists().where(
        Flag.case_id == Deadline.case_id, Flag.kind == Deadline.kind, Flag.nth == Deadline.nth,
        Flag.due_on == Deadline.due_on, Flag.rung == FIRST_RUNG,
    )  # fmt: skip
    new = select(Deadline).join(Case, Case.id == Deadline.case_id).where(and_(listed.where, ~flagged))
    rows = {(d.case_id, d.kind, d.nth, d.due_on): _row(ctx, d) for d in ctx.session.scalars(new.order_by(Deadline.id))}
    flagged_now = _put_down(ctx, list(rows.values()))
    return Swept(on, listed.total(ctx.session), flagged_now)


def _row(ctx: Ctx, item: Deadline) -> dict[str, object]:
    return {
        "case_id": item.case_id, "kind": item.kind, "nth": item.nth, "due_on": item.due_on, "rung": FIRST_RUNG,
        "flagged_on": max(item.due_on + timedelta(days=1), item.from_on), "logged_at": ctx.now,
    }  # fmt: skip


def _put_down(ctx: Ctx, rows: list[dict[str, object]]) -> int:
    if not rows:
        return 0
    dialect = postgresql if ctx.session.get_bind().dialect.name == "postgresql" else sqlite
    adding = dialect.insert(Flag).on_conflict_do_nothing().returning(Flag.id)
    return len(ctx.session.scalars(adding, rows).all())
