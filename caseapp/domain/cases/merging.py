"""When a case may be merged into another one: into a case that lives at that time, and never in a circle (contract §4).

The table of moves (``states.py``) asks ``into_a_living_case`` and ``not_joined_later``; what they need to know of the
other cases is handed in. ``judge_endings`` judges the merges of one file among each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from caseapp.domain.cases.events import Event, Head
from caseapp.kernel.errors import N_, RuleViolation

ENDINGS = ("voided", "merged")


@dataclass(frozen=True)
class Other:
    """What is asked of a case when another one is to be merged into it or handled with it: since when it is on record,
    whether it is an accusation, when it was voided or merged, when a case was last merged into it; its track, where it
    stands now, whether somebody is out of it, with which matter of many it is handled, whether petitions are handled
    with it; and the numbers of those that were merged into it, as far as who asks sees them."""

    registered_at: datetime
    sealed: bool = False
    ended_at: datetime | None = None
    joined_at: datetime | None = None
    track: str = "petition"
    standing: str = "open"
    guarded: bool = False
    matter: str | None = None
    followers: bool = False
    joined: tuple[str, ...] = ()


Others = Mapping[str, Other]


class Asked(Protocol):
    """What is judged: an event of a case, with what is known of other cases; None when that is not at hand."""

    @property
    def head(self) -> Head: ...

    @property
    def event(self) -> Event: ...

    @property
    def others(self) -> Others | None: ...


def into_a_living_case(asked: Asked) -> None:
    """The guard of a merge. Raises RuleViolation."""
    if asked.others is not None:
        check_into(asked.event, asked.others)


def not_joined_later(asked: Asked) -> None:
    """The guard of what ends a case. Raises RuleViolation."""
    if asked.others is not None:
        check_not_joined(asked.event, asked.others.get(asked.head.number))


def check_into(event: Event, others: Others) -> None:
    """Whether a merge leads to a case that lived when it happened. A case so ends later than all that went into it: no
    circle can be closed. Raises RuleViolation."""
    number = event.text("into")
    other = others.get(number)
    if other is None:
        raise RuleViolation("into", N_("there is no case %(number)s"), number=number)
    if other.sealed:
        raise RuleViolation("into", N_("a case is not merged into an accusation"))
    if other.registered_at > event.at:
        raise RuleViolation("into", N_("%(number)s was registered after the merge"), number=number)
    if other.ended_at is not None and other.ended_at <= event.at:
        raise RuleViolation(
            "into", N_("a case is merged into a living one, and %(number)s was voided or merged by then"), number=number
        )


def check_not_joined(event: Event, own: Other | None) -> None:
    """Whether nothing was merged into a case after the instant at which it is to end. Raises RuleViolation."""
    if own is not None and own.joined_at is not None and event.at < own.joined_at:
        raise RuleViolation("at", N_("another case was merged into this one after that"))


@dataclass(frozen=True)
class Judged:
    """The endings of a file, judged: which are refused and why, and what was known of the other cases when each was
    judged; both by the number of the case that was to end."""

    refused: dict[str, RuleViolation]
    known: dict[str, Others]


def judge_endings(endings: Iterable[tuple[str, Event]], others: Others) -> Judged:
    """Judge the events of a file that void or merge a case, each given with the case's number.

    ``others`` is what is on record and what else the file tells, of each of these cases at least. They are judged one
    after another as they happened, whatever their order in the file: of a circle the last one is refused.
    """
    known, judged = dict(others), Judged({}, {})
    for number, event in _in_order(endings):
        judged.known[number] = {name: known[name] for name in (number, event.text("into")) if name in known}
        try:
            if event.kind == "merged":
                check_into(event, known)
            check_not_joined(event, known.get(number))
        except RuleViolation as problem:
            judged.refused[number] = problem
        else:
            known[number] = replace(known.get(number, Other(event.at)), ended_at=event.at)
    return judged


def _in_order(endings: Iterable[tuple[str, Event]]) -> Iterable[tuple[str, Event]]:
    """In the order of time. What ends at the same instant ends after the cases that are merged into it; a circle within
    one instant is cut at the first line."""
    waiting = sorted(endings, key=lambda ending: ending[1].at)
    while waiting:
        same = [ending for ending in waiting if ending[1].at == waiting[0][1].at]
        goals = {event.text("into") for _number, event in same}
        ready = next((ending for ending in same if ending[0] not in goals), same[0])
        waiting.remove(ready)
        yield ready
