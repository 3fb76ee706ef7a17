"""What a case that is struck out leaves behind: the same, whether it was logged by mistake or is an accusation."""

from __future__ import annotations

from sqlalchemy.orm import Session

from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.actions.notices_inbox import take_out
from caseapp.domain.cases.models import Case
from caseapp.domain.notices.models import Notice


def leave_a_number(ctx: Ctx, case: Case) -> None:
    """Of a case that was struck out just now everybody is left its number: the same line of the log, and no notices."""
    forget_notices(ctx.session, case)
    note(ctx, "struck_out", case.number)


def forget_notices(session: Session, case: Case) -> None:
    """Delete what inboxes hold about a case, and what of it is on its way."""
    take_out(session, Notice.case_id == case.id)
