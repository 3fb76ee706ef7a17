"""What stored cases owe, who is out of them and what lists show of them, worked out anew after the rules changed: where
it cannot be seen from the rows, a migration leaves a mark."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select, update

from caseapp.actions.circles import put_on_record
from caseapp.actions.context import Ctx
from caseapp.actions.duties import settle
from caseapp.actions.owed import replace_deadlines
from caseapp.actions.seats import settle_waits
from caseapp.actions.shadow import bring_in_line, duties
from caseapp.db.rows import Rows
from caseapp.domain.access.models import CaseAccess
from caseapp.domain.cases.events import ERASED
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_histories
from caseapp.domain.org.models import BARRED_ANEW, OWED_ANEW, SETTLED_ANEW, Mark

BATCH = 200
Progress = Callable[[int, int], None]


def recast_if_marked(ctx: Ctx, progress: Progress | None = None) -> int:
    """Work out what every case owes, when a migration left its mark. Returns how many cases there were.

    All of it in one transaction with the mark, which two processes cannot hold at once: it is done once, or not at all.
    """
    mark = ctx.session.get(Mark, OWED_ANEW, with_for_update=True)
    if mark is None:
        return 0
    ids = list(ctx.session.scalars(select(Case.id).order_by(Case.id)))
    for begin in range(0, len(ids), BATCH):
        _recast(ctx, ids[begin : begin + BATCH])
        if progress:
            progress(min(begin + BATCH, len(ids)), len(ids))
    ctx.session.delete(mark)
    return len(ids)


def rebar_if_marked(ctx: Ctx) -> int:
    """Work out who is out of each case that complains of somebody, when a migration left its mark. Returns how many
    cases there were. Cases that complain of nobody, which are nearly all, are not touched."""
    mark = ctx.session.get(Mark, BARRED_ANEW, with_for_update=True)
    if mark is None:
        return 0
    barring = select(CaseAccess.case_id).where(CaseAccess.barred)
    cases = list(ctx.session.scalars(select(Case).where(Case.id.in_(barring)).order_by(Case.id)))
    for case in cases:
        bring_in_line(ctx, case)
    ctx.session.delete(mark)
    return len(cases)


def settle_if_marked(ctx: Ctx) -> int:
    """Put on record, as they stand, who is out of each case that complains of somebody, when a migration left its mark.
    Returns how many cases there were."""
    mark = ctx.session.get(Mark, SETTLED_ANEW, with_for_update=True)
    if mark is None:
        return 0
    barring = select(CaseAccess.case_id).where(CaseAccess.barred, CaseAccess.because.is_not(None)).distinct()
    ids = ctx.session.scalars(barring).all()
    for case_id in ids:
        put_on_record(ctx, case_id)
    ctx.session.delete(mark)
    return len(ids)


def strike_out_from_before(ctx: Ctx) -> None:
    """Bring in line what was struck out when its title still stood in lists."""
    struck_out = select(Case).where(Case.state == "voided", Case.title != ERASED).order_by(Case.id)
    for case in ctx.session.scalars(struck_out).all():
        bring_in_line(ctx, case)


def _recast(ctx: Ctx, ids: list[int]) -> None:
    """The due dates of some cases, and what their rows say of them."""
    told = list(load_histories(ctx.session, Case.id.in_(ids), ctx.units))
    ctx.session.execute(update(Case), [{"id": case_id, **duties(history, ctx.office)} for case_id, history in told])
    settle_waits(ctx.session, ids)
    rows = Rows()
    replace_deadlines(ctx, told, rows)
    rows.put_down(ctx.session)
    ctx.session.expire_all()
    settle(ctx, ids)
