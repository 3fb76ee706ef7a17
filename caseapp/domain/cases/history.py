"""A case as its events tell it: where it stood after each of them (rates.md §1).

``step`` is the one place that says what an event changes, each kind as ``changes.py`` has it. It asks no questions:
whether an event may happen at all is ``states.py``. A history known only in part (``--as-of``) is told by the same
function.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cached_property
from itertools import takewhile
from typing import Any, TypeVar, cast

from caseapp.domain.cases import assignments, words
from caseapp.domain.cases.changes import CHANGES, Changes
from caseapp.domain.cases.events import Event, Head
from caseapp.domain.cases.snapshot import STANDING, STATE_AFTER, Snapshot, holder_at
from caseapp.domain.org.tree import Tree, Trees

Found = TypeVar("Found")


def begin(head: Head, event: Event, tree: Tree) -> Snapshot:
    """Where a case stands once registered. A matter that complains of somebody is worked on by the town from the start,
    and counted where it arose (rates.md §1)."""
    return Snapshot(
        state="registered",
        registered_on=event.on,
        received_on=event.day("received_on") or event.on,
        holder=tree.town_of(head.unit) if head.about else head.unit,
        counted_with=head.unit,
        risk=head.risk,
        headcount=head.headcount,
        category=head.category,
        about=head.about,
        title=head.title,
        description=head.description,
        parties=head.parties,
        last_work_on=event.on,
    )


def step(now: Snapshot, event: Event, head: Head, tree: Tree) -> Snapshot:
    """Where a case stands after one more event."""
    state = _state_after(now, event)
    change = CHANGES.get(event.kind)
    changes = change(now, event, head) if change else {}
    if event.kind == "amended" and changes.get("about") and tree.tier(holder_at(now, tree)) != "town":
        changes["holder"] = tree.town_of(head.unit)
    if now.assignment is not None and _answers(now, event, state):
        changes = {**changes, "assignment": assignments.settled(now.assignment, event.on)}
    return _changed(now, {**changes, "state": state}) if changes or state != now.state else now


def _changed(now: Snapshot, changes: Changes) -> Snapshot:
    """A snapshot with some values changed. ``dataclasses.replace`` does the same at three times the cost, and a report
    takes tens of thousands of steps."""
    after = object.__new__(Snapshot)
    after.__dict__.update(now.__dict__, **changes)
    return after


def effect_of(event: Event) -> str | None:
    """What an event does to the category of rates.md §1 at once: the standing it puts the case in, ``verified`` for a
    visit that confirms a resolution, ``resolved`` for one that denies it, None for all that change neither."""
    if event.kind == "replied":
        return "open" if event.data["outcome"] == "supported" else "closed_unresolved"
    if event.kind == "return_visited":
        result = event.data["result"]
        return "verified" if result in words.CONFIRMING else "resolved" if result in words.TELLING else None
    state = STATE_AFTER.get(event.kind)
    return STANDING[state] if state else None


def _answers(now: Snapshot, event: Event, state: str) -> bool:
    """Whether an event settles the matter, or replies to it."""
    return event.kind == "replied" or (now.standing == "open" and STANDING[state] != "open")


def _state_after(now: Snapshot, event: Event) -> str:
    if event.kind == "replied":
        return "handling" if event.data["outcome"] == "supported" else "replied"
    return STATE_AFTER.get(event.kind, now.state)


class History:
    """A case's head and its events: as they were ``entered``, and in the order of ``at``, ties in that of the list; and
    the units of any day, by which it is told."""

    def __init__(self, head: Head, events: Iterable[Event], trees: Trees) -> None:
        self.head = head
        self.trees = trees
        self.entered = list(events)
        self._worked_out: dict[str, Any] = {}
        self._before: History | None = None
        self.events = sorted(self.entered, key=lambda event: event.at)

    def followed_by(self, events: Iterable[Event]) -> History:
        """The history with events that were entered after it. Where the case stood before the first of them, it still
        stood."""
        longer = History(self.head, [*self.entered, *events], self.trees)
        longer._before = self
        return longer

    def known_at(self, as_of: datetime) -> History | None:
        """The history as it was known at an instant; None when not even its registration was."""
        known = [event for event in self.entered if event.recorded_at <= as_of]
        if len(known) == len(self.entered):
            return self
        history = History(self.head, known, self.trees)
        return history if known and history.events[0].kind == "registered" else None

    def worked_out(self, name: str, work: Callable[[History], Found]) -> Found:
        """What follows from the whole history, worked out when it is first asked for."""
        if name not in self._worked_out:
            self._worked_out[name] = work(self)
        return cast("Found", self._worked_out[name])

    @cached_property
    def snapshots(self) -> list[Snapshot]:
        """Where the case stood after each event."""
        told = self._stood() or [begin(self.head, self.events[0], self.trees.on(self.days[0]))]
        for event in self.events[len(told) :]:
            told.append(step(told[-1], event, self.head, self.trees.on(event.on)))
        return told

    def _stood(self) -> list[Snapshot]:
        """Where it stood after each event up to the first that came later, if that is known."""
        if self._before is None:
            return []
        alike = zip(self.events, self._before.events, strict=False)
        return self._before.snapshots[: sum(1 for _ in takewhile(lambda pair: pair[0] is pair[1], alike))]

    @cached_property
    def days(self) -> list[date]:
        """The day of each event."""
        return [event.on for event in self.events]

    def at(self, day: date) -> Snapshot | None:
        """Where the case stood at the end of a day; None before it was registered."""
        found = bisect_right(self.days, day)
        return self.snapshots[found - 1] if found else None

    @property
    def now(self) -> Snapshot:
        """Where the case stands after its last event."""
        return self.snapshots[-1]

    @cached_property
    def ended(self) -> bool:
        """Voided or merged, whatever the date (rates.md §1)."""
        return any(event.kind in ("voided", "merged") for event in self.events)

    @property
    def excluded(self) -> bool:
        """In no set of any window, whatever the date: voided or merged (rates.md §1), or one petition of a matter of
        many, which is counted once, as the case it is handled with (decision 57)."""
        return self.ended or self.now.matter is not None
