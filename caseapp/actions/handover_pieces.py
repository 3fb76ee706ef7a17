"""What somebody holds that can be given to somebody else: seats of cases and of standing teams (A or B), tasks of
co-handlers, decisions of the meeting to carry out. For each kind: what there is, who may not take it and why, how it
is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import and_, or_, select, union

from caseapp.actions.cases import add_event
from caseapp.actions.context import Ctx
from caseapp.actions.notices import tell_of_task
from caseapp.actions.shadow import bring_in_line
from caseapp.actions.teams import Pair, may_sit, seat_filled
from caseapp.domain.access import permissions as may
from caseapp.domain.access.queries import not_barred, scope
from caseapp.domain.cases.models import Case
from caseapp.domain.meetings.models import MeetingDecision
from caseapp.domain.moves.queries import is_seated, may_move, transition_of
from caseapp.domain.people.models import Post
from caseapp.domain.people.queries import is_away, posts_on, user_named
from caseapp.domain.teams.models import CaseSeat, CoHandler, StandingSeat
from caseapp.domain.teams.queries import case_seats, seats_of
from caseapp.domain.teams.seats import ROLE_OF_SEAT
from caseapp.kernel.errors import N_, NotAllowed, RuleViolation

BARRED = N_("%(person)s cannot sit on this case: it complains of them or their unit")
TWICE = N_("%(person)s already sits in this team; one person holds one seat")
PIECES = ("seat", "standing", "task", "decision")


@dataclass(frozen=True)
class HeldPiece:
    """One thing that is held: of a case or of a unit, in which seat, by whom as A and as B. A task and a decision have
    a key of their own and no B."""

    kind: str
    held: Pair
    case: Case | None = None
    unit_id: int | None = None
    seat: str = ""
    key: int | None = None

    def swapped(self, leaver: str, successor: str) -> Pair:
        """Who holds it once the successor sits where the leaver did; nobody is A and B at once."""
        holder, deputy = (successor if person == leaver else person for person in self.held)
        return str(holder), deputy if deputy != holder else None


def pieces_of(ctx: Ctx, person: str, reach: frozenset[int] | None = None) -> list[HeldPiece]:
    """Everything somebody holds, as far as the actor sees it and keeps the teams there (or in ``reach``)."""
    reach = ctx.actor.units_with(may.TEAMS) if reach is None else reach
    found = [
        HeldPiece("seat", (row.holder, row.deputy), case=case, seat=row.seat)
        for case, row in seats_of(ctx.session, ctx.actor, person)
    ]
    held = or_(StandingSeat.holder == person, StandingSeat.deputy == person)
    teams = select(StandingSeat).where(StandingSeat.unit_id.in_(reach), held).order_by(StandingSeat.id)
    found += [
        HeldPiece("standing", (row.holder, row.deputy), unit_id=row.unit_id, seat=row.seat)
        for row in ctx.session.scalars(teams)
    ]
    return [*found, *_tasks(ctx, person), *_decisions(ctx, person, reach)]


def holding(ctx: Ctx, people: Iterable[str]) -> set[str]:
    """Who of some people holds anything at all, whoever sees it: not all of them are looked at one by one."""
    names = list(people)
    living = (Case.id == CaseSeat.case_id, Case.standing != "excluded", ~Case.archived)
    running = (CoHandler.done_at.is_(None), CoHandler.ended_at.is_(None))
    columns = (
        select(CaseSeat.holder).join(Case, and_(*living)).where(CaseSeat.holder.in_(names)),
        select(CaseSeat.deputy).join(Case, and_(*living)).where(CaseSeat.deputy.in_(names)),
        select(StandingSeat.holder).where(StandingSeat.holder.in_(names)),
        select(StandingSeat.deputy).where(StandingSeat.deputy.in_(names)),
        select(CoHandler.username).where(CoHandler.username.in_(names), *running),
        select(MeetingDecision.responsible).where(
            MeetingDecision.responsible.in_(names), MeetingDecision.done_on.is_(None)
        ),
    )
    return {str(name) for name in ctx.session.scalars(union(*columns))}


def _tasks(ctx: Ctx, person: str) -> Iterator[HeldPiece]:
    running = (CoHandler.username == person, CoHandler.done_at.is_(None), CoHandler.ended_at.is_(None))
    query = select(CoHandler, Case).join(Case, Case.id == CoHandler.case_id)
    query = query.where(*running, Case.standing == "open", scope(ctx.actor, Case.id)).order_by(CoHandler.id)
    for helper, case in ctx.session.execute(query):
        yield HeldPiece("task", (helper.username, None), case=case, key=helper.id)


def _decisions(ctx: Ctx, person: str, reach: frozenset[int]) -> Iterator[HeldPiece]:
    mine = MeetingDecision.unit_id.in_(reach)
    seen = or_(MeetingDecision.case_id.is_(None), scope(ctx.actor, MeetingDecision.case_id))
    query = select(MeetingDecision).where(
        MeetingDecision.responsible == person, MeetingDecision.done_on.is_(None), mine, seen
    )
    for row in ctx.session.scalars(query.order_by(MeetingDecision.id)):
        yield HeldPiece("decision", (row.responsible, None), case=row.case, unit_id=row.unit_id, key=row.id)


def check_takes(ctx: Ctx, piece: HeldPiece, pair: Pair, person: str) -> None:
    """Whether somebody may take a piece: an active account, not away today, not barred from the case, with a post that
    the seat is for, and no other seat of the same team. Raises RuleViolation, NotAllowed, each with why."""
    user = user_named(ctx.session, person)
    if user is None or not user.active:
        raise RuleViolation("successor", N_("there is no active user %(username)s"), username=person)
    name = user.full_name
    if is_away(ctx.session, person, ctx.today):
        raise RuleViolation("successor", N_("%(person)s is away today"), person=name)
    if piece.case is not None and not may_sit(ctx, piece.case, person):
        raise RuleViolation("successor", BARRED, person=name)
    if not fits(ctx, piece, posts_on(user, ctx.today)):
        raise RuleViolation("successor", N_("%(person)s has no post that this is for"), person=name)
    if piece.kind == "seat":
        _check_move(ctx, piece)
    if not set(filter(None, pair)).isdisjoint(_others_of_team(ctx, piece)):
        raise RuleViolation("successor", TWICE, person=name)


def fits(ctx: Ctx, piece: HeldPiece, posts: Iterable[Post]) -> bool:
    """Whether one of some posts is what a piece is for: a post in its town; of a seat, one of the seat's role."""
    unit = piece.case.unit_id if piece.case else piece.unit_id or 0
    town = ctx.units.ids_within(ctx.units.town_of(ctx.units.by_id[unit].code))
    role = ROLE_OF_SEAT.get(piece.seat)
    return any(post.unit_id in town and role in (None, post.role) for post in posts)


