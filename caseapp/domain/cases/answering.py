"""What the table of moves asks of an assignment from above: guards of ``states.py``."""

from __future__ import annotations

from datetime import date

from caseapp.domain.cases.assignments import WAITING, Assignment, objection_term
from caseapp.domain.cases.guards import Step
from caseapp.domain.cases.snapshot import Snapshot
from caseapp.kernel.errors import N_, RuleViolation
from caseapp.kernel.workdays import WorkCalendar


def days_of_an_assignment(step_: Step) -> None:
    """It was received when it is put down, or earlier, and is answered then or later."""
    event = step_.event
    received_on, answer_due = event.day("received_on"), event.day("answer_due")
    assert received_on is not None
    assert answer_due is not None
    if received_on > event.on:
        raise RuleViolation("received_on", N_("an assignment is received on the day it is put down, or earlier"))
    if answer_due < received_on:
        raise RuleViolation("answer_due", N_("an assignment is answered on the day it is received, or later"))


def _running(step_: Step) -> Assignment:
    now = step_.now.assignment
    if now is None or now.handed_back:
        raise RuleViolation("kind", N_("this case is not assigned from above"))
    if not now.runs:
        raise RuleViolation("kind", N_("the assignment was answered already"))
    return now


def an_answer_is_owed(step_: Step) -> None:
    """What is reported was assigned, and not answered yet."""
    _running(step_)


def not_objected_before(step_: Step) -> None:
    """A town objects once to what it was assigned."""
    if _running(step_).objection:
        raise RuleViolation("kind", N_("there was an objection to this assignment already"))


def objected_in_time(step_: Step) -> None:
    """A town objects within five working days of the receipt (信访工作条例 art. 23)."""
    last = objection_term(_running(step_), step_.office.calendar).due
    if step_.event.on > last:
        raise RuleViolation(
            "at", N_("an objection is made within 5 working days of the receipt; the last was %(day)s"), day=last
        )


def objection_open(now: Snapshot, today: date, calendar: WorkCalendar) -> date | None:
    """The last day on which the town may object, while it still may: a hint, and no duty."""
    one = now.assignment
    if one is None or not one.runs or one.objection or now.standing != "open":
        return None
    last = objection_term(one, calendar).due
    return last if today <= last else None


def objection_waits(step_: Step) -> None:
    """The sender answers an objection once."""
    if _running(step_).objection != WAITING:
        raise RuleViolation("kind", N_("there is no objection that waits for an answer"))


def report_was_sent(step_: Step) -> None:
    """The sender sends back what it was sent."""
    now = step_.now.assignment
    if now is None or not now.reported or now.handed_back:
        raise RuleViolation("kind", N_("no report was sent that could come back"))


def stays_with_its_assignment(step_: Step) -> None:
    """What was assigned from above is answered as what it was assigned as: other cases are merged into it, never it
    into them."""
    now = step_.now.assignment
    if now is not None and not now.handed_back:
        raise RuleViolation("", N_("this case was assigned from above: merge the other one into it"))
