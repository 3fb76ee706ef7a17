"""Handing over: what somebody who leaves holds goes to somebody else. It is shown before it is done, only who may hold
a thing gets it, and what was moved can be moved back exactly: a handover keeps its own list."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from caseapp.actions.context import Ctx
from caseapp.actions.handover_pieces import HeldPiece, check_takes, give, held_now, pieces_of, seen
from caseapp.actions.journal import note
from caseapp.actions.teams import Pair, check_people
from caseapp.domain.access import permissions as may
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.models import Case
from caseapp.domain.teams.models import Handover, HandoverItem
from caseapp.kernel.errors import N_, CaseappError, OutOfScope, RuleViolation

Kept = list[tuple[HeldPiece, CaseappError]]
CHANGED = N_("it changed hands since, and stays as it is now")


@dataclass(frozen=True)
class HandoverPlan:
    """What a handover moves, and what it would leave as it is, each with why. ``sign`` is the same as long as it would
    do the same: who looked at one plan does not carry out another."""

    moves: list[tuple[HeldPiece, Pair]]
    kept: Kept

    @property
    def sign(self) -> str:
        """What the plan does, in short."""
        told = [(*_key(piece), piece.held, pair) for piece, pair in self.moves]
        kept = [(*_key(piece), piece.held, str(problem)) for piece, problem in self.kept]
        return hashlib.sha256(repr((told, kept)).encode()).hexdigest()


def _key(piece: HeldPiece) -> tuple[object, ...]:
    return piece.kind, piece.case.id if piece.case else None, piece.unit_id, piece.seat, piece.key


def plan_handover(ctx: Ctx, leaver: str, successor: str) -> HandoverPlan:
    """What would go from one to the other, as things stand now. Writes nothing. Raises RuleViolation, NotAllowed."""
    ctx.actor.demand(may.TEAMS)
    if leaver == successor:
        raise RuleViolation("successor", N_("the successor is somebody else"))
    check_people(ctx, (successor, None))
    plan = HandoverPlan([], [])
    for piece in pieces_of(ctx, leaver):
        pair = piece.swapped(leaver, successor)
        try:
            check_takes(ctx, piece, pair, successor)
            plan.moves.append((piece, pair))
        except CaseappError as problem:
            plan.kept.append((piece, problem))
    return plan


def hand_over(ctx: Ctx, leaver: str, successor: str, reason: str) -> tuple[Handover, HandoverPlan]:
    """Give what somebody holds to somebody else: seats as A or as B of cases that are not ended, each by an event on
    the case's record, tasks, decisions to carry out, and the standing teams. What may not go stays and is named. Raises
    RuleViolation, NotAllowed."""
    plan = plan_handover(ctx, leaver, successor)
    if not reason.strip():
        raise RuleViolation("reason", N_("say why the seats change hands"))
    done = Handover(
        leaver=leaver, successor=successor, reason=reason.strip(), made_by=ctx.actor.username, made_at=ctx.now
    )
    given, kept = [], list(plan.kept)
    for piece, pair in plan.moves:
        try:
            with ctx.session.begin_nested():
                give(ctx, piece, pair, reason.strip())
        except CaseappError as problem:
            kept.append((piece, problem))
            continue
        done.items.append(_item(piece, pair))
        given.append((piece, pair))
    ctx.session.add(done)
    note(ctx, "handed_over", leaver, to=successor, moved=len(given), kept=len(kept))
    return done, HandoverPlan(given, kept)


def _item(piece: HeldPiece, pair: Pair) -> HandoverItem:
    return HandoverItem(
        kind=piece.kind, case_id=piece.case.id if piece.case else None, unit_id=piece.unit_id, seat=piece.seat,
        key=piece.key, before=list(piece.held), after=list(pair),
    )  # fmt: skip


def take_back(ctx: Ctx, handover_id: int, reason: str) -> Kept:
    """Move back what a handover moved, and nothing else: each thing that is still as the handover left it, to who held
    it before. Returns what stays, each with why: it changed hands since, or who held it may not hold it any more.
    Raises OutOfScope, RuleViolation."""
    ctx.actor.demand(may.TEAMS)
    done = ctx.session.get(Handover, handover_id, with_for_update=True)
    if done is None or done.taken_back_at is not None:
        raise OutOfScope(N_("there is no such handover"))
    if not reason.strip():
        raise RuleViolation("reason", N_("say why it is taken back"))
    kept: Kept = []
    for item in done.items:
        piece = _piece(ctx, item)
        try:
            if seen(ctx, piece):
                _give_back(ctx, item, piece, done.leaver, reason.strip())
        except CaseappError as problem:
            kept.append((piece, problem))
    done.taken_back_by, done.taken_back_at = ctx.actor.username, ctx.now
    moved = sum(item.back for item in done.items)
    note(ctx, "handover_taken_back", done.leaver, of=done.successor, moved=moved, kept=len(done.items) - moved)
    return kept


def _give_back(ctx: Ctx, item: HandoverItem, piece: HeldPiece, leaver: str, reason: str) -> None:
    if held_now(ctx, piece) != _pair(item.after):
        raise RuleViolation("", CHANGED)
    before = _pair(item.before)
    check_takes(ctx, piece, before, leaver)
    with ctx.session.begin_nested():
        give(ctx, piece, before, reason)
    item.back = True


def _pair(told: list[str | None]) -> Pair:
    return str(told[0]), told[1]


def _piece(ctx: Ctx, item: HandoverItem) -> HeldPiece:
    case = ctx.session.get(Case, item.case_id) if item.case_id else None
    return HeldPiece(item.kind, _pair(item.after), case=case, unit_id=item.unit_id, seat=item.seat, key=item.key)


def handovers(ctx: Ctx, most: int = 20) -> list[tuple[Handover, int]]:
    """The last handovers of the actor's town, each with how many things it moved, as far as the actor sees them. Raises
    NotAllowed."""
    ctx.actor.demand(may.TEAMS)
    query = select(Handover).order_by(Handover.id.desc()).limit(most).options(selectinload(Handover.items))
    rows = list(ctx.session.scalars(query))
    ids = {item.case_id for row in rows for item in row.items if item.case_id}
    seen_ids = set(ctx.session.scalars(select(Case.id).where(Case.id.in_(ids), scope(ctx.actor, Case.id))))
    reach = ctx.actor.units_with(may.TEAMS)
    told = [(row, sum(_shown(item, seen_ids, reach) for item in row.items)) for row in rows]
    return [(row, count) for row, count in told if count]


def _shown(item: HandoverItem, seen_ids: set[int], reach: frozenset[int]) -> bool:
    return item.case_id in seen_ids if item.case_id else item.unit_id in reach
