"""What the table of moves asks of reviews and re-reviews: guards of ``states.py``."""

from __future__ import annotations

from caseapp.domain.cases.closing import reply_before
from caseapp.domain.cases.guards import Step
from caseapp.domain.cases.reviews import REDO, REREVIEW, last_day, next_level
from caseapp.domain.cases.serving import reply_served_on
from caseapp.kernel.errors import N_, RuleViolation


def something_is_reviewable(step_: Step) -> None:
    """There is a written reply, no review of it waits, and the matter is not concluded."""
    if reply_before(step_.past) is None:
        raise RuleViolation("kind", N_("there is no written reply that could be reviewed"))
    now = step_.now.review
    if now is not None and now.waits:
        raise RuleViolation("kind", N_("a review was asked for already, and is not decided yet"))
    if now is not None and now.concluded:
        raise RuleViolation("kind", N_("the re-review stands: nothing more can be asked for (art. 36)"))


def asked_of_the_level_that_is_next(step_: Step) -> None:
    """A reply is reviewed first, and re-reviewed after that; it was asked for after the reply, and by now."""
    event, reply = step_.event, reply_before(step_.past)
    asked_on = event.day("asked_on")
    assert reply is not None
    assert asked_on is not None
    if event.text("level") != next_level(step_.now.review):
        raise RuleViolation("level", N_("a reply is reviewed first, and re-reviewed after that"))
    if not reply.on <= asked_on <= event.on:
        raise RuleViolation("asked_on", N_("a review is asked for on the day of the reply or later, and by today"))


def asked_in_time(step_: Step) -> None:
    """Within 30 days of the day the petitioner received the reply, or the review (art. 35, 36); where that day is not
    on record, no day has passed."""
    event, now = step_.event, step_.now.review
    again = event.text("level") == REREVIEW
    since = (now.received_on if now else None) if again else reply_served_on(step_.past)
    asked_on = event.day("asked_on")
    if since is None or asked_on is None:
        return
    last = last_day(step_.office.calendar, since)
    if asked_on > last:
        raise RuleViolation("asked_on", N_("a review is asked for within 30 days; the last was %(day)s"), day=last)


def a_review_waits(step_: Step) -> None:
    """What is decided was asked for."""
    if step_.now.review is None or not step_.now.review.waits:
        raise RuleViolation("kind", N_("no review waits to be decided"))


def received_after_it_was_asked(step_: Step) -> None:
    """The petitioner received it after asking for it, and by now."""
    received_on, review = step_.event.day("received_on"), step_.now.review
    if received_on and review and not review.asked_on <= received_on <= step_.event.on:
        raise RuleViolation("received_on", N_("it was received after the review was asked for, and by today"))


def is_made_anew(step_: Step) -> None:
    """An opinion that was to be made anew (责令重新办理) does not say the same once more."""
    before, redo = None, False
    for event in step_.past:
        if event.kind == "replied":
            before, redo = event, False
        elif event.kind == "reviewed":
            redo = event.data["result"] == REDO
    said = "".join(step_.event.text("text").split())
    if redo and before is not None and said and said == "".join(before.text("text").split()):
        raise RuleViolation("text", N_("this opinion was to be made anew, and says the same as the one before"))
