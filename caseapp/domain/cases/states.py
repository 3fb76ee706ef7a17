"""The one table of moves: which a case can make, who may, what must be filled in (contract §4, 信访工作条例).

The action, the buttons on the page, the import check, the diagram in the docs and the test over every state × action
pair all read ``TRANSITIONS``. ``judging.py`` holds histories against it.
"""

from __future__ import annotations

from caseapp.domain.access import permissions as may
from caseapp.domain.cases.agreeing import (
    a_court_decides,
    an_agreement_stands,
    asked_since_it_holds,
    asked_within_thirty_days,
    holds_already,
    is_not_performed,
    is_owed,
    mediated_and_not_paid_for,
    no_agreement_stands,
    no_court_is_asked,
    performed_and_confirmed,
    something_is_not_performed,
    something_is_owed,
    undertaken_by_a_day,
)
from caseapp.domain.cases.answering import (
    an_answer_is_owed,
    days_of_an_assignment,
    not_objected_before,
    objected_in_time,
    objection_waits,
    report_was_sent,
    stays_with_its_assignment,
)
from caseapp.domain.cases.closing import (
    agreed_to_by_all,
    announces_an_act,
    carries_no_others,
    contradicts_with_a_reason,
    in_the_petitioners_words,
    is_a_written_reply,
    reached_the_petitioner,
    says_what_was_done,
)
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.guards import (
    Step,
    accepted_once,
    approved_by_another,
    contacts_are_done_with,
    deputy_is_another,
    extension_in_bounds,
    extension_is_open,
    has_a_unit_below,
    may_be_archived,
    not_archived,
    one_tier_up,
    only_disputes,
    other_case,
    promise_is_supported,
    reply_needs_acceptance,
    to_a_unit_below,
    visited_by_another,
)
from caseapp.domain.cases.matters import (
    JOIN,
    carries_no_petitions,
    check_of_its_own,
    complains_of_nobody,
    into_a_matter,
    is_one_of_many,
    stands_alone,
    stands_in_a_matter,
)
from caseapp.domain.cases.merging import into_a_living_case, not_joined_later
from caseapp.domain.cases.requesting import (
    answers_each_request,
    has_a_number_of_its_own,
    is_open,
    is_ours,
    of_a_petition,
    one_is_open,
    one_is_ours,
    others_stay,
)
from caseapp.domain.cases.reviewing import (
    a_review_waits,
    asked_in_time,
    asked_of_the_level_that_is_next,
    is_made_anew,
    received_after_it_was_asked,
    something_is_reviewable,
)
from caseapp.domain.cases.transitions import CLOSED, LEFT, LIVING, NAMING, OPEN, RESOLVED, SETTLED, Transition, row
from caseapp.kernel.errors import N_, RuleViolation

_PETITION = ("petition",)
OF_ASSIGNMENTS = (
    row("take_assignment", LIVING, "assigned", may.DIRECT, days_of_an_assignment, alone="seen", organ=True),
    row("object", OPEN, "objected", may.DIRECT, approved_by_another, alone="second", before=(not_objected_before,),
         on_pages=(objected_in_time,), second="approved_by", organ=True),
    row("answer_objection", OPEN, "objection_answered", may.DIRECT, alone="seen", before=(objection_waits,),
         organ=True),
    row("report", LIVING, "reported", may.DIRECT, alone="seen", before=(an_answer_is_owed,), organ=True),
    row("return_report", LIVING, "report_returned", may.DIRECT, alone="seen", before=(report_was_sent,), organ=True),
)  # fmt: skip
"""What a town does with a matter that was assigned to it from above (``assignments.py``)."""

OF_REVIEWS = (
    row("ask_review", LIVING, "review_asked", may.DIRECT, asked_of_the_level_that_is_next, alone="seen",
         before=(something_is_reviewable,), on_pages=(asked_in_time,), tracks=_PETITION, organ=True),
    row("file_review", LIVING, "reviewed", may.DIRECT, received_after_it_was_asked, alone="seen",
         before=(a_review_waits,), tracks=_PETITION, organ=True),
)  # fmt: skip
"""What the organs above make of a written reply (``reviews.py``)."""

