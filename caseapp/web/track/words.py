"""The words of the public page, plain enough to be read out to somebody at a gate."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from caseapp.domain.receipts.progress import StillToCome
from caseapp.domain.receipts.rights import Right
from caseapp.web.page import show_day

STAGES = {
    "registered": _("On the books"), "accepted": _("Taken on"), "handling": _("Being handled"),
    "settled": _("Settled or answered"), "resolved": _("Resolved"), "replied": _("Answered in writing"),
    "terminated": _("Mediation ended"), "withdrawn": _("Withdrawn"), "verified": _("Confirmed by a visit"),
    "archived": _("Archived"), "transferred_out": _("Passed on"), "redirected": _("Belongs elsewhere"),
    "refused": _("Not accepted"), "passed_on": _("Passed to its own desk"), "voided": _("Struck out"),
    "merged": _("Handled with another matter"), "to_hand_over": _("To be handed over"),
}  # fmt: skip
MEANINGS = {
    "registered": _("Your matter is on record. It is being looked at."),
    "accepted": _("Your matter is accepted."),
    "handling": _("Your matter is being worked on."),
    "resolved": _("The office says that your matter is resolved. Somebody else will ask you whether that is so."),
    "replied": _("There is a written reply. That it was handed over to you is not on record yet."),
    "replied_told": _("You have a written reply. If you do not agree with it, see what you can do."),
    "terminated": _("The mediation ended without an agreement. There are other ways; see what you can do."),
    "withdrawn": _("It is on record that you took your matter back. If that is not so, tell the office: it is taken up again."),
    "verified": _("A visit confirmed that your matter is resolved."),
    "archived": _("The papers of your matter are put away."),
    "transferred_out": _("Another organ is competent. Your matter was passed on to it."),
    "redirected": _("Another organ or another procedure is competent. You are to be told so in writing."),
    "redirected_told": _("Another organ or another procedure is competent. You were told so in writing."),
    "refused": _("Your matter was not accepted. You are to be told the reasons in writing."),
    "refused_told": _("Your matter was not accepted. You were told why in writing."),
    "passed_on": _(
        "It was received, and passed to the desk that alone sees such matters. That desk gets in touch with you itself."
    ),
    "to_hand_over": _(
        "Because of whom it complains of, nobody here may read it. It is to be handed over to an authority outside."
    ),
    "voided": _("This entry was struck out as a mistake. Call the office if you do not know why."),
    "merged": _("It is handled together with another matter. Call the office for the receipt of that one."),
}  # fmt: skip
STEPS = {
    "received": _("Received"), "registered": _("Registered"), "passed_on": _("Passed to its own desk"),
    "notice_served": _("A notice to you was served"), "accepted": _("Accepted"), "mediated": _("Mediated"), "agreed": _("Agreement reached"),
    "extended": _("More time was given"), "moved": _("Another office took it over"), "resolved": _("Resolved"),
    "replied": _("A written reply was made"), "terminated": _("Mediation ended"), "withdrawn": _("Withdrawn"),
    "transferred_out": _("Passed on"), "redirected": _("Belongs elsewhere"), "refused": _("Not accepted"),
    "return_visited": _("Return visit"), "reopened": _("Taken up again"), "rated": _("It was rated"),
    "archived": _("Archived"),
}  # fmt: skip
PROMISES = {
    "first_contact": _("Work on it begins on %(day)s at the latest."),
    "notice": _("You are told in writing on %(day)s at the latest whether it is accepted."),
    "handle": _("It is to be finished on %(day)s at the latest."),
    "perform": _("What the reply promised is to be done by %(day)s."),
    "serve": _("What was decided is to be handed to you in writing by %(day)s."),
    "return_visit": _("Somebody asks you by %(day)s whether it is really resolved. You need not answer."),
}  # fmt: skip
MISSED = {
    "first_contact": _("Work on it was to begin by %(day)s. That day has passed: you may call and ask."),
    "notice": _("You were to be told in writing by %(day)s whether it is accepted. That day has passed: you may call and ask."),
    "handle": _("It was to be finished by %(day)s. That day has passed: you may call and ask, or turn to the office above."),
    "perform": _("What the reply promised was to be done by %(day)s. That day has passed: you may call and ask."),
    "serve": _("What was decided was to be handed to you in writing by %(day)s. That day has passed: you may call and ask."),
    "return_visit": _("You were to be asked by %(day)s whether it is really resolved. That day has passed: you may call."),
}  # fmt: skip
RIGHTS = {
    "recusal": _("You may ask that an official who has an interest in the matter steps aside (art. 28)."),
    "review": _("If you do not agree with the reply, you may ask the organ above for a review, within 30 days of receiving it (art. 35)."),
    "rereview": _("If you do not agree with the review, you may ask the organ above that one for a re-review, within 30 days (art. 36)."),
    "review_waits": _("You asked for a review. The organ above decides it."),
    "rereview_waits": _("You asked for a re-review. The organ above decides it."),
    "concluded": _("The re-review stands. The same facts and reasons are not taken up again (art. 36); new ones are."),
    "other_routes": _("You may go to arbitration, ask for an administrative decision, or go to court."),
    "confirmation": _("If you signed an agreement, both sides together may ask the court to confirm it, within 30 days (art. 33)."),
    "confirmation_waits": _("The court was asked to confirm the agreement. It decides."),
    "confirmed": _("The court confirmed the agreement. If the other side does not keep it, you may ask the court to enforce it (art. 33)."),
    "higher_office": _("If you do not agree, you may turn to the organ above."),
    "come_back": _("If it is not resolved after all, or comes back: tell the office. It is taken up again under the same number."),
}  # fmt: skip


def due_text(due: StillToCome) -> str:
    """What is still to come, or was to come, as a sentence."""
    return str((MISSED if due.late else PROMISES)[due.kind]) % {"day": show_day(due.on)}


def right_text(right: Right) -> str:
    """What is open to the petitioner, with its last day."""
    told = str(RIGHTS[right.kind])
    last = gettext("Last day: %(day)s.", day=show_day(right.until)) if right.until else ""
    return f"{told} {last}".strip()


def stage_text(stage: str) -> str:
    """A stage in a word or two."""
    return str(STAGES[stage])


def meaning_text(stage: str) -> str:
    """What a stage means for the petitioner."""
    return str(MEANINGS[stage])


def step_text(kind: str, until: date | None = None) -> str:
    """A step that was taken; of more time, until when."""
    told = str(STEPS[kind])
    return f"{told}：{show_day(until)}" if until else told
