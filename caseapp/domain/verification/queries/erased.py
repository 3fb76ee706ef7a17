"""Which texts of events may be gone: those that the audit log says were erased, and no others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.cases.models import CaseEvent

TAKEN = "taken_as_accusation"
"""The act that erases the texts of a case; there is no other one."""


@dataclass(frozen=True)
class Erasing:
    """When the texts of a case were erased, and by whom."""

    at: datetime
    by: str

    def covers(self, event: CaseEvent) -> bool:
        """Whether an event was on record then: the striking out that came with it keeps its reason."""
        struck_out = (event.kind, event.at, event.by) == ("voided", self.at, self.by)
        return event.recorded_at <= self.at and not struck_out


def erasings(session: Session) -> Mapping[str, Erasing]:
    """What was erased, by the number of the case."""
    query = select(AuditEntry.detail, AuditEntry.at, AuditEntry.actor).where(AuditEntry.action == TAKEN)
    return {str(detail.get("was")): Erasing(at, by) for detail, at, by in session.execute(query)}