OF_REQUESTS = (
    row("add_request", OPEN, "requested", may.WORK, has_a_number_of_its_own, alone="seen", before=(of_a_petition,),
         tracks=_PETITION),
    row("amend_request", OPEN, "request_amended", may.WORK, is_open, alone="undone",
         before=(of_a_petition, one_is_open), tracks=_PETITION),
    row("pass_request", OPEN, "request_passed", may.DIRECT, is_open, alone="seen",
         before=(of_a_petition, one_is_open, others_stay), tracks=_PETITION, by_holder=True, organ=True),
    row("answer_request", OPEN, "request_answered", may.REPLY, is_ours, alone="undone",
         before=(of_a_petition, one_is_ours), tracks=_PETITION, by_holder=True, organ=True),
)  # fmt: skip
"""What a petition asks for, one by one, and what becomes of each (``requests.py``)."""

OF_MEDIATION = (
    row("mediate", OPEN, "mediated", may.WORK, alone="seen", on_pages=(agreed_to_by_all,)),
    row("refuse_mediation", OPEN, "mediation_refused", may.WORK, alone="seen", before=(only_disputes,),
         tracks=("dispute",)),
    row("agree", OPEN + RESOLVED, "agreed", may.WORK, holds_already, alone="seen", before=(no_agreement_stands,)),
    row("undertake", OPEN + RESOLVED, "undertaken", may.WORK, undertaken_by_a_day, alone="seen",
         before=(an_agreement_stands,)),
    row("perform", OPEN + RESOLVED, "performed", may.WORK, is_not_performed, alone="seen",
         before=(something_is_not_performed,)),
    row("breach", OPEN + RESOLVED, "breached", may.WORK, is_owed, alone="seen", before=(something_is_owed,)),
    row("ask_court", OPEN + RESOLVED, "confirmation_asked", may.WORK, asked_since_it_holds, alone="seen",
         before=(an_agreement_stands, no_court_is_asked), on_pages=(asked_within_thirty_days,)),
    row("claim_subsidy", RESOLVED, "subsidy_claimed", may.WORK, approved_by_another, alone="second",
         before=(only_disputes, mediated_and_not_paid_for), on_pages=(performed_and_confirmed,), second="approved_by",
         tracks=("dispute",)),
    row("file_confirmation", OPEN + RESOLVED, "confirmation_decided", may.WORK, alone="seen",
         before=(a_court_decides,)),
)  # fmt: skip
"""Mediation, what comes of it, and what becomes of that (``agreements.py``)."""
OF_MANY = (
    row(JOIN, OPEN, "joined_matter", may.WORK, other_case, approved_by_another, alone="second",
        before=(is_one_of_many, stands_alone), on_pages=(complains_of_nobody, into_a_matter), second="approved_by",
        tracks=_PETITION),
    row("leave_matter", LIVING, "left_matter", may.WORK, alone="undone", before=(stands_in_a_matter,),
        tracks=_PETITION),
)  # fmt: skip
"""Petitions of many people that are one matter (``matters.py``)."""

