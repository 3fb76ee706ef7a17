"""May this person make this move of this case now, and if not, why: asked by the act, and by the page before it shows a
button. Both read the one table of moves, ``domain/cases/states.py``."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import Actor, allowed
from caseapp.domain.access.queries import barred_units
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.guards import Step
from caseapp.domain.cases.history import History
from caseapp.domain.cases.law import Law
from caseapp.domain.cases.models import Case, Proposal
from caseapp.domain.cases.states import EVENT_OF, TRANSITIONS, Transition, check_open
from caseapp.domain.org.office import OfficeRules
from caseapp.domain.org.queries import Units
from caseapp.domain.receipts.ratings import check_ratable, check_rater
from caseapp.domain.teams.models import CaseSeat
from caseapp.kernel.errors import N_, CaseappError, NotAllowed, OutOfScope, RuleViolation


class Asker(Protocol):
    """Who asks, when, on which session, and by which units and limits; every action is handed one (``Ctx``)."""

    @property
    def session(self) -> Session: ...
    @property
    def actor(self) -> Actor: ...
    @property
    def now(self) -> datetime: ...
    @property
    def units(self) -> Units: ...
    @property
    def office(self) -> OfficeRules: ...
    @property
    def law(self) -> Law: ...


@dataclass(frozen=True)
class Ways:
    """What of a person and a case decides besides posts and the history: whether they hold a seat of it, who is asked
    to help with it, which acts wait for a second person."""

    seated: bool
    helpers: Collection[str] = ()
    waiting: Collection[str] = ()


def why_not(ctx: Asker, case: Case, history: History, action: str, ways: Ways) -> CaseappError | None:
    """Why the actor cannot make a move of a case now, whatever were filled in; None when they can."""
    now = ctx.now
    event = Event(EVENT_OF[action], now, now, ctx.actor.username)
    try:
        tree = ctx.law.trees.on(event.on)
        check_open(Step(history.head, tuple(history.events), history.now, event, tree, office=ctx.office))
        transition = TRANSITIONS[history.now.state, action]
        nothing_to_name = action == "merge" and not ctx.actor.may(may.READ)  # nothing is merged into an accusation
        if nothing_to_name or not may_move(ctx, case, transition, seated=ways.seated):
            raise NotAllowed(N_("your posts do not allow this on this case"))
        check_not_waiting(action, ways.waiting)
        if action == "rate":
            check_rater(ctx.actor.username, history, ways.helpers)
            check_ratable(history)
    except CaseappError as problem:
        return problem
    return None


def transition_of(case: Case, action: str) -> Transition:
    """The move of an action: the one open to the case where it stands, else any, because a late entry may belong to a
    time when the case stood elsewhere. Whether it is legal is judged in its place. Raises OutOfScope."""
    moves = {state: move for (state, name), move in TRANSITIONS.items() if name == action}
    if not moves:
        raise OutOfScope(N_("there is no such act"))
    return moves.get(case.state) or next(iter(moves.values()))


def is_seated(ctx: Asker, case: Case) -> bool:
    """Whether the actor holds a seat of the case, as A or as B."""
    seats = ctx.session.scalars(select(CaseSeat).where(CaseSeat.case_id == case.id))
    return any(ctx.actor.username in (row.holder, row.deputy) for row in seats)


def may_move(ctx: Asker, case: Case, transition: Transition, *, seated: bool) -> bool:
    """Whether the actor's posts or seat allow a move of a case."""
    units = {case.holder_id} if transition.by_holder else {case.holder_id, case.unit_id}
    if case.sealed:
        return bool(ctx.actor.units_with(may.SEALED) & units)
    if transition.organ and case.track == "petition" and not ctx.actor.is_system:
        return bool(ctx.actor.as_organ(transition.permission) & units)
    return allowed(ctx.actor, transition.permission, units, seated=seated)


def demand(ctx: Asker, case: Case, transition: Transition) -> None:
    """Raise NotAllowed unless the actor may make a move of a case."""
    if not may_move(ctx, case, transition, seated=is_seated(ctx, case)):
        raise NotAllowed(N_("your posts do not allow this on this case"))


def check_goes_outside_the_circle(ctx: Asker, case: Case, event: Event) -> None:
    """A case is sent up or down only to a unit that is not in the circle of who is complained of. Raises
    RuleViolation. A history that comes from elsewhere is taken as it was."""
    if event.kind in ("sent_down", "escalated") and is_in_the_circle(ctx, case, event.text("to")):
        raise RuleViolation("to", N_("a case is not sent to the unit it complains of"))


def is_in_the_circle(ctx: Asker, case: Case, unit: str) -> bool:
    """Whether a unit, or one above it, is wholly out of a case."""
    return not barred_units(ctx.session, case.id).isdisjoint(ctx.units.ids_above(unit))


def asked_for(ctx: Asker, case: Case) -> list[str]:
    """The acts that were asked for in a case and wait for a second person."""
    waiting = select(Proposal.action).where(Proposal.case_id == case.id, Proposal.decided_at.is_(None))
    return list(ctx.session.scalars(waiting))


def check_not_waiting(action: str, waiting: Collection[str]) -> None:
    """Raise RuleViolation when the same was asked for and is not decided yet."""
    if action in waiting:
        raise RuleViolation("", N_("this was asked for already and waits for a second person"))
