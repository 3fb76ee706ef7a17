"""What is on record in one step with an act on a page, because the one means the other. Pure."""

from __future__ import annotations

from caseapp.domain.cases.agreements import REOPEN
from caseapp.domain.cases.assignments import AGREED
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.reviews import REDO
from caseapp.domain.cases.snapshot import Snapshot

SENT_BACK = "责令重新办理"


def with_what_follows(event: Event, now: Snapshot) -> tuple[Event, ...]:
    """An event, and the one that comes with it. Where the sender of an assignment agreed to an objection, the matter is
    with the sender again, and has left in the way every transferred matter does. Where an agreement was broken and the
    matter is taken up again, a case that counted as resolved does so no more. Where the organ above wants a reply made
    anew, the matter is taken up again."""
    if event.kind == "objection_answered" and event.data["answer"] == AGREED and now.assignment is not None:
        return event, Event("transferred_out", event.at, event.recorded_at, event.by, {"to": now.assignment.sender})
    if reason := _taken_up_again(event, now.standing):
        return event, Event("reopened", event.at, event.recorded_at, event.by, {"reason": reason})
    return (event,)


def _taken_up_again(event: Event, standing: str) -> str:
    """Why an event takes a case up again; nothing where it does not, or the case is open."""
    if event.kind == "breached" and event.data["then"] == REOPEN and standing == "resolved":
        return event.text("reason")
    if event.kind == "reviewed" and event.data["result"] == REDO and standing != "open":
        return event.text("opinion") or SENT_BACK
    return ""
