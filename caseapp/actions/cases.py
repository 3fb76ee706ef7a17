"""What happens to a case, read top to bottom: it is registered, and then one event after another is recorded.

Which moves there are, who may make them and what they need is ``domain/cases/states.py``; this file asks it, writes the
event and brings the shadow in line. The form, the import and the jobs come through the same two functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from caseapp.actions.appending import append_events, recorded_at
from caseapp.actions.callbacks import demand_parties_stay, demand_rater, see_to_visits
from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.actions.matters import bring_up, let_each_leave, tell_each
from caseapp.actions.notices import forget_proposal, tell_of_decision, tell_of_event, tell_of_proposal
from caseapp.actions.opening import known_again, open_case
from caseapp.actions.striking_out import leave_a_number
from caseapp.actions.taking_back import take_back_request
from caseapp.actions.transfer_sheets import give_sheet
from caseapp.db import plain_rows
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.events import Event, Head
from caseapp.domain.cases.fields import check_asked, read_data
from caseapp.domain.cases.following import with_what_follows
from caseapp.domain.cases.history import History
from caseapp.domain.cases.judging import check_history
from caseapp.domain.cases.matters import JOIN
from caseapp.domain.cases.merging import Others
from caseapp.domain.cases.models import Case, Proposal
from caseapp.domain.cases.queries import find_case, load_history, sees_case
from caseapp.domain.cases.queries.again import is_there_already, typed
from caseapp.domain.cases.queries.belonging import case_of, locked
from caseapp.domain.cases.states import action_of
from caseapp.domain.cases.texts import is_readable
from caseapp.domain.cases.transitions import NAMING, Transition
from caseapp.domain.moves.organ import check_closed_by_the_organ
from caseapp.domain.moves.queries import (
    check_filled_in,
    check_goes_outside_the_circle,
    check_not_waiting,
    demand,
    others_named,
    transition_of,
)
from caseapp.domain.moves.queries.deciding import asked_for, check_asker, deciders_of_naming, may_decide, second_named
from caseapp.domain.teams.seats import seats_now, worked_in
from caseapp.kernel.clock import local_day
from caseapp.kernel.errors import N_, Conflict, NotAllowed, OutOfScope, RuleViolation

LONGEST_TOKEN = 80
NO_REQUEST = N_("there is no such request")
SENT_BEFORE = select(Case.id).where(Case.token == bindparam("token"))


@dataclass(frozen=True)
class RegisterCase:
    """A case as a form gives it. ``token`` is made with the form, so that sending it twice registers it once."""

    head: Head
    token: str
    at: datetime | None = None
    received_on: str | None = None


@dataclass(frozen=True)
class Act:
    """Something done to a case. ``length`` is how many events the doer had seen; None asks no such question. What
    waited in a phone has an id that says when it comes again (``own_id``); a form is known by what it says."""

    number: str
    action: str
    data: Mapping[str, Any]
    at: datetime | None = None
    length: int | None = None
    own_id: bool = False


def register(ctx: Ctx, command: RegisterCase) -> Case:
    """Log a case where it arises. Anyone in the network may, for units their post covers; it has its number and its
    receipt at once. A unit that was merged by then stands for the one it went to. A form that comes again is there
    already; one that says something else by then is of another matter: raises AnotherMatter."""
    if not 0 < len(command.token) <= LONGEST_TOKEN or not is_readable(command.token):
        raise RuleViolation("", N_("this form cannot be taken; open the page again"))
    again = _sent_before(ctx, command.token)
    on = local_day(command.at or ctx.now)
    head = replace(command.head, unit=ctx.units.on(on).went_to(command.head.unit))
    data = {"received_on": command.received_on} if command.received_on else {}
    event = Event("registered", command.at or ctx.now, ctx.now, ctx.actor.username, data)
    if again is not None:
        return known_again(ctx, again, head, event)
    if ctx.units.id_of.get(head.unit) not in ctx.actor.units_with(may.REGISTER):
        raise NotAllowed(N_("your posts do not cover this unit"))
    return open_case(ctx, head, [event], token=command.token, receipt=True)


def _sent_before(ctx: Ctx, token: str) -> Case | None:
    for (key,) in plain_rows(ctx.session, SENT_BEFORE, {"token": token}):
        if (case := ctx.session.get_one(Case, key)).registered_by != ctx.actor.username:
            raise Conflict(N_("this form was sent by somebody else already; open the page again"))
        return case
    return None


def case_for(ctx: Ctx, number: str, *, for_update: bool = False) -> Case:
    """The case of a number. Raises OutOfScope when the actor may not see it, or there is none."""
    case = find_case(ctx.session, ctx.actor, number, for_update=for_update)
    if case is None:
        raise OutOfScope(N_("there is no such case"))
    return case


def record(ctx: Ctx, act: Act, agreed_by: str = "") -> Case:
    """Record one event of a case: may the actor, does the case allow it, write it, bring the shadow in line.

    A late entry (``at`` in the past) is put in its place; it and what came after it are checked. Sent again, it is
    there already. ``agreed_by``: the second person, who signed off the letter that says it. Raises OutOfScope,
    NotAllowed, Conflict when somebody else moved first, RuleViolation.
    """
    case = case_for(ctx, act.number, for_update=True)
    transition = transition_of(case, act.action)
    demand(ctx, case, transition)
    if act.length is not None and act.length != case.length:
        if not act.own_id and _came_before(ctx, case, act, transition):
            return case
        raise Conflict(N_("somebody else has worked on this case meanwhile; look at what is new, then try again"))
    act = replace(act, data={**act.data, **second_named(ctx, case, act.action, transition, agreed_by)})
    if act.action == "rate":
        demand_rater(ctx, case)
    history = load_history(ctx.session, case, ctx.units)
    check_closed_by_the_organ(ctx.actor, history.now, act.action, case.places)
    event = _event(ctx, case, _in_own_seat(ctx, act, history), transition)
    demand_parties_stay(ctx, case, history, event)
    check_goes_outside_the_circle(ctx, case, event)
    check_filled_in(ctx, case, event)
    events = with_what_follows(event, history.now)
    add_event(ctx, case, *events, history=history)
    tell_each(ctx, case, events)
    see_to_visits(ctx, case, event)
    return case


def _in_own_seat(ctx: Ctx, act: Act, history: History) -> Act:
    """Work on a case is put down to the seat of who does it, if it is not said whose it was."""
    if act.action not in ("follow_up", "mediate") or "by_seat" in act.data:
        return act
    return replace(act, data={**act.data, **worked_in(seats_now(history), ctx.actor.username)})


def came_before(ctx: Ctx, act: Act) -> bool:
    """Whether an act that comes again is on record: asked before a paper that comes with it is added. Nobody else works
    on the case until the transaction ends. Raises OutOfScope."""
    case = case_for(ctx, act.number, for_update=True)
    return act.length != case.length and _came_before(ctx, case, act, transition_of(case, act.action))


def _came_before(ctx: Ctx, case: Case, act: Act, transition: Transition) -> bool:
    event = _event(ctx, case, act, transition)
    return is_there_already(ctx.session, case, act.length or 0, event, timed=act.at is not None)


def _event(ctx: Ctx, case: Case, act: Act, transition: Transition) -> Event:
    kind, now = transition.event, recorded_at(ctx, case)
    read = read_data(kind, act.data, ctx.units, ctx.office.categories())
    check_asked(kind, read)
    event = Event(kind, act.at or now, now, ctx.actor.username, read)
    if action_of(event) != act.action:
        raise NotAllowed(N_("this needs a second person: ask for it"))
    _refuse_unknown_case(ctx, event)
    return event


def add_event(
    ctx: Ctx, case: Case, *events: Event, others: Others | None = None, history: History | None = None
) -> None:  # fmt: skip
    """Put events on a case's record (``appending.py``), and tell whom they concern. Raises RuleViolation."""
    append_events(ctx, case, *events, others=others, history=history)
    for event in events:
        tell_of_event(ctx, case, event)


