"""Naming or clearing who is complained of in a case that is on record: asked for by one, decided by another, neither of
whom is named. Until it is decided nothing is hidden from anybody."""

from __future__ import annotations

from collections.abc import Iterable

from caseapp.actions.circles import circle_of
from caseapp.actions.context import Ctx
from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.circle import Bar, bars_post
from caseapp.domain.access.queries import actor_of
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.history import History
from caseapp.domain.cases.models import Case, Proposal
from caseapp.domain.cases.queries import load_history
from caseapp.domain.cases.states import NAMING
from caseapp.domain.people.queries import people_within
from caseapp.kernel.errors import N_, NotAllowed


def would_bar(ctx: Ctx, history: History, named: Iterable[str]) -> frozenset[Bar]:
    """The circle of who is complained of now and of who would be."""
    return circle_of(ctx, history, also=named)


def check_asker(ctx: Ctx, history: History, event: Event) -> None:
    """Who asks is not among those who are complained of, nor would be. Raises NotAllowed."""
    to = event.data.get("to")
    named = to if isinstance(to, list) else []
    if ctx.actor.username in {*history.now.about, *named}:
        raise NotAllowed(N_("who is named does not ask for this"))


def may_decide_naming(ctx: Ctx, proposal: Proposal) -> bool:
    """Whether the actor is one of those who may decide a naming that was asked for."""
    return ctx.actor.username in deciders_of_naming(ctx, proposal)


def deciders_of_naming(ctx: Ctx, proposal: Proposal) -> set[str]:
    """Who may decide: posts that approve, outside the circle of who is named and who would be. When it would leave
    nobody of them, as with a leader of the town, those who are not named themselves."""
    case, named = proposal.case, list(proposal.data["to"])
    history = load_history(ctx.session, case, ctx.units)
    bars = would_bar(ctx, history, named)
    able = _approvers(ctx, case)
    outside = {one.username for one in able if not is_within(ctx, one, bars)}
    return outside or {one.username for one in able if one.username not in {*named, *history.now.about}}


def is_within(ctx: Ctx, actor: Actor, bars: Iterable[Bar]) -> bool:
    """Whether a circle meets somebody, in person or by a post."""
    posts = [(office.role, ctx.units.line(office.unit)) for office in actor.offices]
    return any(bar.person == actor.username or any(bars_post(bar, *post) for post in posts) for bar in bars)


def _approvers(ctx: Ctx, case: Case) -> list[Actor]:
    permission = may.SEALED if case.sealed else may.APPROVE
    places = {ctx.units.by_id[unit].code for unit in case.places}
    above = frozenset().union(*(ctx.units.ids_above(code) for code in places))
    roles = [role for role, granted in may.GRANTS.items() if permission in granted]
    return [actor_of(user, ctx.units, ctx.today) for user in people_within(ctx.session, above, ctx.today, *roles)]


Waiting = tuple[Proposal, str, bool]


def without_those_barred(ctx: Ctx, proposals: Iterable[Waiting]) -> list[Waiting]:
    """What waits for a second person, as a page may show it: a naming is not shown to whom it would bar, and is offered
    to those alone who may decide it."""
    return [
        (one, asker, mine and (one.action != NAMING or may_decide_naming(ctx, one)))
        for one, asker, mine in proposals
        if one.action != NAMING or _may_know(ctx, one)
    ]


def _may_know(ctx: Ctx, proposal: Proposal) -> bool:
    if ctx.actor.username in (proposal.asked_by, *deciders_of_naming(ctx, proposal)):
        return True
    bars = would_bar(ctx, load_history(ctx.session, proposal.case, ctx.units), proposal.data["to"])
    return not is_within(ctx, ctx.actor, bars)