ROWS = (
    row("accept", OPEN, "accepted", may.ACCEPT, alone="seen", before=(accepted_once,), to="handling",
         by_holder=True, organ=True),
    row("serve_notice", LIVING, "notice_served", may.SERVE, alone="seen",
         on_pages=(announces_an_act, reached_the_petitioner), tracks=_PETITION, organ=True),
    row("escalate", OPEN, "escalated", may.WORK, alone="undone", before=(one_tier_up,), by_holder=True),
    row("send_down", OPEN, "sent_down", may.SEND_DOWN, to_a_unit_below, alone="undone", before=(has_a_unit_below,),
         by_holder=True),
    row("follow_up", OPEN + SETTLED, "followed_up", may.WORK, alone="seen"),
    row("file_plan", OPEN, "plan_filed", may.WORK, alone="seen"),
    row("extend", OPEN, "extended", may.WORK, extension_in_bounds, approved_by_another, alone="second",
         before=(extension_is_open,), second="approved_by", by_decider=("told_on", "told_how"), by_holder=True),
    row("resolve", OPEN + CLOSED + LEFT, "resolved", may.WORK, alone="undone", on_pages=(says_what_was_done,),
         to="resolved", by_holder=True),
    row("reply", OPEN, "replied", may.REPLY, promise_is_supported, alone="undone", before=(reply_needs_acceptance,),
         on_pages=(answers_each_request, is_a_written_reply, contradicts_with_a_reason, is_made_anew), to="replied",
         tracks=_PETITION,
         by_holder=True, organ=True),
    row("return_visit", RESOLVED, "return_visited", may.WORK, alone="seen", before=(visited_by_another,)),
    row("rate", LIVING, "rated", may.SERVE, alone="seen"),
    row("reopen", SETTLED, "reopened", may.WORK, alone="undone", to="handling"),
    row("amend", LIVING, "amended", may.WORK, alone="undone"),
    row(NAMING, LIVING, "amended", may.WORK, approved_by_another, alone="second", second="approved_by",
        on_pages=(carries_no_petitions,)),
    row("fill_seat", LIVING, "seat_filled", may.STAFF, deputy_is_another, alone="undone"),
    row("clear_seat", LIVING, "seat_cleared", may.STAFF, alone="undone"),
    row("transfer_out", OPEN, "transferred_out", may.DIRECT, alone="undone", to="transferred_out", tracks=_PETITION,
         by_holder=True, organ=True),
    row("redirect", OPEN, "redirected", may.DIRECT, alone="undone", to="redirected", tracks=_PETITION,
         by_holder=True, organ=True),
    row("refuse", OPEN, "refused", may.DIRECT, approved_by_another, alone="second", to="refused",
         second="approved_by", tracks=_PETITION, by_holder=True, organ=True),
    row("withdraw", OPEN, "withdrawn", may.WORK, approved_by_another, alone="second", to="withdrawn",
         on_pages=(in_the_petitioners_words,), second="approved_by", by_decider=("called", "called_on", "said"),
         by_holder=True),
    row("terminate", OPEN, "terminated", may.WORK, approved_by_another, alone="second", before=(only_disputes,),
         to="terminated", second="approved_by", tracks=("dispute",), by_holder=True),
    row("archive", RESOLVED, "archived", may.FILE, alone="undone", before=(may_be_archived,)),
    row("archive", CLOSED + LEFT, "archived", may.FILE, alone="undone", before=(not_archived,)),
    row("erase_contacts", (*SETTLED, "merged"), "contacts_erased", may.FILE, approved_by_another, alone="second",
         before=(contacts_are_done_with,), second="approved_by", tracks=()),
    row("mark_repeat", LIVING, "repeated", may.SERVE, other_case, alone="seen"),
    row("merge", LIVING, "merged", may.WORK, other_case, into_a_living_case, not_joined_later, approved_by_another,
         alone="second", to="merged", second="approved_by", on_pages=(stays_with_its_assignment,)),
    *OF_MANY, *OF_MEDIATION, *OF_REQUESTS,
    row("void", LIVING, "voided", may.WORK, not_joined_later, approved_by_another, alone="second",
         on_pages=(carries_no_others,), to="voided", second="approved_by"),
    *OF_ASSIGNMENTS,
    *OF_REVIEWS,
)  # fmt: skip

TRANSITIONS: dict[tuple[str, str], Transition] = {
    (state, one.action): one.transition for one in ROWS for state in one.states
}
ACTION_OF = {one.transition.event: one.action for one in ROWS if one.action != NAMING}
EVENT_OF = {one.action: one.transition.event for one in ROWS}


def action_of(event: Event) -> str | None:
    """The act that an event is of; None when nobody knows it. To amend who is complained of is an act of its own."""
    named = event.kind == "amended" and event.data.get("field") == "about"
    return NAMING if named else ACTION_OF.get(event.kind)


def check_step(step_: Step) -> None:
    """Whether an event may happen to a case that stands where it stands. Raises RuleViolation."""
    action = action_of(step_.event)
    if step_.event.kind == "registered":
        raise RuleViolation("kind", N_("a case is registered once, and first"))
    if action is None:
        raise RuleViolation("kind", N_("there is no event %(kind)s"), kind=step_.event.kind)
    transition = TRANSITIONS.get((step_.now.state, action))
    if transition is None:
        raise RuleViolation(
            "kind", N_("%(kind)s is not possible while the case is %(state)s"),
            kind=step_.event.kind, state=step_.now.state,
        )  # fmt: skip
    for guard in (*transition.before, *transition.guards):
        guard(step_)


def check_open(step_: Step, action: str) -> None:
    """Whether an act could be done now, whatever were filled in. Raises RuleViolation with why not."""
    transition = TRANSITIONS.get((step_.now.state, action))
    if transition is None or step_.head.track not in transition.tracks:
        raise RuleViolation(
            "kind", N_("%(kind)s is not possible while the case is %(state)s"),
            kind=step_.event.kind, state=step_.now.state,
        )  # fmt: skip
    check_of_its_own(step_.now, action)
    for guard in (*transition.before, *transition.on_pages):
        guard(step_)


def check_on_pages(step_: Step) -> None:
    """Whether an event that somebody fills in on a page says what pages insist on. Raises RuleViolation."""
    action = action_of(step_.event)
    assert action is not None
    check_of_its_own(step_.now, action)
    transition = TRANSITIONS.get((step_.now.state, action))
    for guard in transition.on_pages if transition else ():
        guard(step_)
