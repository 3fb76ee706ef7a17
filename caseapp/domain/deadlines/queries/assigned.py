"""What was assigned from above (上级交办), for its desk and the county's sheet: the cases somebody sees, with their
histories, and the years in which something was received."""

from __future__ import annotations

from datetime import date

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.history import History
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_histories
from caseapp.domain.deadlines.models import Deadline
from caseapp.domain.org.tree import Trees

MOST = 500
"""So many cases are on the desk, the latest ones."""


def assigned_cases(
    session: Session, actor: Actor, trees: Trees, year: int, *, owed: bool
) -> list[tuple[Case, History]]:  # fmt: skip
    """The cases in which something was assigned that was received in a year, latest first; ``owed``: where an answer is
    owed."""
    within = date(year, 1, 1), date(year, 12, 31)
    earlier = exists().where(
        Deadline.case_id == Case.id, Deadline.kind == "answer_above", Deadline.start_on.between(*within)
    )
    where = [or_(Case.assigned_on.between(*within), earlier), scope(actor, Case.id)]
    if owed:
        running = Deadline.kind == "answer_above", Deadline.to_on.is_(None)
        where.append(exists().where(Deadline.case_id == Case.id, *running))
    found = select(Case).where(*where).order_by(Case.assigned_on.desc(), Case.id.desc()).limit(MOST)
    cases = list(session.scalars(found))
    histories = dict(load_histories(session, Case.id.in_([case.id for case in cases]), trees, texts=True))
    return [(case, histories[case.id]) for case in cases]


def years_assigned(session: Session, actor: Actor, today: date) -> list[int]:
    """The years from the first in which the actor sees something assigned to this one, latest first."""
    where = Case.assigned_on.is_not(None), scope(actor, Case.id)
    first = session.scalar(select(func.min(Case.assigned_on)).where(*where)) or today
    return list(range(today.year, min(first.year, today.year) - 1, -1))
