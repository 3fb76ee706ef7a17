"""Petitions of many people that are handled as one matter, as far as the actor sees them (decision 57)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session, contains_eager

from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.matters import JOIN
from caseapp.domain.cases.models import Case, CaseParty, Proposal

SHOWN = 50
"""So many petitions of a matter its page shows; the list of cases shows them all."""


@dataclass(frozen=True)
class Petition:
    """One petition of a matter: its number, who brought it, on which day, where it stands, whether its petitioner was
    told in writing of all that they are to be told of."""

    number: str
    name: str
    registered_on: date
    state: str
    to_serve: bool


def is_handled_with(number: str) -> ColumnElement[bool]:
    """Petitions that are handled with a case."""
    return Case.matter == number.replace("\0", "")[:60]


def petitions_of(session: Session, actor: Actor, number: str) -> tuple[int, list[Petition]]:
    """How many petitions are handled with a case, and the first of them in the order in which they were registered."""
    named = (
        select(CaseParty.name)
        .where(CaseParty.case_id == Case.id, CaseParty.role == "petitioner")
        .order_by(CaseParty.id)
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(Case.number, named, Case.registered_on, Case.state, Case.serve_due_on, func.count().over())
        .where(Case.matter == number, scope(actor, Case.id))
        .order_by(Case.id)
        .limit(SHOWN)
    )
    rows = session.execute(query).all()
    shown = [Petition(other, name or "", on, state, due is not None) for other, name, on, state, due, _all in rows]
    return rows[0][-1] if rows else 0, shown


def names_of_petitioners(session: Session, actor: Actor | None, number: str) -> list[str]:
    """The named petitioners of all petitions that are handled with a case, in their order; of those that the ``actor``
    sees, where one is named."""
    seen = true() if actor is None else scope(actor, Case.id)
    query = (
        select(CaseParty.name)
        .join(Case, Case.id == CaseParty.case_id)
        .where(Case.matter == number, CaseParty.role == "petitioner", seen)
        .order_by(Case.id, CaseParty.id)
    )
    return [name.strip() for name in session.scalars(query) if name.strip()]


def asked_to_join(session: Session, actor: Actor, number: str) -> list[Proposal]:
    """The requests that a petition be handled with a case, which wait for a second person, as far as the actor sees the
    petition. With which case is encrypted, so that all that wait are looked through: they are few."""
    waiting = select(Proposal).where(Proposal.action == JOIN, Proposal.decided_at.is_(None))
    asked = [one.id for one in session.scalars(waiting) if one.data["of"] == number]
    if not asked:
        return []
    query = select(Proposal).join(Proposal.case).options(contains_eager(Proposal.case))
    return list(session.scalars(query.where(Proposal.id.in_(asked), scope(actor, Case.id)).order_by(Proposal.id)))
