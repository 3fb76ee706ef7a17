"""What the table of moves asks of an agreement and of what was undertaken in it: guards of ``states.py``."""

from __future__ import annotations

import re

from caseapp.domain.cases import words
from caseapp.domain.cases.agreements import CONFIRMATION_DAYS, Agreement
from caseapp.domain.cases.guards import Step
from caseapp.domain.cases.reviews import last_day
from caseapp.kernel.errors import N_, RuleViolation

AMOUNT = re.compile(r"(0|[1-9]\d{0,11})(\.\d{1,2})?")


def no_agreement_stands(step_: Step) -> None:
    """One agreement is in force at a time; a case that is reopened has none."""
    if step_.now.agreement is not None:
        raise RuleViolation("kind", N_("an agreement is in force: add to it what else is undertaken"))


def holds_already(step_: Step) -> None:
    """It is put down on the day it begins to hold (人民调解法 art. 29, 30), or later."""
    effective_on = step_.event.day("effective_on")
    if effective_on is not None and effective_on > step_.event.on:
        raise RuleViolation("effective_on", N_("an agreement is put on record once it holds, not before"))


def _agreement(step_: Step) -> Agreement:
    now = step_.now.agreement
    if now is None:
        raise RuleViolation("kind", N_("there is no agreement in force"))
    return now


def an_agreement_stands(step_: Step) -> None:
    """What is undertaken is undertaken in an agreement."""
    _agreement(step_)


def undertaken_by_a_day(step_: Step) -> None:
    """It has a number of its own, and is done on the day from which the agreement holds, or later; money is told in
    yuan."""
    now, event = _agreement(step_), step_.event
    due_on, amount = event.day("due_on"), event.text("amount")
    if now.undertaking(event.data["nth"]):
        raise RuleViolation("nth", N_("something else of the agreement has this number"))
    if due_on is not None and due_on < now.effective_on:
        raise RuleViolation("due_on", N_("what is undertaken is done from the day of the agreement on"))
    if amount and not AMOUNT.fullmatch(amount):
        raise RuleViolation("amount", N_("an amount is told in yuan, like 3000 or 3000.50"))


def something_is_not_performed(step_: Step) -> None:
    """There is something that was not performed yet; it may have been broken before."""
    if all(one.performed_on for one in _agreement(step_).undertakings):
        raise RuleViolation("kind", N_("nothing of the agreement is still to be performed"))


def something_is_owed(step_: Step) -> None:
    """There is something that was neither performed nor given up."""
    if not _agreement(step_).owed:
        raise RuleViolation("kind", N_("nothing of the agreement is still to be performed"))


def is_not_performed(step_: Step) -> None:
    """What is performed was undertaken, and is performed once."""
    one = _agreement(step_).undertaking(step_.event.data["nth"])
    if one is None or one.performed_on:
        raise RuleViolation("nth", N_("this was not undertaken, or is performed already"))


def is_owed(step_: Step) -> None:
    """What is broken was undertaken, and neither performed nor given up."""
    one = _agreement(step_).undertaking(step_.event.data["nth"])
    if one is None or not one.owed:
        raise RuleViolation("nth", N_("this was not undertaken, or is performed or given up already"))


def no_court_is_asked(step_: Step) -> None:
    """A court is asked once; again where both sides took it back."""
    if not _agreement(step_).confirmable:
        raise RuleViolation(
            "kind", N_("a court was asked to confirm this agreement already, or all of it is performed")
        )


def asked_since_it_holds(step_: Step) -> None:
    """It was asked from the day on which the agreement began to hold, and by now."""
    asked_on = step_.event.day("asked_on")
    if asked_on is not None and not _agreement(step_).effective_on <= asked_on <= step_.event.on:
        raise RuleViolation("asked_on", N_("a court is asked from the day on which the agreement holds, and by today"))


def asked_within_thirty_days(step_: Step) -> None:
    """Both sides ask within thirty days (人民调解法 art. 33)."""
    asked_on = step_.event.day("asked_on")
    last = last_day(step_.office.calendar, _agreement(step_).effective_on, CONFIRMATION_DAYS)
    if asked_on is not None and asked_on > last:
        raise RuleViolation(
            "asked_on", N_("a court is asked to confirm it within 30 days; the last was %(day)s"), day=last
        )


def a_court_decides(step_: Step) -> None:
    """What is decided was asked for, and is not decided yet."""
    if not _agreement(step_).before_a_court:
        raise RuleViolation("kind", N_("no court is asked to confirm this agreement, or it has decided"))


def mediated_and_not_paid_for(step_: Step) -> None:
    """What is paid for a mediated case (以案定补) is claimed once, of one that mediation resolved."""
    if step_.now.subsidy_on is not None:
        raise RuleViolation("kind", N_("it was claimed for this case already"))
    kinds = [(event.kind, event.data.get("method")) for event in step_.past if event.kind in ("mediated", "resolved")]
    if ("mediated", None) not in kinds or kinds[-1] != ("resolved", "mediation"):
        raise RuleViolation("kind", N_("it is claimed for a case that mediation resolved"))


def performed_and_confirmed(step_: Step) -> None:
    """On pages the office has set what is paid, all of the agreement is performed but for what was waived, and a return
    visit confirmed the resolution."""
    now, event = step_.now, step_.event
    amounts = step_.office.subsidies(event.on)
    if not amounts or (event.data and event.text("grade") not in amounts):
        raise RuleViolation("grade", N_("the office has set no amount for this grade"))
    if not now.verified or (now.agreement is not None and not now.agreement.performed):
        raise RuleViolation("kind", N_("it is claimed once all is performed and a return visit confirmed it"))
    if event.data and event.text("grade") != words.GRADES[0] and not event.text("why"):
        raise RuleViolation("why", N_("say why it is more than an ordinary case"))
