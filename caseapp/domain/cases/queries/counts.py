"""How many cases somebody sees of all."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy import case as sa_case

from caseapp.db import counted
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import barred_from, count_seen, scope, sees_all
from caseapp.domain.cases.models import Case

FEW = 200


def count_of_all(actor: Actor, up_to: int) -> Select[int] | None:
    """How many cases an actor sees of all, counted no further than some more than ``up_to``. Who sees every case but a
    few that they are out of: those few are taken from the number of all, and no case is looked at. None where the cases
    themselves are counted sooner."""
    if not sees_all(actor):
        return count_seen(actor, up_to + 1)
    out = barred_from(actor).subquery()
    few = counted(select(out.c[0]).distinct(), FEW).subquery()
    every = counted(select(Case.id), up_to + FEW).scalar_subquery()
    one_by_one = counted(select(Case.id).where(scope(actor, Case.id)), up_to).scalar_subquery()
    return select(sa_case((few.c[0] > FEW, one_by_one), else_=every - few.c[0]))
