"""What the table of moves asks of the requests of a petition: guards of ``states.py``."""

from __future__ import annotations

from caseapp.domain.cases.guards import Step
from caseapp.domain.cases.requests import MOST, Request, numbered, ours, outcome_of
from caseapp.kernel.errors import N_, RuleViolation


def of_a_petition(step_: Step) -> None:
    """Requests are parted in petitions; an accusation has its own desk."""
    if step_.head.track != "petition" or step_.head.sealed:
        raise RuleViolation("kind", N_("requests are put down one by one in petitions, not in disputes or accusations"))


def has_a_number_of_its_own(step_: Step) -> None:
    """A request has a number that no other has, also where it is entered late."""
    there, nth = step_.now.requests, step_.event.data["nth"]
    if numbered(there, nth) is not None:
        raise RuleViolation("nth", N_("another request of this petition has this number"))
    if len(there) >= MOST or (isinstance(nth, int) and nth > MOST):
        raise RuleViolation("nth", N_("a petition has at most %(most)s requests"), most=MOST)


def one_is_open(step_: Step) -> None:
    """There is a request that was neither passed on nor answered."""
    if not any(one.ours and not one.outcome for one in step_.now.requests):
        raise RuleViolation("kind", N_("there is no request that is still to be answered"))


def one_is_ours(step_: Step) -> None:
    """There is a request on which the organ gives an opinion, and the petition is accepted."""
    if not step_.now.accepted_on or not ours(step_.now.requests):
        raise RuleViolation("kind", N_("only requests of an accepted petition that were not passed on are answered"))


def others_stay(step_: Step) -> None:
    """One request is passed on while another stays; of the last one the petition itself is."""
    if len(ours(step_.now.requests)) < 2:
        raise RuleViolation("kind", N_("no other request stays here: redirect or transfer the petition itself"))


def _meant(step_: Step) -> Request:
    one = numbered(step_.now.requests, step_.event.data["nth"])
    if one is None or not one.ours:
        raise RuleViolation("nth", N_("there is no such request, or it was passed on"))
    return one


def is_ours(step_: Step) -> None:
    """It is on record, and was not passed on."""
    _meant(step_)


def is_open(step_: Step) -> None:
    """It is on record, and was neither passed on nor answered."""
    if _meant(step_).outcome:
        raise RuleViolation("nth", N_("this request was answered already"))


def answers_each_request(step_: Step) -> None:
    """Where requests were parted, each that stays has an opinion and its ground before the reply, and the reply comes
    to what they come to (信访工作条例 art. 32)."""
    there = ours(step_.now.requests)
    for one in there:
        if not one.outcome:
            raise RuleViolation("", N_("request %(nth)s has no opinion yet: answer each of them first"), nth=one.nth)
    outcome = outcome_of(one.outcome for one in there)
    if there and step_.event.data and step_.event.data["outcome"] != outcome:
        raise RuleViolation("outcome", N_("the reply as a whole says something else than the opinions on its requests"))
