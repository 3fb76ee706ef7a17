"""Mediated cases for which a subsidy was claimed (以案定补), as far as the actor sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.history import History
from caseapp.domain.cases.models import Case, CaseEvent, CaseEventText
from caseapp.domain.cases.queries import load_few, stubs_for
from caseapp.domain.org.tree import Trees
from caseapp.kernel.periods import Window

CLAIMED = "subsidy_claimed"


@dataclass(frozen=True)
class Claim:
    """What was claimed for a case: its history without texts, the grade, who mediated, and why it is of that grade."""

    case: Case
    history: History
    on: date
    recorded_at: datetime
    grade: str
    mediator: str
    why: str


def claims(session: Session, actor: Actor, trees: Trees, within: Window) -> list[Claim]:
    """The claims of some days, in their order."""
    query = (
        select(Case, CaseEvent, CaseEventText)
        .join(CaseEvent, (CaseEvent.case_id == Case.id) & (CaseEvent.kind == CLAIMED))
        .outerjoin(CaseEventText, (CaseEventText.case_id == CaseEvent.case_id) & (CaseEventText.seq == CaseEvent.seq))
        .where(Case.subsidy_on.between(within.start, within.end), scope(actor, Case.id), ~stubs_for(actor))
        .order_by(Case.subsidy_on, Case.id)
    )
    rows = session.execute(query).all()
    histories = load_few(session, (row[0].id for row in rows), trees)
    return [
        Claim(
            case, histories[case.id], event.on, event.recorded_at, str(event.facts["grade"]),
            *(str(texts.texts.get(name, "")) if texts else "" for name in ("mediator", "why")),
        )
        for case, event, texts in rows
    ]  # fmt: skip
