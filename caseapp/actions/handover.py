"""Handing over: somebody leaves a post, and all their open seats go to a successor in one action."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select

from caseapp.actions.cases import add_event
from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.actions.moves import demand, transition_of
from caseapp.actions.teams import Pair, check_people, may_sit, seat_filled
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.models import Case
from caseapp.domain.teams.models import CaseSeat, StandingSeat
from caseapp.domain.teams.queries import case_seats, seats_of
from caseapp.kernel.errors import N_, CaseappError, RuleViolation


@dataclass(frozen=True)
class HandedOver:
    """What a hand-over did: the cases whose seat changed hands, and those where it could not, each with why."""

    moved: list[str]
    kept: list[tuple[str, CaseappError]]
    standing: int


def hand_over(ctx: Ctx, leaver: str, successor: str, reason: str) -> HandedOver:
    """Give every seat that somebody holds, as A or as B, of cases that are not ended, to somebody else: one event a
    seat, on each case's record. It cannot be undone; a second hand-over can give them on.

    A case where the successor sits already, or may not sit, stays as it is and is named. Standing teams follow.
    Raises RuleViolation, NotAllowed.
    """
    ctx.actor.demand(may.TEAMS)
    if not reason.strip():
        raise RuleViolation("reason", N_("say why the seats change hands"))
    if leaver == successor:
        raise RuleViolation("successor", N_("the successor is somebody else"))
    check_people(ctx, (successor, None))
    moved: list[str] = []
    kept: list[tuple[str, CaseappError]] = []
    for case, seat in seats_of(ctx.session, ctx.actor, leaver):
        try:
            _give(ctx, case, seat, (leaver, successor), reason.strip())
            moved.append(case.number)
        except CaseappError as problem:
            kept.append((case.number, problem))
    standing = _standing_seats(ctx, leaver, successor)
    note(ctx, "handed_over", leaver, to=successor, seats=len(moved), kept=len(kept))
    return HandedOver(moved, kept, standing)


def _give(ctx: Ctx, case: Case, row: CaseSeat, people: tuple[str, str], reason: str) -> None:
    leaver, successor = people
    demand(ctx, case, transition_of(case, "fill_seat"))
    if not may_sit(ctx, case, successor):
        raise RuleViolation(
            "holder", N_("%(person)s cannot sit on this case: it complains of them or their unit"), person=successor
        )
    for other in case_seats(ctx.session, case.id).values():
        if successor in (other.holder, other.deputy) and (other.seat != row.seat or successor == other.holder):
            raise RuleViolation(
                "holder", N_("%(person)s already sits in this team; one person holds one seat"), person=successor
            )
    holder = successor if row.holder == leaver else row.holder
    deputy = successor if row.deputy == leaver else row.deputy
    pair: Pair = (holder, deputy if deputy != holder else None)
    add_event(ctx, case, seat_filled(ctx, row.seat, pair, reason))


def _standing_seats(ctx: Ctx, leaver: str, successor: str) -> int:
    """The standing teams of the actor's units name the successor from now on."""
    reach = ctx.actor.units_with(may.TEAMS)
    held = or_(StandingSeat.holder == leaver, StandingSeat.deputy == leaver)
    changed = 0
    for row in ctx.session.scalars(select(StandingSeat).where(StandingSeat.unit_id.in_(reach), held)):
        taken = {
            person
            for other in ctx.session.scalars(select(StandingSeat).where(StandingSeat.unit_id == row.unit_id))
            for person in (other.holder, other.deputy)
        }
        if successor not in taken:
            row.holder = successor if row.holder == leaver else row.holder
            row.deputy = successor if row.deputy == leaver else row.deputy
            changed += 1
    return changed
