"""Which moves a case page offers to whom, most likely first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caseapp.actions.cases import may_move
from caseapp.actions.context import Ctx
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.history import History
from caseapp.domain.cases.snapshot import Snapshot
from caseapp.domain.cases.states import EVENT_OF, TRANSITIONS, Step, check_step
from caseapp.domain.org.tree import ABOVE
from caseapp.domain.receipts.ratings import OPEN, rating_state
from caseapp.kernel.errors import RuleViolation

if TYPE_CHECKING:
    from caseapp.domain.cases.models import Case

ORDER = (
    "accept", "follow_up", "mediate", "resolve", "return_visit", "reply", "serve_notice", "archive", "escalate",
    "send_down", "extend", "file_plan", "reopen", "rate", "amend", "transfer_out", "redirect", "refuse", "withdraw",
    "terminate", "mark_repeat", "merge", "void",
)  # fmt: skip
FIRST = {
    "registered": ("accept", "follow_up", "mediate"),
    "handling": ("follow_up", "mediate", "resolve"),
    "resolved": ("return_visit", "archive"),
}


def offered(
    ctx: Ctx, case: Case, history: History, *, seated: bool, handles: bool = False
) -> tuple[list[str], list[str]]:
    """The moves to offer: first the likely next steps, then all others, each only when the actor may make it. Who
    ``handles`` the case is not offered to take down its rating."""
    order = [action for action in ORDER if not (handles and action == "rate")]
    open_to_me = [action for action in order if _is_open(ctx, case, history, action, seated=seated)]
    first = [action for action in FIRST.get(case.state, ("archive",)) if action in open_to_me]
    if case.verified:
        first.reverse()
    return first[:2], [action for action in open_to_me if action not in first[:2]]


def _is_open(ctx: Ctx, case: Case, history: History, action: str, *, seated: bool) -> bool:
    transition = TRANSITIONS.get((case.state, action))
    if transition is None or case.track not in transition.tracks or not _makes_sense(ctx, case, history, action):
        return False
    return may_move(ctx, case, transition, seated=seated)


def _makes_sense(ctx: Ctx, case: Case, history: History, action: str) -> bool:
    """Moves that the rules would refuse whatever was filled in are not offered."""
    if action == "escalate":
        return case.tier in ABOVE
    if action == "send_down":
        return bool(units_below(ctx, case, history.now))
    if action in ("accept", "reply", "archive"):
        return _would_pass(ctx, history, action)
    if action == "rate":
        return rating_state(history) == OPEN
    return not (action == "reopen" and case.standing == "open")


def _would_pass(ctx: Ctx, history: History, action: str) -> bool:
    event = Event(EVENT_OF[action], ctx.now, ctx.now, ctx.actor.username)
    try:
        check_step(
            Step(history.head, tuple(history.events), history.now, event, ctx.units.on(ctx.today), office=ctx.office)
        )
    except RuleViolation:
        return False
    return True


def units_below(ctx: Ctx, case: Case, now: Snapshot) -> list[tuple[str, str]]:
    """The units a case can be sent down to: below the one that holds it, and not complained of."""
    holder = ctx.units.by_id[case.holder_id].code
    return [
        (code, ctx.units.full_name(code))
        for code in ctx.units.subtree(holder)
        if code != holder and not any(up in now.about for up in ctx.units.line(code))
    ]


def unit_above(ctx: Ctx, case: Case) -> list[tuple[str, str]]:
    """The unit right above the one that holds a case."""
    parent = ctx.units.by_id[case.holder_id].parent
    return [(parent, ctx.units.full_name(parent))] if parent else []


def may_staff(ctx: Ctx, case: Case, *, seated: bool) -> bool:
    """Whether the actor may give the case's seats to people."""
    transition = TRANSITIONS.get((case.state, "fill_seat"))
    return transition is not None and not case.sealed and may_move(ctx, case, transition, seated=seated)


def may_see_contacts(ctx: Ctx) -> bool:
    """Whether the actor's posts allow telephone numbers at all; each reveal needs a reason."""
    return ctx.actor.may(may.CONTACTS) or ctx.actor.may(may.SEALED)
