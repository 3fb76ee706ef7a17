"""Growing a database to a size: the demo township's cases copied over and over, shifted back over three more years."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from caseapp.domain.access.models import CaseAccess
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.deadlines.models import Deadline

SHIFTS, SHIFT, STRIDE = 40, timedelta(days=27), 17
DAY = re.compile(r"^\d{4}-\d\d-\d\d")
ONCE_ONLY = ("number", "token")


def grow(session: Session, cases: int) -> int:
    """Copy what is there until there are so many cases. Returns how many there are.

    The copies are read by reports and lists like any other; their part of the hash chain is copied as it stands, so
    this database is for measuring only.
    """
    kept: dict[Table, list[dict[str, Any]]] = {
        model.__table__: [dict(row) for row in session.execute(select(model.__table__)).mappings()]
        for model in (Case, CaseEvent, Deadline, CaseAccess)
    }
    there, nth = len(kept[Case.__table__]), 0
    step = max(row["id"] for row in kept[Case.__table__])
    while there < cases:
        nth += 1
        wanted = {row["id"] for row in kept[Case.__table__][: cases - there]}
        for table, rows in kept.items():
            own = "id" if table is Case.__table__ else "case_id"
            copies = [_copy(row, own, nth, step) for row in rows if row[own] in wanted]
            session.execute(insert(table), copies)
        session.commit()
        there += len(wanted)
    return there


def _copy(row: dict[str, Any], own: str, nth: int, step: int) -> dict[str, Any]:
    """A row of the nth copy: ids of its own, all days moved back."""
    back = SHIFT * (nth * STRIDE % SHIFTS)
    copy = {name: _moved(value, back) for name, value in row.items() if name != "id"}
    copy[own] = row[own] + nth * step
    copy |= {name: f"{row[name]}-{step}-{nth}" for name in ONCE_ONLY if row.get(name)}
    return copy


def _moved(value: Any, back: timedelta) -> Any:
    if isinstance(value, date | datetime):
        return value - back
    if isinstance(value, dict):
        return {name: _moved(inner, back) for name, inner in value.items()}
    if isinstance(value, str) and DAY.match(value):
        moved = date.fromisoformat(value[:10]) - back
        return moved.isoformat() + value[10:]
    return value