def propose(ctx: Ctx, act: Act) -> Proposal:
    """Ask for an act that needs a second person (``states.py: Transition.second``). Nothing changes until somebody
    else agrees; what is asked for must be possible now. Asked for once more in the same words, it waits already."""
    case = case_for(ctx, act.number, for_update=True)
    transition = transition_of(case, act.action)
    demand(ctx, case, transition)
    filled_in = {name: value for name, value in act.data.items() if name not in transition.by_decider}
    event = _event(ctx, case, replace(act, data=filled_in), transition)
    history = load_history(ctx.session, case, ctx.units)
    check_closed_by_the_organ(ctx.actor, history.now, act.action, case.places)
    if act.action == NAMING:
        check_asker(ctx, history, event)
    others = others_named(ctx, case.number, [event])
    check_history(history.head, [event], ctx.law, recorded_at(ctx, case), history.events, others=others)
    check_filled_in(ctx, case, event, others)
    waiting = {one.action: one for one in asked_for(ctx, case)}
    again = waiting.get(act.action)
    if again is not None and again.asked_by == ctx.actor.username and typed(again.data) == typed(event.data):
        return again
    check_not_waiting(act.action, waiting)
    proposal = Proposal(
        case_id=case.id, action=act.action, data=dict(event.data), asked_by=ctx.actor.username, asked_at=ctx.now,
        note="",
    )  # fmt: skip
    ctx.session.add(proposal)
    ctx.session.flush()  # the caller shows its id
    if act.action == NAMING and not deciders_of_naming(ctx, proposal):
        raise RuleViolation(
            "to", N_("nobody would be left to decide this: log what is said of them anew, where it holds at once")
        )
    tell_of_proposal(ctx, case, proposal)
    note(ctx, "proposed", case.number, move=act.action)
    return proposal


