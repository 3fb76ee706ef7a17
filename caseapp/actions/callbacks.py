"""What follows from a rating: 不满意 puts a return visit on the desk of somebody who does not handle the case, and it
stays there until such a visit is on record. So does a further visit, when the last one that was owed found that the
matter is only being performed: until one finds it fulfilled."""

from __future__ import annotations

from datetime import datetime, timedelta

from caseapp.actions.context import Ctx
from caseapp.actions.notices import tell_of_callback
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.history import History
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_history
from caseapp.domain.deadlines.rules import owed_at
from caseapp.domain.receipts.models import PERFORMING, RATED, Callback
from caseapp.domain.receipts.queries import helpers_of, stranded_callbacks, undone_callbacks, visitors_for
from caseapp.domain.receipts.ratings import check_parties_stay, check_ratable, check_rater, handlers

VISIT_WITHIN = timedelta(days=3)
AGAIN_WITHIN = timedelta(days=30)
VISITS = {"resolved": "return_visited", "closed_unresolved": "followed_up"}


def handlers_now(ctx: Ctx, case: Case, history: History) -> frozenset[str]:
    """Who handles a case, with those who are asked to help."""
    return handlers(history, helpers_of(ctx.session, case.id))


def demand_rater(ctx: Ctx, case: Case) -> None:
    """Raise unless the actor may take down a rating now: once a round, once it is settled, and nobody who handles the
    case (the petitioner would not say it to them)."""
    history = load_history(ctx.session, case, ctx.units)
    check_rater(ctx.actor.username, history, helpers_of(ctx.session, case.id))
    check_ratable(history)


def demand_parties_stay(ctx: Ctx, case: Case, history: History, event: Event) -> None:
    """Raise WrongPerson when who handles the case changes what is told of a party, which visits and calls go by."""
    if event.kind == "amended":
        check_parties_stay(event, history, helpers_of(ctx.session, case.id))


def see_to_visits(ctx: Ctx, case: Case, event: Event) -> None:
    """After an event: a bad rating asks for a visit; the visit somebody else makes, and a reopening, meet it. A visit
    that found the matter being performed, and after which none is owed, asks for a further one."""
    if event.kind == "rated" and event.data["score"] == "dissatisfied":
        _ask_for_visit(ctx, case, event.recorded_at, RATED)
    elif event.kind in ("reopened", VISITS.get(case.standing)):
        _meet_visits(ctx, case, event)
    if event.kind == "return_visited" and event.data["result"] == "performing" and _no_visit_is_owed(ctx, case):
        _ask_for_visit(ctx, case, event.recorded_at, PERFORMING)


def _meet_visits(ctx: Ctx, case: Case, event: Event) -> None:
    """What is waiting is done, unless by who handles the case."""
    waiting = undone_callbacks(ctx.session, case.id)
    if waiting and not _by_handler(ctx, case, event):
        for callback in waiting:
            callback.done_at, callback.done_by = ctx.now, ctx.actor.username


def _no_visit_is_owed(ctx: Ctx, case: Case) -> bool:
    owed = owed_at(load_history(ctx.session, case, ctx.units), ctx.today, ctx.office)
    return not case.archived and all(item.kind != "return_visit" for item in owed)


def _by_handler(ctx: Ctx, case: Case, event: Event) -> bool:
    if event.kind == "reopened":
        return False
    return event.by in handlers_now(ctx, case, load_history(ctx.session, case, ctx.units))


def _ask_for_visit(ctx: Ctx, case: Case, rated_at: datetime, why: str) -> None:
    due_on = ctx.today + (AGAIN_WITHIN if why == PERFORMING else VISIT_WITHIN)
    callback = Callback(case_id=case.id, rated_at=rated_at, why=why, assigned_at=ctx.now, due_on=due_on)
    ctx.session.add(callback)
    _assign(ctx, callback, case)


def _assign(ctx: Ctx, callback: Callback, case: Case) -> None:
    """Give a visit to the most fitting person there is, and tell them; to nobody, when all handle the case."""
    without = handlers_now(ctx, case, load_history(ctx.session, case, ctx.units))
    found = visitors_for(ctx.session, ctx.units, case, without, ctx.today)
    callback.assigned_to, callback.assigned_at = (found[0] if found else None), ctx.now
    ctx.session.flush()  # a notice names it
    if callback.assigned_to:
        tell_of_callback(ctx, case, callback)


def pass_on_visits(ctx: Ctx) -> int:
    """Each night: visits whose visitor is away, out of the case or gone go to somebody else. Returns how many did."""
    moved = 0
    for callback, case in stranded_callbacks(ctx.session, ctx.today):
        before = callback.assigned_to
        _assign(ctx, callback, case)
        moved += callback.assigned_to != before
    return moved
