"""May this person make this move of this case now, and if not, why: asked by the act, and by the page before it shows a
button. Both read the one table of moves, ``domain/cases/states.py``."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import Actor, allowed
from caseapp.domain.access.circle import Bar as Bar
from caseapp.domain.access.circle import bars_post as bars_post
from caseapp.domain.access.queries import actor_of as actor_of
from caseapp.domain.access.queries import barred_units
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.guards import Step
from caseapp.domain.cases.history import History
from caseapp.domain.cases.judging import check_history as check_history
from caseapp.domain.cases.law import Law
from caseapp.domain.cases.matters import JOIN
from caseapp.domain.cases.merging import ENDINGS, Others
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.models import Proposal as Proposal
from caseapp.domain.cases.queries import find_case as find_case
from caseapp.domain.cases.queries import load_few as load_few
from caseapp.domain.cases.queries import load_history
from caseapp.domain.cases.queries.mergers import others_of
from caseapp.domain.cases.states import EVENT_OF, ROWS, TRANSITIONS, action_of, check_on_pages, check_open
from caseapp.domain.cases.transitions import NAMING as NAMING
from caseapp.domain.cases.transitions import Transition
from caseapp.domain.deadlines.undone import check_all_done
from caseapp.domain.documents.models import Document
from caseapp.domain.moves.organ import check_closed_by_the_organ
from caseapp.domain.org.office import OfficeRules
from caseapp.domain.org.queries import Units
from caseapp.domain.people.queries import people_within as people_within
from caseapp.domain.receipts.ratings import check_ratable, check_rater
from caseapp.domain.teams.models import CaseSeat
from caseapp.domain.teams.queries import acting as acting
from caseapp.domain.teams.queries import circle_of as circle_of
from caseapp.kernel.errors import N_, CaseappError, NotAllowed, OutOfScope, RuleViolation
from caseapp.kernel.errors import Conflict as Conflict

ENDING = ("void", "merge", NAMING, JOIN)
"""Acts that are judged by what is known of other cases, too."""


class Asker(Protocol):
    """Who asks, when, on which session, and by which units and limits; every action is handed one (``Ctx``)."""

    @property
    def session(self) -> Session: ...
    @property
    def actor(self) -> Actor: ...
    @property
    def now(self) -> datetime: ...
    @property
    def today(self) -> date: ...
    @property
    def units(self) -> Units: ...
    @property
    def office(self) -> OfficeRules: ...
    @property
    def law(self) -> Law: ...


@dataclass(frozen=True)
class Ways:
    """What decides besides posts and the history: whether they hold a seat of the case, who is asked to help with it,
    which acts wait for a second person, whether others may have been merged into it, or be handled with it
    (``joined``)."""

    seated: bool
    helpers: Collection[str] = ()
    waiting: Collection[str] = ()
    joined: bool = True


def why_not(ctx: Asker, case: Case, history: History, action: str, ways: Ways) -> CaseappError | None:
    """Why the actor cannot make a move of a case now, whatever were filled in; None when they can."""
    event = Event(EVENT_OF[action], ctx.now, ctx.now, ctx.actor.username)
    try:
        tree = ctx.law.trees.on(event.on)
        others = others_of(ctx.session, ctx.actor, [case.number]) if action in ENDING and ways.joined else None
        check_open(Step(history.head, tuple(history.events), history.now, event, tree, others, ctx.office), action)
        transition = TRANSITIONS[history.now.state, action]
        nothing_to_name = action == "merge" and not ctx.actor.may(may.READ)  # nothing is merged into an accusation
        if nothing_to_name or not may_move(ctx, case, transition, seated=ways.seated):
            raise NotAllowed(N_("your posts do not allow this on this case"))
        check_closed_by_the_organ(ctx.actor, history.now, action, case.places)
        check_not_waiting(action, ways.waiting)
        if action == "archive":
            check_all_done(history, ctx.today, ctx.office)
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
    by_post = may_move(ctx, case, transition, seated=False)
    if not (by_post or (is_seated(ctx, case) and may_move(ctx, case, transition, seated=True))):
        raise NotAllowed(N_("your posts do not allow this on this case"))


def check_goes_outside_the_circle(ctx: Asker, case: Case, event: Event) -> None:
    """A case is sent up or down only to a unit that is not in the circle of who is complained of. Raises
    RuleViolation. A history that comes from elsewhere is taken as it was."""
    if event.kind in ("sent_down", "escalated") and not outside_the_circle(ctx, case, [event.text("to")]):
        raise RuleViolation("to", N_("a case is not sent to the unit it complains of"))


def outside_the_circle(ctx: Asker, case: Case, units: Iterable[str]) -> list[str]:
    """Those of some units that are not wholly out of a case, as no unit above them is."""
    barred = barred_units(ctx.session, case.id)
    return [unit for unit in units if barred.isdisjoint(ctx.units.ids_above(unit))]


def check_not_waiting(action: str, waiting: Collection[str]) -> None:
    """Raise RuleViolation when the same was asked for and is not decided yet."""
    if action in waiting:
        raise RuleViolation("", N_("this was asked for already and waits for a second person"))


def check_filled_in(ctx: Asker, case: Case, event: Event, others: Others | None = None) -> None:
    """Hold what somebody fills in against what pages insist on, by where the case stood when it happened; and the paper
    it names lies with the case. Raises RuleViolation."""
    if not (asks_more(event) or case.matter):
        return
    history = load_history(ctx.session, case, ctx.units)
    past = tuple(one for one in history.events if one.at <= event.at)
    if not past:
        return  # it happened before the case was registered: refused for that
    tree = ctx.law.trees.on(event.on)
    check_on_pages(Step(history.head, past, history.snapshots[len(past) - 1], event, tree, others, ctx.office))
    if event.kind == "archived":
        check_all_done(history, event.on, ctx.office)
    _check_paper(ctx, case, event)


def asks_more(event: Event) -> bool:
    """Whether pages insist on anything of an event of this kind."""
    asking = {row.transition.event for row in ROWS if row.transition.on_pages}
    return event.kind in {"archived", *asking}


def _check_paper(ctx: Asker, case: Case, event: Event) -> None:
    nth = event.text("paper")
    if not nth:
        return
    number = int(nth) if nth.isdecimal() and len(nth) < 5 else 0
    lies_there = Document.case_id == case.id, Document.nth == number, Document.withdrawn_at.is_(None)
    if not ctx.session.scalar(select(exists().where(*lies_there))):
        raise RuleViolation("paper", N_("there is no such paper on this case"))


def others_named(ctx: Asker, number: str, events: Iterable[Event]) -> Others | None:
    """What has to be known of other cases to judge events that void or merge the case of a number, let it join a matter
    or name somebody in it; None when none of them does."""
    told = [event for event in events if event.kind in (*ENDINGS, EVENT_OF[JOIN]) or action_of(event) == NAMING]
    named = {event.text(name) for event in told for name in ("into", "of")}
    return others_of(ctx.session, ctx.actor, {number, *filter(None, named)}) if told else None
