"""When the handling of a case fell due for the record (rates.md §3), and what had become of it by then; when its return
visits did. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, timedelta

from caseapp.domain.cases.events import Event
from caseapp.domain.cases.history import History
from caseapp.domain.cases.limits import LIMITS
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


def first_visits(history: History) -> list[tuple[date, bool]]:
    """For each resolution: its first visit's due date, and whether one was made by then and before the next turn.

    Resolutions reopened before that date with no visit are left out.
    """
    return history.worked_out("first_visits", _first_visits)


def _first_visits(history: History) -> list[tuple[date, bool]]:
    found = []
    for place, event in enumerate(history.events):
        if event.kind == "resolved":
            due = event.on + timedelta(days=LIMITS.return_visits[0])
            visited, reopened = _what_followed(history.events[place + 1 :])
            if visited is not None or reopened is None or reopened >= due:
                found.append((due, visited is not None and visited <= due))
    return found


def _what_followed(after: Sequence[Event]) -> tuple[date | None, date | None]:
    """Of a resolution: the day of its first visit, and the day on which the matter was opened again. Both end where the
    matter is settled anew."""
    visited: date | None = None
    for event in after:
        if event.kind == "return_visited" and visited is None:
            visited = event.on
        if event.kind in ("reopened", "resolved"):
            return visited, event.on if event.kind == "reopened" else None
    return visited, None
