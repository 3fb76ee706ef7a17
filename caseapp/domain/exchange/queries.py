"""What somebody may continue by a file of a case that is on record: no more than on its page."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.events import Event, Head
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import find_case, is_stub_for, stubs_for
from caseapp.domain.cases.states import ROWS, action_of
from caseapp.kernel.errors import N_, NotAllowed, RuleViolation


def demand_seen(session: Session, actor: Actor, case: Case, told: Head) -> None:
    """Whoever may not see a case, or only that it was struck out, is told what they are told of a number that nobody
    has, whatever the file says of it.
    Whoever runs the machine puts back what was lost, accusations too. Raises RuleViolation."""
    if not actor.is_system and (find_case(session, actor, case.number) is None or is_stub_for(actor, case)):
        raise no_such_case("number", told.number or "—")


def no_such_case(field: str, number: str) -> RuleViolation:
    """What is said of a number that nobody has, and of one whose case is out of sight."""
    return RuleViolation(field, N_("there is no case %(number)s"), number=number)


def seen_numbers(session: Session, actor: Actor, numbers: Iterable[str]) -> set[str]:
    """Which of these numbers are numbers of cases of which somebody may see more than that they were struck out."""
    seen = and_(scope(actor, Case.id), ~stubs_for(actor))
    return set(session.scalars(select(Case.number).where(Case.number.in_(list(numbers)), seen)))


def check_alone(actor: Actor, case: Case, new: Iterable[Event]) -> None:
    """What takes a second person, and what a petition's organ alone does, no file brings into a case on record: the
    names of the others in it are only written there. Whoever runs the machine puts back what was lost. Raises
    NotAllowed."""
    if actor.is_system:
        return
    acts = {action_of(event) for event in new}
    for row in ROWS:
        move = row.transition
        if row.action in acts and (move.second or (move.organ and case.track == "petition")):
            raise NotAllowed(
                N_("%(kind)s of a case on record is put down on its page, not from a file"), kind=move.event
            )
