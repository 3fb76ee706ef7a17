"""What belongs to a case is found by who may see the case."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy.orm import Session

from caseapp.domain.access.actor import Actor
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import find_case
from caseapp.kernel.errors import OutOfScope

Thing = TypeVar("Thing")


def locked(session: Session, kind: type[Thing], key: int, absent: str) -> Thing:
    """A thing as it is now, and nobody else's until the transaction ends. Raises OutOfScope with the words for one that
    is not there."""
    thing = session.get(kind, key, with_for_update=True, populate_existing=True)
    if thing is None:
        raise OutOfScope(absent)
    return thing


def case_of(session: Session, actor: Actor, case_id: int, absent: str, *, for_update: bool = False) -> Case:
    """The case that something belongs to. Raises OutOfScope with the words for a thing that is not there when the actor
    may not see the case: so nobody finds out what there is of it."""
    case = find_case(session, actor, session.get_one(Case, case_id).number, for_update=for_update)
    if case is None:
        raise OutOfScope(absent)
    return case
