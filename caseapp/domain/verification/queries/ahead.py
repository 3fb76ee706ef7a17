"""What was put down in the future: a clock was set forward by mistake, and put right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseapp.domain.audit.models import AuditEntry, JobRun
from caseapp.domain.cases.models import Case
from caseapp.domain.people.models import LoginAttempt, LoginSession
from caseapp.kernel.clock import WRONG_BY

PLACES: dict[str, tuple[Any, ...]] = {
    "runs": (JobRun.ran_at,),
    "logins": (LoginSession.seen_at, LoginSession.ended_at.is_(None)),
    "tries": (LoginAttempt.at,),
    "cases": (Case.last_recorded_at,),
    "entries": (AuditEntry.at,),
}
MENDED = ("runs", "logins", "tries")
"""What a command takes away; what is on record stays on record."""
NAMED = 20


@dataclass(frozen=True)
class Ahead:
    """How much of a kind lies in the future, and how far."""

    kind: str
    count: int
    latest: datetime


def moments_ahead(session: Session, now: datetime) -> list[Ahead]:
    """What lies in the future, by kind."""
    found = []
    for kind, (at, *only) in PLACES.items():
        count, latest = session.execute(select(func.count(), func.max(at)).where(at > now + WRONG_BY, *only)).one()
        found += [Ahead(kind, count, latest)] if count else []
    return found


def cases_ahead(session: Session, now: datetime, most: int = NAMED) -> list[str]:
    """The first numbers of cases with an entry in the future."""
    query = select(Case.number).where(Case.last_recorded_at > now + WRONG_BY).order_by(Case.number).limit(most)
    return list(session.scalars(query))
