"""Whether a form that comes again is on record already: its first sending arrived, and the answer was lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from caseapp.domain.cases.events import Event
from caseapp.domain.cases.models import Case, CaseEvent, CaseEventText
from caseapp.domain.cases.record import lay_down

BESIDE = ("paper", "by_seat", "acting")
"""What a page adds to a form by itself: a paper has another number when it comes again."""


def is_there_already(session: Session, case: Case, seen: int, event: Event, *, timed: bool) -> bool:
    """Whether the same person put just this on a case after its first ``seen`` entries: the same act, the same words;
    of the same time, where they said one."""
    facts, texts = lay_down(event, None)
    query = (
        select(CaseEvent.facts, CaseEventText.texts)
        .outerjoin(CaseEventText, and_(CaseEventText.case_id == CaseEvent.case_id, CaseEventText.seq == CaseEvent.seq))
        .where(CaseEvent.case_id == case.id, CaseEvent.seq > seen)
        .where(CaseEvent.kind == event.kind, CaseEvent.by == event.by)
    )
    if timed:
        query = query.where(CaseEvent.at == event.at)
    wanted = typed(facts), typed(texts)
    return any((typed(row[0]), typed(row[1] or {})) == wanted for row in session.execute(query))


def typed(data: Mapping[str, Any]) -> dict[str, Any]:
    """What somebody filled in, without what a page adds."""
    return {name: value for name, value in data.items() if name not in BESIDE}
