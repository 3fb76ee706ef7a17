"""A matter that was assigned from above (上级交办): what the sender wants by when, and what became of it. Pure.

One assignment runs at a time. It runs until it is answered: by the report (办理情况报告) where the sender wants one,
else by the settling of the matter or its written reply. The report may come back from the sender: then it runs again,
due on the same day. A town that is not competent objects within five working days of the receipt
(信访工作条例 art. 23); where the sender agrees, the papers go back and the assignment is over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from caseapp.domain.cases.events import Event

if TYPE_CHECKING:
    from caseapp.domain.cases.history import History
    from caseapp.kernel.workdays import Reckoning, WorkCalendar

OBJECTION_DAYS = 5
"""Working days from the receipt in which a town may object (信访工作条例 art. 23)."""
WAITING, AGREED, REFUSED = "waiting", "agreed", "refused"


@dataclass(frozen=True)
class Assignment:
    """What was assigned, the how-manieth of its case, and what became of it.

    ``objection`` is "" until the town objects; then it waits, and the sender agrees or refuses. ``answered_on`` is the
    day of the report, or of what stands in its place; ``reported`` says that it was the report, which has a number.
    ``returns`` counts how often the sender sent the report back.
    """

    nth: int
    sender: str
    letter_no: str
    received_on: date
    answer_due: date
    report_wanted: bool
    requirement: str = ""
    objection: str = ""
    objected_on: date | None = None
    answered_on: date | None = None
    reported: bool = False
    report_no: str = ""
    returns: int = 0

    @property
    def handed_back(self) -> bool:
        """The sender agreed that another organ is competent, and has its papers again."""
        return self.objection == AGREED

    @property
    def runs(self) -> bool:
        """Not answered, and not handed back."""
        return self.answered_on is None and not self.handed_back


def objection_term(assignment: Assignment, calendar: WorkCalendar) -> Reckoning:
    """Until when the town may object, with how the days were counted."""
    return calendar.add(assignment.received_on, OBJECTION_DAYS, "working")


def answer_owed(assignment: Assignment | None, standing: str) -> bool:
    """Whether the sender is owed an answer: the report it wants, whatever became of the matter, unless that was merged
    or struck out; else what is done, while the matter is open."""
    if assignment is None or not assignment.runs or standing == "excluded":
        return False
    return assignment.report_wanted or standing == "open"


def assigned(before: Assignment | None, event: Event) -> Assignment:
    """After an assignment. While one runs it is said anew: a mistake is corrected, or the sender gave another day."""
    received_on, answer_due = event.day("received_on"), event.day("answer_due")
    assert received_on is not None
    assert answer_due is not None
    told = {
        "sender": event.text("sender"), "letter_no": event.text("letter_no"), "received_on": received_on,
        "answer_due": answer_due, "report_wanted": bool(event.data.get("report_wanted")),
        "requirement": event.text("requirement"),
    }  # fmt: skip
    if before is not None and before.runs:
        return replace(before, **told)  # type: ignore[arg-type]
    return Assignment(before.nth + 1 if before else 1, **told)  # type: ignore[arg-type]


def after(now: Assignment, event: Event) -> Assignment:
    """After the objection, its answer, the report, or its return."""
    if event.kind == "objected":
        return replace(now, objection=WAITING, objected_on=event.on)
    if event.kind == "objection_answered":
        return replace(now, objection=str(event.data["answer"]))
    if event.kind == "reported":
        return replace(now, answered_on=event.on, reported=True, report_no=event.text("report_no"))
    return replace(now, answered_on=None, reported=False, report_no="", returns=now.returns + 1)


def settled(now: Assignment, on: date) -> Assignment:
    """After the matter was settled or replied to: it answers where no report is wanted."""
    return now if now.report_wanted or not now.runs else replace(now, answered_on=on)


def assignments(history: History) -> list[Assignment]:
    """Everything that was ever assigned in a case, in order, as it stands now."""
    found: Iterable[Assignment] = (one.assignment for one in history.snapshots if one.assignment is not None)
    return list({one.nth: one for one in found}.values())


def last_assigned_on(history: History) -> date | None:
    """When the last of what was assigned in a case was received. An accusation stays at its own desk, and what was
    struck out is on none."""
    now = history.now.assignment
    hidden = history.head.sealed or history.now.state == "voided"
    return None if now is None or hidden else now.received_on


def settled_on(history: History) -> date | None:
    """The day on which a matter was settled, ended or left, if it is not open again."""
    found: date | None = None
    for event, now in zip(history.events, history.snapshots, strict=True):
        found = None if now.standing == "open" else found or event.on
    return found
