"""How the form of an act fits a case: what may be chosen in it, what it leaves out, what stands in it beforehand."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from flask import request

from caseapp.actions.context import Ctx
from caseapp.db import db
from caseapp.domain.cases.agreements import Agreement
from caseapp.domain.cases.closing import consent_is_asked, reply_before
from caseapp.domain.cases.history import History
from caseapp.domain.cases.requests import Request, grounds_of, next_number, numbered, ours, outcome_of, together
from caseapp.domain.cases.serving import to_announce
from caseapp.domain.documents.queries import papers_of
from caseapp.domain.moves.queries import transition_of
from caseapp.labels import label
from caseapp.web.cases import moves
from caseapp.web.cases.act_forms import Fitting, act_form
from caseapp.web.cases.forms import ActForm
from caseapp.web.page import show_day

if TYPE_CHECKING:
    from caseapp.domain.cases.models import Case

OF_AN_UNDERTAKING = ("perform", "breach")
OF_A_REQUEST = ("amend_request", "pass_request", "answer_request")
ADDS = ("undertake", "add_request")
"""Acts that give what they add the next number."""
ON_THAT_DAY = {"agree": "effective_on", "ask_court": "asked_on"}
"""Acts that as a rule are put down on the day on which they happened, by the field of that day."""
SENDS = ("escalate", "send_down")
PAPER_KIND = {
    "agree": "agreement",
    "ask_court": "letter",
    "file_confirmation": "opinion",
    "mediate": "other",
    "perform": "voucher",
    "serve_notice": "voucher",
    "reply": "opinion",
    "withdraw": "letter",
}
"""What the paper is that comes with an act."""


def form_for(context: Ctx, case: Case, history: Callable[[], History], action: str) -> ActForm:
    """The form of an act as it fits a case."""
    return act_form(transition_of(case, action), fitting(context, case, history, action))()


def fitting(context: Ctx, case: Case, history: Callable[[], History], action: str) -> Fitting:
    """How the form of an act fits the case: which units it may go to, which notices are still to be served, whether a
    reply contradicts one before it, which papers lie with the case, what of its agreement is not done, which requests
    stay. The history is asked for where that depends on it."""
    return Fitting(
        units=moves.targets(context, case, history(), action) if action in SENDS else [],
        only=_only(context, history, action),
        without=_left_out(history, action),
        papers=[(str(nth), f"{label('paper', kind)} {nth}") for nth, kind in papers_of(db.session, case.id)]
        if action in PAPER_KIND
        else [],
        numbered=_to_choose(history, action),
        preset=_preset(context, history, action),
    )


def _only(context: Ctx, history: Callable[[], History], action: str) -> dict[str, Collection[str]]:
    """What alone may be chosen: notices that are still to be served; of a reply what the opinions on the single
    requests come to."""
    if action == "serve_notice":
        return {"notice": to_announce(history().head, history().events).keys()}
    if action == "claim_subsidy":
        return {"grade": context.office.subsidies(context.today).keys()}
    there = ours(history().now.requests) if action == "reply" else []
    if there and all(one.outcome for one in there):
        return {"outcome": (outcome_of(one.outcome for one in there),)}
    return {}


def _left_out(history: Callable[[], History], action: str) -> tuple[str, ...]:
    """What a form does not ask: why a reply contradicts one before it, where there is none; whether all agree to be
    mediated with, once they did."""
    if action == "reply":
        return ("reason",) if reply_before(tuple(history().events)) is None else ()
    if action == "mediate":
        return () if consent_is_asked(history().head, history().events) else ("agreed_to",)
    return ()


def _preset(context: Ctx, history: Callable[[], History], action: str) -> dict[str, object]:
    """What stands in a form beforehand: of an assignment the one that runs, to be mended, else that it came in today;
    of what is added its number; of what is told of what was chosen on the page of the case."""
    if action == "take_assignment":
        now = history().now.assignment
        return asdict(now) if now is not None and now.runs else {"received_on": context.today}
    if action == "mediate":
        return {"agreed_to": False, "mediators": context.actor.full_name}
    if action == "claim_subsidy":
        return {"mediator": _mediators(history())}
    if action == "reply":
        return _of_each(history().now.requests)
    if action in ON_THAT_DAY:
        return {ON_THAT_DAY[action]: context.today, "court": context.office.letterhead(context.today).court}
    return _numbered(history, action) if action in (*ADDS, *OF_AN_UNDERTAKING, *OF_A_REQUEST) else {}


def _mediators(history: History) -> str:
    """Who mediated the last session, as it is on record."""
    sessions = [event.text("mediators") for event in history.events if event.kind == "mediated"]
    return next(filter(None, reversed(sessions)), "")


def _of_each(requests: Sequence[Request]) -> dict[str, object]:
    """What a reply says where each request has its opinion."""
    there = ours(requests)
    return {
        "text": together((one.nth, one.answer) for one in there), "ground": grounds_of(one.ground for one in there)
    }  # fmt: skip


def _numbered(history: Callable[[], History], action: str) -> dict[str, object]:
    now, nth = history().now, request.args.get("nth", type=int)
    if action == "undertake":
        return {"nth": now.agreement.next if now.agreement else 1}
    if action == "add_request":
        return {"nth": next_number(now.requests)}
    one = numbered(now.requests, nth) if action in OF_A_REQUEST else None
    return {"nth": nth, **_so_far(one, action)} if one is not None or action in OF_AN_UNDERTAKING else {}


def _so_far(one: Request | None, action: str) -> dict[str, object]:
    """What is on record of a request, to be mended."""
    if one is None:
        return {}
    if action == "amend_request":
        return {"text": one.text}
    return {"facts": one.facts, "ground": one.ground, "text": one.answer} if action == "answer_request" else {}


def _to_choose(history: Callable[[], History], action: str) -> list[tuple[int, str]]:
    """What an act may be about, in words: what was undertaken and is not performed; the requests that stay, and where
    they are amended or passed on those that have no answer."""
    if action in OF_AN_UNDERTAKING:
        return _not_done(history().now.agreement)
    if action not in OF_A_REQUEST:
        return []
    there = ours(history().now.requests)
    return [(one.nth, f"{one.nth}. {one.text}") for one in there if action == "answer_request" or not one.outcome]


def _not_done(agreement: Agreement | None) -> list[tuple[int, str]]:
    """What was undertaken and is not performed, in words."""
    rest = [one for one in agreement.undertakings if one.performed_on is None] if agreement else []
    return [(one.nth, f"{one.who}：{one.what}（{show_day(one.due_on)}）") for one in rest]
