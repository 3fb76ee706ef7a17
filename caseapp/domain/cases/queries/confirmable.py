"""Agreements that a court could still be asked to confirm (人民调解法 art. 33)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseapp.domain.cases.models import Case, CaseEvent


def confirmable(session: Session, days: Iterable[date]) -> list[tuple[Case, str | None]]:
    """Cases with such an agreement that began to hold on one of some days, and who put it on record; by number."""
    query = select(Case).where(Case.confirmable_since.in_(list(days))).order_by(Case.id)
    cases = list(session.scalars(query))
    agreed = select(CaseEvent.case_id, CaseEvent.by).where(
        CaseEvent.case_id.in_([case.id for case in cases]), CaseEvent.kind == "agreed"
    )
    by = {row.case_id: row.by for row in session.execute(agreed.order_by(CaseEvent.case_id, CaseEvent.seq))}
    return [(case, by.get(case.id)) for case in cases]
