"""Which moves a case page offers to whom, most likely first."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from caseapp.actions.accusations import may_take_as_accusation
from caseapp.actions.co_handlers import is_main_handler, may_sign
from caseapp.actions.context import Ctx
from caseapp.actions.interests import may_undo
from caseapp.actions.supervision import may_supervise
from caseapp.actions.teams import would_staff
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.guards import units_below
from caseapp.domain.cases.history import History
from caseapp.domain.cases.snapshot import holder_at
from caseapp.domain.cases.states import TRANSITIONS
from caseapp.domain.documents.queries import papers_told, told_beside
from caseapp.domain.issuing.queries import told_beside as letters_beside
from caseapp.domain.moves.queries import Ways, outside_the_circle, why_not
from caseapp.domain.receipts.queries.taken import has_receipt
from caseapp.domain.receipts.rights import confirmed_by
from caseapp.domain.supervision.queries import CaseAside, beside
from caseapp.domain.teams.queries import MAIN_SEATS, standing_aside
from caseapp.domain.teams.seats import SEATS
from caseapp.web.documents.views import on_case
from caseapp.web.issuing.offers import to_draft

if TYPE_CHECKING:
    from caseapp.domain.cases.models import Case

ORDER = (
    "accept", "follow_up", "mediate", "agree", "undertake", "perform", "breach", "ask_court",
    "file_confirmation", "claim_subsidy", "resolve", "return_visit",
    "add_request", "answer_request", "pass_request", "amend_request", "reply", "serve_notice", "archive", "escalate",
    "send_down", "extend", "file_plan", "reopen", "rate", "amend", "name_accused", "transfer_out", "redirect", "refuse",
    "withdraw", "refuse_mediation", "terminate", "join_matter", "leave_matter", "mark_repeat", "merge", "void",
    "report", "object", "answer_objection", "return_report", "take_assignment",
)  # fmt: skip
FIRST = {
    "registered": ("accept", "follow_up", "mediate"),
    "handling": ("follow_up", "mediate", "resolve"),
    "resolved": ("return_visit", "archive"),
}


def ways_of(around: dict[str, list[CaseAside]], waiting: list[str], *, seated: bool) -> Ways:
    """What decides which moves are offered, from what stands beside a case."""
    others = bool(around["joined"] or around["follower"])
    return Ways(seated, [one.person for one in around["helper"]], waiting, joined=others)


def offered(ctx: Ctx, case: Case, history: History, ways: Ways) -> tuple[list[str], list[str]]:
    """The moves to offer: first the likely next steps, then all others, each only when the actor can make it now."""
    known = [action for action in ORDER if (history.now.state, action) in TRANSITIONS]
    open_to_me = [action for action in known if why_not(ctx, case, history, action, ways) is None]
    first = [action for action in FIRST.get(case.state, ("serve_notice", "archive")) if action in open_to_me]
    if case.verified:
        first.reverse()
    return first[:2], [action for action in open_to_me if action not in first[:2]]


def targets(ctx: Ctx, case: Case, history: History, action: str) -> list[tuple[str, str]]:
    """The units a case can be sent to: the one right above the one that holds it, or those below; none of them in the
    circle of who is complained of."""
    tree = ctx.law.trees.on(ctx.today)
    parent = tree.place(holder_at(history.now, tree)).parent
    up = [parent] if parent else []
    codes = up if action == "escalate" else units_below(history.now, tree)
    return [(code, ctx.units.full_name(code)) for code in outside_the_circle(ctx, case, codes)]


def around(ctx: Ctx, case: Case) -> dict[str, list[CaseAside]]:
    """What stands beside a case, its papers too; the standing teams, for who may fill its empty seats from them."""
    if not ctx.actor.may(may.STAFF) or case.seats_filled == len(SEATS):
        return beside(ctx.session, case, ctx.today, told_beside(), letters_beside())
    line = ctx.units.ids_above(ctx.units.by_id[case.unit_id].code)
    more = told_beside(), letters_beside(), standing_aside(ctx.today)
    return beside(ctx.session, case, ctx.today, *more, line=line)


def seats(ctx: Ctx, case: Case, history: History, ways: Ways, standing: list[CaseAside]) -> dict[str, bool]:
    """Whether the actor may give the seats to people, and whether the standing team has somebody for those that are
    empty."""
    may_staff = not case.sealed and why_not(ctx, case, history, "fill_seat", ways) is None
    line = ctx.units.line(ctx.units.by_id[case.unit_id].code)
    may_fill = may_staff and would_staff(line, standing, history.now.seats)
    return {"may_staff": may_staff, "may_fill": may_fill}


def desk(
    ctx: Ctx, case: Case, history: History, around: dict[str, list[CaseAside]], *, seated: bool
) -> dict[str, Any]:  # fmt: skip
    """What else may be done with a case besides its moves."""
    acting = {one.person for one in around["acting"] if one.more in MAIN_SEATS}
    return {
        "may_supervise": may_supervise(ctx, case),
        "may_accuse": may_take_as_accusation(ctx, case),
        "may_undo": may_undo(ctx, case),
        "may_ask_help": is_main_handler(ctx, case, acting),
        "lacks_receipt": case.sealed and not has_receipt(ctx.session, case),
        "may_sign": may_sign(ctx, case, signed=bool(around["signing"])),
        "confirm_by": _confirm_by(ctx, history),
        **on_case(case, papers_told(around["paper"]), seated=seated),
        "letters_to_draft": to_draft(ctx, case, history, around["letter"]),
    }


def _confirm_by(ctx: Ctx, history: History) -> date | None:
    """Until when a court can still be asked to confirm the agreement; None where it cannot any more."""
    agreement = history.now.agreement
    if agreement is None or not agreement.confirmable:
        return None
    last = confirmed_by(history, ctx.office.calendar)
    return last if last and last >= ctx.today else None


def may_see_contacts(ctx: Ctx) -> bool:
    """Whether the actor's posts allow telephone numbers and addresses at all; each reveal needs a reason."""
    return ctx.actor.may(may.CONTACTS)
