"""Changing one unit from a page: what moves with it, shown before anything is written; then the change, on record."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import and_, select

from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.actions.org import check_entry, record_changes
from caseapp.domain.access import permissions as may
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.models import Case
from caseapp.domain.org.chronicle import NEEDS_SECOND, Change
from caseapp.domain.org.tree import Place
from caseapp.domain.people.models import Post, User
from caseapp.domain.people.queries import held_on
from caseapp.domain.screening.queries import OwedList
from caseapp.domain.teams.models import StandingSeat
from caseapp.kernel.errors import N_, NotAllowed, RuleViolation

ENDING = ("merged", "closed")


@dataclass
class Moves:
    """What a change of a unit moves: the units below it, the open cases that it holds as far as the actor sees them,
    accounts with a post there, seats of its standing team, and how many screening rounds fall away."""

    below: list[Place] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    posts: list[tuple[str, str]] = field(default_factory=list)
    seats: list[tuple[str, str]] = field(default_factory=list)
    rounds: int = 0


def what_moves(ctx: Ctx, change: Change) -> Moves:
    """What a change would move, as things stand today. Writes nothing. Raises RuleViolation, NotAllowed when it could
    not be put on record."""
    demand_change(ctx, change)
    return moves_of(ctx, change)


def moves_of(ctx: Ctx, change: Change) -> Moves:
    """The same for whoever decides on it. Raises RuleViolation."""
    check_differs(ctx, change)
    check_entry(ctx, [change])
    unit = ctx.units.id_of.get(change.unit)
    if unit is None or change.kind not in (*ENDING, "moved"):
        return Moves()
    held = and_(Case.holder_id == unit, Case.standing == "open", scope(ctx.actor, Case.id))
    moves = Moves(cases=list(ctx.session.scalars(select(Case).where(held).order_by(Case.number))))
    if change.kind == "moved":
        return moves
    moves.below = [place for place in ctx.units.places.values() if place.parent == change.unit]
    posts = select(User.full_name, Post.role).join(User, User.id == Post.user_id)
    posts = posts.where(Post.unit_id == unit, held_on(ctx.today)).order_by(User.full_name)
    moves.posts = [(name, role) for name, role in ctx.session.execute(posts)]
    seats = select(StandingSeat.seat, StandingSeat.holder).where(StandingSeat.unit_id == unit)
    moves.seats = [(seat, holder) for seat, holder in ctx.session.execute(seats.order_by(StandingSeat.id))]
    owed = OwedList(ctx.actor, ctx.office, ctx.today)
    moves.rounds = len(owed.rows(ctx.session, owed.within([unit])))
    return moves


def change_unit(ctx: Ctx, change: Change) -> None:
    """Put a change of one unit on record, with a reason: that it is opened, or has another name. What takes cases,
    posts and seats along goes through ``actions/unit_requests.py``. Raises RuleViolation, NotAllowed."""
    demand_change(ctx, change)
    if change.kind in NEEDS_SECOND:
        raise NotAllowed(N_("this needs a second person: ask for it"))
    check_differs(ctx, change)
    put_change(ctx, change)


def put_change(ctx: Ctx, change: Change, **more: str) -> None:
    """Put a change on record, and a line in the audit log. Raises RuleViolation."""
    check_reason(change)
    record_changes(ctx, [change])
    day = change.from_on.isoformat() if change.from_on else ""
    told = {"kind": change.kind, "from_on": day, "reason": change.reason.strip(), "facts": dict(change.facts)}
    note(ctx, "unit_changed", change.unit, **told, **more)


def check_reason(change: Change) -> None:
    """A change of a unit has a reason. Raises RuleViolation."""
    if not change.reason.strip():
        raise RuleViolation("reason", N_("a few words are needed"))


def demand_change(ctx: Ctx, change: Change) -> None:
    """Only the office of the town, for units within it, and to units within it. Raises NotAllowed, RuleViolation."""
    mine = ctx.actor.units_with(may.UNITS)
    named = [change.facts[key] for key in ("parent", "into") if change.facts.get(key)]
    if change.kind != "opened":
        named.append(change.unit)
    elif change.unit in ctx.units.places:
        raise RuleViolation("code", N_("the code %(code)s is taken"), code=change.unit)
    if not named or any(ctx.units.id_of.get(code) not in mine for code in named):
        raise NotAllowed(N_("your posts do not allow this"))


def check_differs(ctx: Ctx, change: Change) -> None:
    """Something must change. Raises RuleViolation."""
    if change.kind in ("renamed", "moved") and _stands_so(ctx, change):
        raise RuleViolation("", N_("this is how it stands already"))


def _stands_so(ctx: Ctx, change: Change) -> bool:
    place = ctx.units.on(change.since).place(change.unit)
    return all(getattr(place, name) == value for name, value in change.facts.items())
