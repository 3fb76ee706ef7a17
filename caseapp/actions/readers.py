"""Whether there are readers left: a matter that nobody may read, because of whom it complains of, is handed over."""

from __future__ import annotations

from sqlalchemy import select

from caseapp.actions.context import Ctx
from caseapp.domain.access.models import CaseAccess, TransferDuty
from caseapp.domain.access.outside import WORKING_DAYS, authority_for, readers
from caseapp.domain.access.queries import is_unread
from caseapp.domain.cases.history import History
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_history
from caseapp.domain.org.settings import WORKING


def see_to_all_readers(ctx: Ctx) -> None:
    """Whether each open matter that complains of somebody still has readers: posts begin and end."""
    barring = select(CaseAccess.case_id).where(CaseAccess.barred, CaseAccess.because.is_not(None))
    for case in ctx.session.scalars(select(Case).where(Case.id.in_(barring), Case.standing == "open")):
        see_to_readers(ctx, case, load_history(ctx.session, case, ctx.units))


def see_to_readers(ctx: Ctx, case: Case, history: History) -> None:
    """A matter that nobody who handles such matters may read any more, because of whom it complains of, is owed to an
    authority outside; it is not, once somebody may read it again."""
    there = ctx.session.scalar(select(TransferDuty).where(TransferDuty.case_id == case.id))
    owed = _is_to_leave(ctx, case, history)
    if owed and there is None:
        due = ctx.office.calendar.add(ctx.today, WORKING_DAYS, WORKING).due
        authority = authority_for(sealed=case.sealed)
        ctx.session.add(TransferDuty(case_id=case.id, authority=authority, since_on=ctx.today, due_on=due))
    elif there is not None and there.handed_on is None and not owed:
        ctx.session.delete(there)


def _is_to_leave(ctx: Ctx, case: Case, history: History) -> bool:
    now = history.now
    if not now.about or now.archived or now.standing not in ("open", "resolved", "closed_unresolved"):
        return False
    ctx.session.flush()  # the bars are read back
    above = ctx.units.ids_above(history.head.unit)
    return is_unread(ctx.session, case.id, above, readers(sealed=case.sealed), ctx.today)
