"""Looking up the cases that have a party with a telephone or identity number."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseapp.db.sealed import digest_of_number
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import stubs_for
from caseapp.domain.search.models import CaseNumber


def cases_with(session: Session, actor: Actor, number: str, most: int) -> list[Case]:
    """The cases an actor sees that have a party with a number (spelled as ``search/numbers.py`` does), latest first."""
    digest = digest_of_number(session.get_bind().dialect, number)
    query = (
        select(Case)
        .join(CaseNumber, CaseNumber.case_id == Case.id)
        .where(CaseNumber.digest == digest, scope(actor, Case.id), ~Case.sealed, ~stubs_for(actor))
        .order_by(Case.registered_at.desc(), Case.id.desc())
        .limit(most)
    )
    return list(session.scalars(query))
