"""Who is out of a case because of whom it complains of is settled when the naming holds, and put on record with it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import event, select
from sqlalchemy.orm import Session, SessionTransaction

from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.actions.notices import tell_of_circle
from caseapp.domain.access.models import CaseAccess
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_history
from caseapp.domain.teams.queries import complaining_of, settled_bars
from caseapp.domain.verification.queries.circles import bars_in_rows, bars_on_record, told_of

CHANGED = "circles"
"""Where a session keeps the ids of the cases whose bars changed in its transaction, each with who changed them."""


def put_on_record(ctx: Ctx, case_id: int) -> None:
    """Let the bars of a case be written into the log with the transaction."""
    ctx.session.info.setdefault(CHANGED, {})[case_id] = ctx


@event.listens_for(Session, "before_commit", insert=True)
def note_circles(session: Session) -> None:
    """Write the bars that changed into the audit log before the transaction is kept: who is out of a case is never
    changed without an entry. It comes before the seals, so that all writers take the chains in the same order."""
    if session.in_nested_transaction():
        return
    changed = session.info.pop(CHANGED, {})
    if not changed:
        return
    cases = session.execute(select(Case.id, Case.number).where(Case.id.in_(changed)).order_by(Case.id)).all()
    known = bars_on_record(session, [number for _, number in cases])
    for case_id, number in cases:
        rows = session.scalars(select(CaseAccess).where(CaseAccess.case_id == case_id, CaseAccess.barred))
        bars = bars_in_rows(changed[case_id].units, rows)
        if bars != known.get(number, frozenset()):
            note(changed[case_id], "circle_settled", number, out=told_of(bars))


@event.listens_for(Session, "after_transaction_end")
def forget_circles(session: Session, ended: SessionTransaction) -> None:
    """What was not kept is not on record."""
    if ended.parent is None:
        session.info.pop(CHANGED, None)


def tell_of_circles(ctx: Ctx, usernames: Iterable[str]) -> None:
    """The posts or deputies of some people changed. Where a case complains of one of them and its circle would take in
    more by now, those who approve in it are told, and may look anew; nobody is put out by the change."""
    for case in complaining_of(ctx.session, usernames):
        history = load_history(ctx.session, case, ctx.units)
        rows = ctx.session.scalars(select(CaseAccess).where(CaseAccess.case_id == case.id)).all()
        now, anew = (settled_bars(ctx.session, ctx.units, history, rows, anew=anew) for anew in (False, True))
        if anew - now:
            tell_of_circle(ctx, case)
