"""Reading which cases were merged into which, and which petitions are handled with which matter of many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, exists, func, select
from sqlalchemy.orm import Session, aliased

from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.merging import ENDINGS, Other
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.cases.queries import AT_ONCE, find_case


def others_of(session: Session, actor: Actor, numbers: Iterable[str]) -> dict[str, Other]:
    """What a merge asks of cases, by their numbers; without those that the actor may not see."""
    query = _others(actor)
    wanted = sorted(set(numbers))
    found: dict[str, Other] = {}
    for start in range(0, len(wanted), AT_ONCE):
        some = {"numbers": wanted[start : start + AT_ONCE]}
        found |= {row[0]: Other(*row[1:]) for row in session.execute(query, some)}
    followers = _merged_into(session, actor, [number for number, other in found.items() if other.joined_at])
    return {number: replace(other, joined=tuple(followers.get(number, ()))) for number, other in found.items()}


@lru_cache(maxsize=512)
def _others(actor: Actor) -> Select[*tuple[Any, ...]]:
    """The columns of ``Other``, but for who joined, with the number before them, of the cases ``numbers``."""
    joined, merge, follower = aliased(Case), aliased(CaseEvent), aliased(Case)
    ended_at = select(func.min(CaseEvent.at)).where(CaseEvent.case_id == Case.id, CaseEvent.kind.in_(ENDINGS))
    joined_at = (
        select(func.max(merge.at))
        .join(joined, joined.id == merge.case_id)
        .where(joined.merged_into == Case.number, merge.kind == "merged")
    )
    return select(
        Case.number, Case.registered_at, Case.sealed,
        ended_at.correlate(Case).scalar_subquery(), joined_at.correlate(Case).scalar_subquery(),
        Case.track, Case.standing, Case.guarded, Case.matter, exists().where(follower.matter == Case.number),
    ).where(Case.number.in_(bindparam("numbers", expanding=True)), scope(actor, Case.id))  # fmt: skip


def _merged_into(session: Session, actor: Actor, numbers: list[str]) -> dict[str, list[str]]:
    """The numbers of the cases that were merged into some cases, of those that the actor sees."""
    found: dict[str, list[str]] = {}
    query = select(Case.merged_into, Case.number).where(Case.merged_into.in_(numbers), scope(actor, Case.id))
    for into, number in session.execute(query.order_by(Case.id)) if numbers else ():
        found.setdefault(str(into), []).append(number)
    return found


def living_case(session: Session, case: Case) -> Case | None:
    """The case with which a merged one, or one petition of a matter of many, is handled, at the end of the chain
    whatever its length; None when the last of them was voided. Whoever shows it asks whether its reader may see it."""
    passed: set[str] = set()
    found: Case | None = case
    while found is not None and (onward := found.merged_into or found.matter) and found.number not in passed:
        passed.add(found.number)
        found = session.scalar(select(Case).where(Case.number == onward))
    return found if found is not None and found.standing != "excluded" else None


def living_seen(session: Session, actor: Actor, case: Case) -> Case | None:
    """The same, if the actor may see it."""
    living = living_case(session, case)
    return find_case(session, actor, living.number) if living else None


def merged_with(session: Session, actor: Actor, case: Case) -> list[str]:
    """The numbers of the cases that were merged into a case, of those that the actor sees."""
    query = select(Case.number).where(Case.merged_into == case.number, scope(actor, Case.id))
    return list(session.scalars(query.order_by(Case.id)))
