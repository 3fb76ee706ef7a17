"""Which texts of events may be gone, or have lost contacts of parties: those of which the audit log says so, and no
others."""

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
CONTACTS = "contacts_erased"
"""The act that puts the texts of a case down anew without contacts of parties, and says which digest each has now."""


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


def contacts_left(session: Session) -> Mapping[str, Mapping[int, str]]:
    """The digests of the texts that were put down anew without contacts of parties, by the number of the case and the
    place of the event; of one that was several times, the last."""
    query = select(AuditEntry.subject, AuditEntry.detail).where(AuditEntry.action == CONTACTS).order_by(AuditEntry.seq)
    found: dict[str, dict[int, str]] = {}
    for number, detail in session.execute(query):
        left = detail.get("left")
        told = left.items() if isinstance(left, dict) else ()
        found.setdefault(number, {}).update({int(seq): str(digest) for seq, digest in told if str(seq).isdecimal()})
    return found