def _refuse_unknown_case(ctx: Ctx, event: Event) -> None:
    """The case another one is merged into, joins or repeats must be one the actor may see."""
    other = event.data.get("into") or event.data.get("of")
    if other and not sees_case(ctx.session, ctx.actor, str(other)):
        raise RuleViolation("into" if "into" in event.data else "of", N_("there is no case %(number)s"), number=other)


def _lock_both(ctx: Ctx, proposal: Proposal) -> None:
    """Two acts that bind the same cases wait for each other: both rows are locked, always in the same order."""
    other = str(proposal.data.get("into") or proposal.data.get("of") or "")
    if other:
        numbers = (proposal.case.number, other)
        both = select(Case.id).where(Case.number.in_(numbers)).order_by(Case.id)
        ctx.session.execute(both.with_for_update(key_share=True))


def decide(
    ctx: Ctx, proposal_id: int, *, approved: bool, remark: str = "", told: Mapping[str, str] | None = None
) -> Case:
    """Agree to what was asked for, or refuse it. Agreed, it is on record from now, with both names (contract §4).

    ``told`` are the fields that who decides fills in: of an extension, on which day and in what way the petitioner was
    told (信访工作条例 art. 34); of a withdrawal, the call to the petitioner. Refused, it changes nothing.
    """
    proposal = locked(ctx.session, Proposal, proposal_id, NO_REQUEST)
    _lock_both(ctx, proposal)
    case = case_of(ctx.session, ctx.actor, proposal.case_id, NO_REQUEST, for_update=True)
    if not may_decide(ctx, case, proposal):
        raise NotAllowed(N_("a second person decides this, whose post may approve"))
    if proposal.decided_at is not None:
        if (proposal.decided_by, proposal.approved, proposal.note) == (ctx.actor.username, approved, remark):
            return case  # sent again: it is decided
        raise Conflict(N_("this was decided already"))
    proposal.decided_by, proposal.decided_at, proposal.approved = ctx.actor.username, ctx.now, approved
    proposal.note = remark
    if approved:
        event = _agreed(ctx, case, proposal, told or {})
        add_event(ctx, case, event)
        tell_each(ctx, case, [event])
        if proposal.action == NAMING:
            give_sheet(ctx, case)
        if case.standing == "excluded":
            let_each_leave(ctx, case)
        if proposal.action == "void":
            leave_a_number(ctx, case)
        if proposal.action == JOIN:
            bring_up(ctx, case, event)
    tell_of_decision(ctx, case, proposal)
    note(ctx, "decided", case.number, move=proposal.action, approved=approved)
    return case


def take_back_proposal(ctx: Ctx, proposal_id: int) -> Case:
    """Who asked for an act takes the request back while it waits. Raises OutOfScope, NotAllowed, Conflict."""
    proposal = locked(ctx.session, Proposal, proposal_id, NO_REQUEST)
    case = case_of(ctx.session, ctx.actor, proposal.case_id, NO_REQUEST)
    take_back_request(ctx, proposal.asked_by, proposal.decided_at, case.number, move=proposal.action)
    proposal.decided_by, proposal.decided_at, proposal.approved = ctx.actor.username, ctx.now, False
    forget_proposal(ctx, case, proposal)
    return case


def _agreed(ctx: Ctx, case: Case, proposal: Proposal, told: Mapping[str, str]) -> Event:
    """What was asked for as an event of now, with both names and with what who decides filled in."""
    transition, now = transition_of(case, proposal.action), recorded_at(ctx, case)
    named = {name: value for name, value in told.items() if name in transition.by_decider}
    data = {**proposal.data, str(transition.second): ctx.actor.username, **named}
    read = read_data(transition.event, data, ctx.units, ctx.office.categories())
    event = Event(transition.event, now, now, proposal.asked_by, read)
    check_filled_in(ctx, case, event, others_named(ctx, case.number, [event]))
    return event
