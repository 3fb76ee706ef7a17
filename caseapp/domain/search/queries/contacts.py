"""Looking up the cases that have a party with a telephone or identity number."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseapp.db.sealed import digests_of
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import stubs_for
from caseapp.domain.search.models import CaseContact


def cases_with(session: Session, actor: Actor, numbers: Iterable[str], most: int) -> list[Case]:
    """The cases an actor sees that have a party with one of some numbers (spelled as ``search/contacts.py`` does), the
    latest first."""
    dialect = session.get_bind().dialect
    digests = [digest for number in numbers for digest in digests_of(dialect, number)]
    reached = select(CaseContact.case_id).where(CaseContact.digest.in_(digests))
    query = (
        select(Case)
        .where(Case.id.in_(reached), scope(actor, Case.id), ~Case.sealed, ~stubs_for(actor))
        .order_by(Case.registered_at.desc(), Case.id.desc())
        .limit(most)
    )
    return list(session.scalars(query))