def _check_move(ctx: Ctx, piece: HeldPiece) -> None:
    assert piece.case is not None
    move = transition_of(piece.case, "fill_seat")
    if not may_move(ctx, piece.case, move, seated=is_seated(ctx, piece.case)):
        raise NotAllowed(N_("your posts do not allow this on this case"))


def _others_of_team(ctx: Ctx, piece: HeldPiece) -> set[str | None]:
    """Who sits in the other seats of the team that a seat belongs to; who else helps with the case of a task."""
    if piece.kind == "seat" and piece.case:
        others = [row for row in case_seats(ctx.session, piece.case.id).values() if row.seat != piece.seat]
        return {person for row in others for person in (row.holder, row.deputy)} - {None}
    if piece.kind == "standing":
        query = select(StandingSeat).where(StandingSeat.unit_id == piece.unit_id, StandingSeat.seat != piece.seat)
        return {person for one in ctx.session.scalars(query) for person in (one.holder, one.deputy)} - {None}
    return set()


def held_now(ctx: Ctx, piece: HeldPiece) -> Pair | None:
    """Who holds a piece now; None when it is over, or nobody does."""
    row = _row(ctx, piece)
    if isinstance(row, CaseSeat | StandingSeat):
        return row.holder, row.deputy
    if isinstance(row, CoHandler):
        return None if row.done_at or row.ended_at else (row.username, None)
    return None if row is None or row.done_on else (row.responsible, None)


def _row(ctx: Ctx, piece: HeldPiece) -> CaseSeat | StandingSeat | CoHandler | MeetingDecision | None:
    if piece.kind == "seat":
        return case_seats(ctx.session, piece.case.id).get(piece.seat) if piece.case else None
    if piece.kind == "standing":
        here = (StandingSeat.unit_id == piece.unit_id, StandingSeat.seat == piece.seat)
        return ctx.session.scalar(select(StandingSeat).where(*here))
    if piece.kind == "task":
        return ctx.session.get(CoHandler, piece.key)
    return ctx.session.get(MeetingDecision, piece.key)


def give(ctx: Ctx, piece: HeldPiece, pair: Pair, reason: str) -> None:
    """Put a piece into other hands: a seat of a case by an event on its record."""
    GIVE[piece.kind](ctx, piece, pair, reason)


def _give_seat(ctx: Ctx, piece: HeldPiece, pair: Pair, reason: str) -> None:
    assert piece.case is not None
    add_event(ctx, piece.case, seat_filled(ctx, piece.seat, pair, reason))


def _give_standing(ctx: Ctx, piece: HeldPiece, pair: Pair, _reason: str) -> None:
    row = _row(ctx, piece)
    assert isinstance(row, StandingSeat)
    row.holder, row.deputy = pair


def _give_task(ctx: Ctx, piece: HeldPiece, pair: Pair, _reason: str) -> None:
    """A task moves with its date; who takes it sees the case from now on, who had it no longer by it."""
    row = _row(ctx, piece)
    assert isinstance(row, CoHandler)
    assert piece.case is not None
    row.username = pair[0]
    bring_in_line(ctx, piece.case)
    tell_of_task(ctx, piece.case, row)


def _give_decision(ctx: Ctx, piece: HeldPiece, pair: Pair, _reason: str) -> None:
    row = _row(ctx, piece)
    assert isinstance(row, MeetingDecision)
    row.responsible = pair[0]


GIVE: dict[str, Callable[[Ctx, HeldPiece, Pair, str], None]] = {
    "seat": _give_seat, "standing": _give_standing, "task": _give_task, "decision": _give_decision,
}  # fmt: skip


def seen(ctx: Ctx, piece: HeldPiece) -> bool:
    """Whether the actor still sees the case that a piece belongs to."""
    if piece.case is None:
        return True
    query = select(Case.id).where(Case.id == piece.case.id, scope(ctx.actor, Case.id), not_barred(ctx.actor, Case.id))
    return ctx.session.scalar(query) is not None
