"""What was taken from phones already."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.queue.models import TakenRecord


class Taken(NamedTuple):
    """A record that is stored: what it was, and the number of its case."""

    kind: str
    number: str


def taken(session: Session, username: str, client_id: str) -> Taken | None:
    """What became of a record of a user's phone. Asked for by its owner alone, who was told the number before; so it
    does not matter whether the case may still be seen (an accusation is gone from its logger's sight)."""
    row = session.execute(
        select(TakenRecord.kind, Case.number)
        .join(Case, Case.id == TakenRecord.case_id)
        .where(TakenRecord.username == username, TakenRecord.client_id == client_id)
    ).one_or_none()
    return Taken(*row) if row else None


def others_since(session: Session, case: Case, seen: int, username: str) -> bool:
    """Whether anybody else put something on a case after the first ``seen`` events."""
    by_others = CaseEvent.by.is_(None) | (CaseEvent.by != username)
    query = select(CaseEvent.seq).where(CaseEvent.case_id == case.id, CaseEvent.seq > seen, by_others).limit(1)
    return session.scalar(query) is not None
