"""What needs a second person: what was asked for and waits, who may decide it, and whether it could still be done.

Until a naming that was asked for is decided, nothing is hidden from anybody.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.circle import Bar, bars_post
from caseapp.domain.access.queries import actor_of
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.history import History
from caseapp.domain.cases.judging import check_history
from caseapp.domain.cases.models import Case, Proposal
from caseapp.domain.cases.queries import find_case, load_few, load_history
from caseapp.domain.cases.transitions import NAMING, Transition
from caseapp.domain.moves.queries import Asker, check_not_waiting, others_named, transition_of
from caseapp.domain.people.queries import people_within
from caseapp.domain.teams.queries import acting, circle_of
from caseapp.kernel.errors import N_, Conflict, NotAllowed, OutOfScope, RuleViolation

Waiting = tuple[Proposal, str, bool]
"""What waits for a second person: what was asked for, by whom, and whether the viewer may decide it."""


def asked_for(ctx: Asker, case: Case) -> list[Proposal]:
    """The acts that were asked for in a case and wait for a second person."""
    waiting = select(Proposal).where(Proposal.case_id == case.id, Proposal.decided_at.is_(None))
    return list(ctx.session.scalars(waiting))


def second_named(ctx: Asker, case: Case, action: str, transition: Transition, agreed_by: str) -> dict[str, str]:
    """Of a move that needs a second person, the field that names who agreed to it by signing its letter off, while
    nothing of the kind waits to be decided; nothing of other moves. Raises NotAllowed where nobody agreed."""
    if not transition.second:
        return {}
    if not agreed_by:
        raise NotAllowed(N_("this needs a second person: ask for it"))
    check_not_waiting(action, {one.action for one in asked_for(ctx, case)})
    return {transition.second: agreed_by}


def may_decide(ctx: Asker, case: Case, proposal: Proposal) -> bool:
    """Whether the actor is the second person. Somebody else than who asked, who sees the case and whose post approves
    for a unit that has it (of an accusation: who reads accusations); an extension also who acts for the lead's seat."""
    if proposal.asked_by == ctx.actor.username:
        return False
    if proposal.action == NAMING:
        return may_decide_naming(ctx, proposal)
    if proposal.action == "extend" and acting.acts_in(ctx.session, case.id, "lead", ctx.today) == ctx.actor.username:
        return True
    permission = may.SEALED if case.sealed else may.APPROVE
    return bool(ctx.actor.units_with(permission) & {case.holder_id, case.unit_id})


def waiting_for_me(ctx: Asker, proposal_id: int, *, again: bool = False) -> Proposal:
    """An act that was asked for and waits for the actor; ``again``: or was decided by them. Raises as decide()."""
    proposal = ctx.session.get(Proposal, proposal_id)
    if proposal is None or find_case(ctx.session, ctx.actor, proposal.case.number) is None:
        raise OutOfScope(N_("there is no such request"))
    if not may_decide(ctx, proposal.case, proposal):
        raise NotAllowed(N_("a second person decides this, whose post may approve"))
    if proposal.decided_at is not None and not (again and proposal.decided_by == ctx.actor.username):
        raise Conflict(N_("this was decided already"))
    return proposal


def still_possible(ctx: Asker, proposals: Iterable[Proposal], history: History | None = None) -> set[int]:
    """The ids of those acts that could be approved now: an extension not after the due date, nothing that the case is
    past. Asked before the button to approve is shown; refusing is possible always. ``history``: of the case, when all
    are about one."""
    asked = list(proposals)
    ids = {proposal.case_id for proposal in asked}
    histories = load_few(ctx.session, ids, ctx.units) if history is None else {}
    return {one.id for one in asked if _is_possible(ctx, one, history or histories[one.case_id])}


def _is_possible(ctx: Asker, proposal: Proposal, history: History) -> bool:
    case, now = proposal.case, ctx.now
    transition = transition_of(case, proposal.action)
    data = {**proposal.data, str(transition.second): ctx.actor.username}
    event = Event(transition.event, now, now, proposal.asked_by, data)
    others = others_named(ctx, case.number, [event])
    try:
        check_history(history.head, [event], ctx.law, now, history.events, others=others)
    except RuleViolation:
        return False
    return True


def would_bar(ctx: Asker, history: History, named: Iterable[str]) -> frozenset[Bar]:
    """The circle of who is complained of now and of who would be."""
    return circle_of(ctx.session, ctx.units, history, dict.fromkeys(named, ctx.today))


def check_asker(ctx: Asker, history: History, event: Event) -> None:
    """Who asks is not among those who are complained of, nor would be. Raises NotAllowed."""
    named = to if isinstance(to := event.data.get("to"), list) else []
    if ctx.actor.username in {*history.now.about, *named}:
        raise NotAllowed(N_("who is named does not ask for this"))


def may_decide_naming(ctx: Asker, proposal: Proposal) -> bool:
    """Whether the actor is one of those who may decide a naming that was asked for."""
    return ctx.actor.username in deciders_of_naming(ctx, proposal)


def deciders_of_naming(ctx: Asker, proposal: Proposal) -> set[str]:
    """Who holds a post that approves in the town (of an accusation: who reads accusations), is outside the circle of
    who is complained of and of who would be, and did not ask for it. When all of them are within, as with a leader of
    the town, those of them who are not named themselves; when all are named, nobody, and nothing is hidden."""
    case, named = proposal.case, list(proposal.data["to"])
    history = load_history(ctx.session, case, ctx.units)
    bars = would_bar(ctx, history, named)
    able = [one for one in approvers(ctx, case) if one.username != proposal.asked_by]
    outside = {one.username for one in able if not is_within(ctx, one, bars)}
    return outside or {one.username for one in able if one.username not in {*named, *history.now.about}}


def is_within(ctx: Asker, actor: Actor, bars: Iterable[Bar]) -> bool:
    """Whether a circle meets somebody, in person or by a post."""
    posts = [(office.role, ctx.units.line(office.unit)) for office in actor.offices]
    return any(bar.person == actor.username or any(bars_post(bar, *post) for post in posts) for bar in bars)


def approvers(ctx: Asker, case: Case) -> list[Actor]:
    """Who holds a post that approves in a case, whether or not they are out of it; in an accusation, its desk."""
    permission = may.SEALED if case.sealed else may.APPROVE
    above = frozenset().union(*(ctx.units.ids_above(ctx.units.by_id[unit].code) for unit in case.places))
    roles = [role for role, granted in may.GRANTS.items() if permission in granted]
    return [actor_of(user, ctx.units, ctx.today) for user in people_within(ctx.session, above, ctx.today, *roles)]


def without_those_barred(ctx: Asker, proposals: Iterable[Waiting]) -> list[Waiting]:
    """What waits for a second person, as a page may show it: a naming is not shown to whom it would bar, and is offered
    to those alone who may decide it."""
    return [
        (one, asker, mine and (one.action != NAMING or may_decide_naming(ctx, one)))
        for one, asker, mine in proposals
        if one.action != NAMING or _may_know(ctx, one)
    ]


def _may_know(ctx: Asker, proposal: Proposal) -> bool:
    if ctx.actor.username in (proposal.asked_by, *deciders_of_naming(ctx, proposal)):
        return True
    bars = would_bar(ctx, load_history(ctx.session, proposal.case, ctx.units), proposal.data["to"])
    return not is_within(ctx, ctx.actor, bars)
