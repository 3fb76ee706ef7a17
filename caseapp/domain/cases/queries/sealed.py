"""Contacts of parties: whether they can be read with the keys that are here, and when they were erased."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseapp.domain.cases.models import CaseEvent, CaseParty


def try_a_number(session: Session) -> bool:
    """Read a telephone number; whether there is one. Raises CaseappError when it was encrypted with a key that is not
    here."""
    return session.scalar(select(CaseParty.phone).where(CaseParty.phone != "").limit(1)) is not None


def contacts_erased_on(session: Session, case_id: int) -> date | None:
    """The day on which the contacts of a case were erased, the last time; None where they never were."""
    here = CaseEvent.case_id == case_id, CaseEvent.kind == "contacts_erased"
    return session.scalar(select(func.max(CaseEvent.on)).where(*here))
