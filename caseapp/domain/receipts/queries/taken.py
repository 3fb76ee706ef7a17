"""Receipts of cases that were taken as accusations, and of the accusations."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from caseapp.domain.cases.models import Case
from caseapp.domain.receipts.models import Receipt


def has_receipt(session: Session, case: Case) -> bool:
    """Whether a receipt of a case was made."""
    return bool(session.scalar(select(exists().where(Receipt.case_id == case.id))))


def told_as(session: Session, case: Case) -> Case:
    """The case that reports of pressure with a receipt are about: the accusation that was made of it, or itself."""
    taken = select(Case).where(Case.sealed, Case.repeat_of == case.number).order_by(Case.id).limit(1)
    return (session.scalar(taken) if case.standing == "excluded" else None) or case


def moved_receipts(session: Session) -> list[tuple[Receipt, int]]:
    """Receipts that went along when a case was taken as an accusation, each with the id of that case."""
    old = aliased(Case)
    query = (
        select(Receipt, old.id)
        .join(Case, Case.id == Receipt.case_id)
        .join(old, old.number == Case.repeat_of)
        .where(Case.sealed, old.standing == "excluded", ~old.sealed, Receipt.issued_at <= old.last_recorded_at)
        .where(~exists().where(aliased(Receipt).case_id == old.id))
    )
    return [(receipt, case_id) for receipt, case_id in session.execute(query)]
