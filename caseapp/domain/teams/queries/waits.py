"""What a seat still has to write or to hand over, which no due item says: a plan (liaison), the written opinion on a
petition and a paper for the petitioner (responsible station). While a case waits for it, its seat says when the case
was registered: so what waits for somebody is found in the order of a list, however many cases they sit on (decision
46)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, or_, select
from sqlalchemy.orm import Session

from caseapp.domain.access.actor import Actor
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries.piles import Part, cases_where, scope_ordinary, to_reply, to_serve, without_plan
from caseapp.domain.teams.models import CaseSeat
from caseapp.domain.teams.queries.acting import acts_for

WAITS: Mapping[str, tuple[str, ColumnElement[bool]]] = {
    "plan_at": ("liaison", without_plan()),
    "reply_at": ("dept", to_reply()),
    "paper_at": ("dept", to_serve()),
}
"""The column of a seat, which seat it is, and the cases that wait for it; accusations wait for no seat."""


def since(column: str) -> ScalarSelect[Any]:
    """What a column of a seat should say."""
    seat, waiting = WAITS[column]
    case = select(Case.registered_at).where(Case.id == CaseSeat.case_id, CaseSeat.seat == seat, ~Case.sealed, waiting)
    return case.correlate(CaseSeat).scalar_subquery()


def waits_unlike(session: Session, case_ids: Sequence[int]) -> set[int]:
    """Which of some cases have a seat that says something else than it should."""
    other = or_(*(getattr(CaseSeat, name).is_distinct_from(since(name)) for name in WAITS))
    return set(session.scalars(select(CaseSeat.case_id).where(CaseSeat.case_id.in_(case_ids), other)))


def waiting_for(actor: Actor, column: str, day: date, *, kept: bool) -> Part:
    """The cases that wait for a seat for which somebody answers on a day. ``kept``: whether the rows stand for it."""
    if not kept:
        return cases_where(actor, WAITS[column][1], acts_for(WAITS[column][0], actor.username, day))
    at = getattr(CaseSeat, column)
    mine = CaseSeat.person == actor.username, at.is_not(None), scope_ordinary(actor, CaseSeat.case_id)
    query = select(CaseSeat.case_id.label("id"), at.label("registered_at")).where(*mine)
    return query.order_by(at.desc(), CaseSeat.case_id.desc())
