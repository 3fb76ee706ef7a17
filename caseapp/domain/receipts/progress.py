"""What the public page /track may show of a case: these fields, and no others. Pure.

``Progress`` is a list of what may be shown, and ``progress_of`` the one function that fills it. Nothing of it comes
from a text that somebody typed, but for the organ that a matter was passed on to. No name, no telephone number but the
office's, no title, no category, no group, no seat, and of another case only the one that a merged case is handled
with: its number and how far it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from caseapp.domain.cases.events import Event
from caseapp.domain.cases.history import History
from caseapp.domain.cases.serving import reply_served_on
from caseapp.domain.org.tree import Tree
from caseapp.domain.receipts.ratings import CLOSED, rating_state
from caseapp.domain.receipts.rights import Reply, Right, last_of, reply_of, rights_of
from caseapp.kernel.workdays import WorkCalendar

STEP_OF = {
    "notice_served": "notice_served", "accepted": "accepted", "mediated": "mediated", "agreed": "agreed",
    "extended": "extended",
    "escalated": "moved", "sent_down": "moved", "resolved": "resolved", "replied": "replied",
    "terminated": "terminated", "withdrawn": "withdrawn", "transferred_out": "transferred_out",
    "redirected": "redirected", "refused": "refused", "return_visited": "return_visited", "reopened": "reopened",
    "rated": "rated", "archived": "archived",
}  # fmt: skip
PROMISED = ("first_contact", "notice", "handle", "perform", "return_visit", "serve")
"""The duties the petitioner is told of, each with its date. How often it is worked on, and the seats, are not."""
MOVED_TO = ("transferred_out", "redirected")
OWED, HANDED = "owed", "handed"
TO_HAND_OVER = "to_hand_over"
"""What nobody here may read is owed to an authority outside until it was handed over."""
ELSEWHERE = (*MOVED_TO, TO_HAND_OVER)
HIDDEN = ("passed_on", "voided", "merged")
SAID_IN_WRITING = ("redirected", "refused", "replied")
"""Stages that the petitioner is told in writing: whether they were is said of each."""


@dataclass(frozen=True)
class Contact:
    """The office that answers questions: its name, its telephone, where it is."""

    office: str
    phone: str
    address: str


@dataclass(frozen=True)
class Point:
    """A point of the way a matter goes: ``when`` is done, now or ahead."""

    stage: str
    when: str


@dataclass(frozen=True)
class StageReached:
    """Something that was done: what, on which day; of an extension, until when."""

    kind: str
    on: date
    until: date | None = None


@dataclass(frozen=True)
class StillToCome:
    """What is still to come, and by when at the latest."""

    kind: str
    on: date
    late: bool


@dataclass(frozen=True)
class Onward:
    """The matter that a merged one is handled with: its number, how far it is, whom to call."""

    number: str
    stage: str
    way: tuple[Point, ...]
    contact: Contact


@dataclass(frozen=True)
class Progress:
    """All that the public page knows of a case. A new field here is a new thing that a stranger may learn: say so in
    the note, and in the test that holds this list."""

    number: str
    stage: str
    meaning: str
    way: tuple[Point, ...]
    steps: tuple[StageReached, ...]
    contact: Contact
    due: tuple[StillToCome, ...]
    moved_to: str
    reply: Reply | None
    rights: tuple[Right, ...]
    rating: str
    onward: Onward | None = None

    @property
    def is_here(self) -> bool:
        """Whether it is with this office, and not with another organ or on the way to one."""
        return self.stage not in ELSEWHERE


def onward_of(progress: Progress) -> Onward:
    """What who brought a merged matter learns of the one it is handled with."""
    return Onward(progress.number, progress.stage, progress.way, progress.contact)


def progress_of(
    history: History, owed: Iterable[tuple[str, date]], contact: Contact, calendar: WorkCalendar, today: date,
    *, has_opinion: bool = False, outside: str = "",
) -> Progress:  # fmt: skip
    """What may be shown of a case on a day. ``owed`` are its running due items, kind and day; ``has_opinion``: its
    written opinion lies with it as a paper; ``outside``: it is owed to an authority outside, or was handed over.

    Of a sealed accusation: that it was received and passed to its own desk, or to which authority outside. Of a case
    struck from the record: that there is nothing more to see here.
    """
    stage, number, first = stage_of(history), history.head.number, _first_steps(history)
    if history.head.sealed and outside and stage == "passed_on":
        return _of_outside(history, contact, outside)
    if stage in HIDDEN:
        return Progress(number, stage, stage, (), first, contact, (), "", None, (), CLOSED)
    told = Progress(
        number=number,
        stage=stage,
        meaning=meaning_of(history, stage),
        way=tuple(_way(history, stage)),
        steps=(*first, *filter(None, map(_step, history.events[1:]))),
        contact=contact,
        due=dues(owed, today),
        moved_to=_moved_to(history),
        reply=reply_of(history, readable=has_opinion),
        rights=tuple(rights_of(history, calendar)),
        rating=rating_state(history),
    )
    if outside != OWED:
        return told
    return replace(told, stage=TO_HAND_OVER, meaning=TO_HAND_OVER, way=(), rating=CLOSED)


def _of_outside(history: History, contact: Contact, outside: str) -> Progress:
    """Of an accusation that nobody here may read: that it is to be handed over; or when it was, and to whom."""
    number, steps, to = history.head.number, _first_steps(history)[:1], ""
    handed = last_of(history, "transferred_out") if outside == HANDED else None
    stage = "transferred_out" if handed else TO_HAND_OVER
    if handed:
        steps, to = (*steps, StageReached(handed.kind, handed.on)), handed.text("to")
    return Progress(number, stage, stage, (), steps, contact, (), to, None, (), CLOSED)


def meaning_of(history: History, stage: str) -> str:
    """What a stage means for the petitioner, as far as it is on record: that they were told in writing only where the
    notice of it was served."""
    served = {event.text("notice") for event in history.events if event.kind == "notice_served"}
    told = reply_served_on(history.events) is not None if stage == "replied" else stage in served
    return f"{stage}_told" if stage in SAID_IN_WRITING and told else stage


def stage_of(history: History) -> str:
    """Where a case stands, in the petitioner's words."""
    now = history.now
    if history.head.sealed and now.standing != "excluded":
        return "passed_on"
    if now.standing == "open":
        fresh = not now.worked and not now.reopenings and not now.replied
        return ("accepted" if now.accepted_on else "registered") if fresh else "handling"
    if now.archived:
        return "archived"
    return "verified" if now.verified else now.state


