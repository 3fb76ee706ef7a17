"""Who is out of a case because of whom it complains of, as the audit log has it: each settling of a circle is an entry,
with all bars as they stood from then on."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseapp.domain.access.circle import AT, Bar
from caseapp.domain.access.models import CaseAccess
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.org.queries import Units

Told = dict[str, dict[str, list[str]]]
"""Because of whom, which units, which roles (``station@TH``), which people."""


def bars_on_record(session: Session, numbers: Collection[str]) -> dict[str, frozenset[Bar]]:
    """The bars of some cases as the log has them last, by number."""
    query = select(AuditEntry.subject, AuditEntry.detail).where(
        AuditEntry.action == "circle_settled", AuditEntry.subject.in_(numbers)
    )
    found: dict[str, frozenset[Bar]] = {}
    for number, detail in session.execute(query.order_by(AuditEntry.seq)) if numbers else ():
        found[number] = frozenset(_read(detail["out"]))
    return found


def bars_in_rows(units: Units, rows: Iterable[CaseAccess]) -> frozenset[Bar]:
    """The bars of a case that have a naming as their cause, as its rows have them."""
    return frozenset(
        Bar(row.because, units.by_id[row.unit_id].code if row.unit_id else None, row.role, row.username)
        for row in rows
        if row.because
    )


def told_of(bars: Iterable[Bar]) -> Told:
    """Bars as an entry of the log tells them."""
    found: Told = {}
    for bar in bars:
        kind = "people" if bar.person else "roles" if bar.role else "units"
        said = bar.person or (f"{bar.role}{AT}{bar.unit}" if bar.role else str(bar.unit))
        found.setdefault(bar.because, {}).setdefault(kind, []).append(said)
    return {name: {kind: sorted(some) for kind, some in sorted(told.items())} for name, told in sorted(found.items())}


def _read(told: Any) -> Iterable[Bar]:
    for because, kinds in told.items():
        for unit in kinds.get("units", ()):
            yield Bar(because, unit=unit)
        for person in kinds.get("people", ()):
            yield Bar(because, person=person)
        for office in kinds.get("roles", ()):
            role, _, unit = office.partition(AT)
            yield Bar(because, unit=unit, role=role)
