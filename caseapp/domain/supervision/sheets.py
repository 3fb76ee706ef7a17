"""When a case is put under supervision 督办, and what may be done with a sheet.

Grounds (信访工作条例 art. 40): half the time gone without an entry; the follow-up missed twice; the handling date
passed; raised again or reopened. The sweep drafts, a person issues.
"""

from __future__ import annotations

from caseapp.domain.deadlines.rules import CHARGED_TO
from caseapp.kernel.errors import N_, RuleViolation

GROUNDS = ("half_time", "follow_up_missed", "handle_passed", "raised_again")
STATES = ("draft", "issued", "answered", "returned", "closed", "dropped")
OPEN = ("draft", "issued", "answered", "returned")
ANSWER_DAYS = 7
ANSWERED_BY = {
    "half_time": CHARGED_TO["follow_up"],
    "follow_up_missed": CHARGED_TO["follow_up"],
    "handle_passed": CHARGED_TO["handle"],
    "raised_again": CHARGED_TO["handle"],
}
"""The seat that answers a sheet: the one that what was missed is charged to."""

STEPS: dict[str, tuple[tuple[str, ...], str]] = {
    "issue": (("draft",), "issued"),
    "drop": (("draft",), "dropped"),
    "answer": (("issued", "returned"), "answered"),
    "accept": (("answered",), "closed"),
    "return": (("answered",), "returned"),
}


def state_after(state: str, step: str) -> str:
    """The state of a sheet after a step. Raises RuleViolation when the step is not possible now."""
    before, after = STEPS.get(step, ((), ""))
    if state not in before:
        raise RuleViolation("", N_("this is not possible with this sheet now"))
    return after