def office_of(tree: Tree, holder: str) -> str:
    """The unit that is named as the present office: the one that holds the case, of a group its village. Thirty
    households are a group; their name would say whose case it is."""
    return tree.village_of(holder) if tree.tier(holder) == "group" else holder


def dues(owed: Iterable[tuple[str, date]], today: date) -> tuple[StillToCome, ...]:
    """What the petitioner is promised, soonest first; of several return visits the next one."""
    soonest: dict[str, date] = {}
    for kind, on in owed:
        if kind in PROMISED:
            soonest[kind] = min(on, soonest.get(kind, on))
    by_day = sorted(soonest.items(), key=lambda one: (one[1], one[0]))
    return tuple(StillToCome(kind, on, on < today) for kind, on in by_day)


def _first_steps(history: History) -> tuple[StageReached, ...]:
    now = history.snapshots[0]
    registered = StageReached("registered", now.registered_on)
    if history.head.sealed:
        return registered, StageReached("passed_on", now.registered_on)
    received = StageReached("received", now.received_on)
    return (received, registered) if received.on < registered.on else (registered,)


def _step(event: Event) -> StageReached | None:
    kind = STEP_OF.get(event.kind)
    return StageReached(kind, event.on, event.day("to") if kind == "extended" else None) if kind else None


def _moved_to(history: History) -> str:
    event = last_of(history, history.now.state) if history.now.state in MOVED_TO else None
    return event.text("to") if event else ""


def _way(history: History, stage: str) -> Iterable[Point]:
    """The stages of a case, each with whether it is reached. The visit that confirms is left out where a case was put
    away without one."""
    stages = _stages(history)
    reached = stages.index(stage)
    for place, one in enumerate(stages):
        if one != "verified" or stage != "archived" or history.now.verified:
            yield Point(one, "done" if place < reached else "now" if place == reached else "ahead")


def _stages(history: History) -> list[str]:
    """已登记 → 已受理 → 办理中 → 已化解 or 已答复 → 已回访确认 → 已归档; a dispute need not be accepted."""
    now = history.now
    settled = now.state if now.standing in ("resolved", "closed_unresolved", "left") else "settled"
    stages = ["registered", "accepted", "handling", settled]
    if history.head.track == "dispute" and not now.accepted_on:
        stages.remove("accepted")
    if now.standing == "left":
        stages = ["registered", settled]
    if settled in ("resolved", "settled"):
        stages.append("verified")
    return [*stages, "archived"]
