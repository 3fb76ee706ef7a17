"""When the handling of a case fell due for the record (rates.md §3), and what had become of it by then. Pure."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date

from caseapp.domain.cases.history import History
from caseapp.domain.cases.snapshot import due_unextended
from caseapp.kernel.clock import local_day


def standing_at(history: History, day: date) -> str | None:
    """The category a case was in at the end of a day; None before it was registered."""
    then = history.at(day)
    return then.standing if then else None


def done_by(history: History, day: date, *kinds: str) -> bool:
    """Whether one of some events happened on or before a day."""
    return any(event.kind in kinds for event in history.events[: bisect_right(history.days, day)])


def due_for_the_record(history: History) -> date:
    """The handling due date with only those extensions that were made before the first reopening and recorded by the
    due date they extend (§3)."""
    return history.worked_out("due_for_the_record", _due_for_the_record)


def _due_for_the_record(history: History) -> date:
    extended_to: date | None = None
    for event, snapshot in zip(history.events, history.snapshots, strict=True):
        if event.kind == "reopened":
            break
        if event.kind == "extended":
            due = extended_to or due_unextended(history.head, snapshot)
            extended_to = event.day("to") if local_day(event.recorded_at) <= due else extended_to
    return extended_to or due_unextended(history.head, history.now)
