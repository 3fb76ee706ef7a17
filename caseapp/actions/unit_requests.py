"""Moving, merging or closing a unit takes two people: one asks, having seen what it moves; another one decides, having
seen the same. Nothing changes before. What was seen is kept with the request."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import select

from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.actions.notices import forget_unit_request, tell_of_unit_request
from caseapp.actions.taking_back import take_back_request
from caseapp.actions.unit_changes import Moves, check_reason, moves_of, put_change, what_moves
from caseapp.domain.access import permissions as may
from caseapp.domain.org.chronicle import Change
from caseapp.domain.org.models import UnitRequest
from caseapp.kernel.errors import N_, Conflict, NotAllowed, OutOfScope, RuleViolation

NOTE_LENGTH = 500


def ask_for_change(ctx: Ctx, change: Change) -> UnitRequest:
    """Ask that a unit is moved, merged or closed; nothing changes until somebody else agrees. Raises RuleViolation,
    NotAllowed."""
    moves = what_moves(ctx, change)
    check_reason(change)
    if waiting_for(ctx, change.unit):
        raise RuleViolation("", N_("this was asked for already and waits for a second person"))
    request = UnitRequest(
        unit=change.unit, kind=change.kind, from_on=change.from_on, facts=dict(change.facts),
        reason=change.reason.strip(), moves=kept_of(moves), asked_by=ctx.actor.username, asked_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(request)
    ctx.session.flush()  # a notice names it
    tell_of_unit_request(ctx, request)
    note(ctx, "unit_change_asked", change.unit, kind=change.kind, facts=dict(change.facts), reason=request.reason)
    return request


def kept_of(moves: Moves) -> dict[str, Any]:
    """What is kept of what somebody saw, and compared later: all but cases, of which each sees their own."""
    return {
        "below": sorted(place.code for place in moves.below), "posts": sorted(map(list, moves.posts)),
        "seats": sorted(map(list, moves.seats)), "rounds": moves.rounds,
    }  # fmt: skip


def waiting_for(ctx: Ctx, unit: str) -> UnitRequest | None:
    """The change of a unit that waits for a second person."""
    here = (UnitRequest.unit == unit, UnitRequest.decided_at.is_(None))
    return ctx.session.scalar(select(UnitRequest).where(*here))


def change_of(request: UnitRequest) -> Change:
    """The change that was asked for, as it would go on record: by who asked for it."""
    return Change(
        request.unit, request.kind, request.from_on, request.facts, by=request.asked_by, reason=request.reason
    )


def may_decide(ctx: Ctx, request: UnitRequest) -> bool:
    """Whether the actor is the second person: not who asked, with a post that approves over the unit."""
    over = ctx.units.id_of.get(request.unit) in ctx.actor.units_with(may.APPROVE)
    return over and request.decided_at is None and request.asked_by != ctx.actor.username


def request_for(ctx: Ctx, request_id: int) -> UnitRequest:
    """A request about a unit of the actor's town. Raises OutOfScope."""
    ctx.actor.demand(may.APPROVE)
    found = ctx.session.get(UnitRequest, request_id, with_for_update=True, populate_existing=True)
    if found is None or ctx.units.id_of.get(found.unit) not in ctx.actor.units_with(may.APPROVE):
        raise OutOfScope(N_("there is no such request"))
    return found


def requests_shown(ctx: Ctx, most: int = 50) -> list[UnitRequest]:
    """The requests about units of the actor's town, those that wait first, then the newest. Raises NotAllowed."""
    ctx.actor.demand(may.APPROVE)
    query = select(UnitRequest).order_by(UnitRequest.decided_at.is_not(None), UnitRequest.id.desc()).limit(most)
    mine = ctx.actor.units_with(may.APPROVE)
    return [row for row in ctx.session.scalars(query) if ctx.units.id_of.get(row.unit) in mine]


def look_at(ctx: Ctx, request: UnitRequest) -> tuple[Moves, list[str], str]:
    """What a request would move now; which of it is otherwise than when it was asked for; and in short what was looked
    at. Raises RuleViolation when it cannot be put on record any more."""
    moves = moves_of(ctx, change_of(request))
    now = kept_of(moves)
    numbers = [case.number for case in moves.cases]
    sign = hashlib.sha256(repr((sorted(now.items()), numbers)).encode()).hexdigest()
    return moves, [name for name, value in now.items() if value != request.moves[name]], sign


def decide_change(ctx: Ctx, request_id: int, *, approved: bool, looked: str = "", words: str = "") -> UnitRequest:
    """Agree to what somebody else asked for, having looked at what it moves now, or refuse it. Raises NotAllowed,
    OutOfScope, Conflict, RuleViolation."""
    request = request_for(ctx, request_id)
    if request.decided_at is not None:
        raise Conflict(N_("this was decided already"))
    if not may_decide(ctx, request):
        raise NotAllowed(N_("nobody approves what they asked for themselves"))
    if approved:
        if look_at(ctx, request)[2] != looked:
            raise RuleViolation("", N_("what it moves has changed meanwhile; look at it again"))
        put_change(ctx, change_of(request), asked_by=request.asked_by)
    _settle(ctx, request, approved=approved, words=words)
    note(ctx, "unit_change_decided", request.unit, approved=approved, asked_by=request.asked_by)
    tell_of_unit_request(ctx, request)
    return request


def withdraw_change(ctx: Ctx, request_id: int) -> UnitRequest:
    """Who asked for a change takes the request back while it waits. Raises OutOfScope, NotAllowed, Conflict."""
    request = request_for(ctx, request_id)
    take_back_request(ctx, request.asked_by, request.decided_at, request.unit, kind=request.kind)
    _settle(ctx, request, approved=False)
    return request


def _settle(ctx: Ctx, request: UnitRequest, *, approved: bool, words: str = "") -> None:
    request.decided_by, request.decided_at, request.approved = ctx.actor.username, ctx.now, approved
    request.note = words.strip()[:NOTE_LENGTH]
    forget_unit_request(ctx, request)
