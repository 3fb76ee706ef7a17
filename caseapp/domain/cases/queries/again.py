"""Whether a form that comes again is on record already: its first sending arrived, and the answer was lost. What merely
says the same as something on record is no second sending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from caseapp.domain.cases.events import Event, Head
from caseapp.domain.cases.models import Case, CaseEvent, CaseEventText
from caseapp.domain.cases.queries import load_history
from caseapp.domain.cases.record import lay_down
from caseapp.domain.org.tree import Trees

BESIDE = ("paper", "by_seat", "acting")
"""What a page adds to a form by itself: a paper has another number when it comes again."""


def is_there_already(session: Session, case: Case, seen: int, event: Event, *, timed: bool) -> bool:
    """Whether the same person put just this on a case as the entry after the first ``seen``: the same act, the same
    words; of the same time, where they said one. A form that arrived stands nowhere else, so whoever saw that entry and
    says the same once more says it of another occasion."""
    facts, texts = lay_down(event, None)
    query = (
        select(CaseEvent.facts, CaseEventText.texts)
        .outerjoin(CaseEventText, and_(CaseEventText.case_id == CaseEvent.case_id, CaseEventText.seq == CaseEvent.seq))
        .where(CaseEvent.case_id == case.id, CaseEvent.seq == seen + 1)
        .where(CaseEvent.kind == event.kind, CaseEvent.by == event.by)
    )
    if timed:
        query = query.where(CaseEvent.at == event.at)
    wanted = typed(facts), typed(texts)
    return any((typed(row[0]), typed(row[1] or {})) == wanted for row in session.execute(query))


def says_the_same(session: Session, case: Case, head: Head, event: Event, trees: Trees) -> bool:
    """Whether a case was registered with just this head and registration. Texts that were erased are not held against
    it; a unit that was merged since stands for the one it went to."""
    history = load_history(session, case, trees)
    first = next(one for one in history.events if one.kind == "registered")
    tree = trees.on(event.on)
    was = replace(history.head, number="", unit=tree.went_to(history.head.unit))
    now = replace(head, unit=tree.went_to(head.unit))
    return was.erased or (was, first.data) == (now, event.data)


def typed(data: Mapping[str, Any]) -> dict[str, Any]:
    """What somebody filled in, without what a page adds."""
    return {name: value for name, value in data.items() if name not in BESIDE}
