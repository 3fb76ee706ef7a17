"""Taking a case as an accusation (转为检举控告): what of a case that was logged as something else goes into the
accusation that takes its place. Pure.

The class of a case stands in its registration and is never changed. So a new accusation is registered, with the texts
and all that happened, and the case that was logged in haste is struck out and its texts are erased
(``actions/accusations.py``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from caseapp.domain.cases import agreements, requests
from caseapp.domain.cases.event_fields import is_private
from caseapp.domain.cases.events import Event, Head
from caseapp.domain.cases.history import History

MOVED = (
    "escalated", "sent_down", "extended", "terminated", "repeated", "merged", "joined_matter", "left_matter", "voided",
    "contacts_erased",
)  # fmt: skip
OF_MEDIATION = ("mediation_refused", *agreements.KINDS, "subsidy_claimed")
NOT_TAKEN_OVER = frozenset({*MOVED, *OF_MEDIATION, *requests.KINDS})
"""An accusation lies at its own desk: where the case was sent, until when, how it ended, what two sides agreed to, and
which organ is competent for which request is nothing to it. Who sat on the case stays on record, because whose deputy
they were bars them (``access/circle.py``)."""
OF_WHAT_ENDED = ("reopened", "archived")
"""What follows the end of a case, and has no place where that end is not taken over."""
REOPENED_FOR = "转为检举控告"


@dataclass(frozen=True)
class Saying:
    """Something that somebody wrote about a case beside its events: on a sheet, at a meeting, to who helps with it."""

    text: str
    at: datetime
    by: str | None


def as_accusation(history: History, about: Iterable[str], beside: Iterable[Saying], now: datetime, by: str,
                  ) -> tuple[Head, list[Event]]:  # fmt: skip
    """The head and the events of the accusation that takes a case's place.

    It was registered when and by whom the case was, and its events are those of the case, entered now. What is not
    taken over leaves its texts, as work on the matter on that day. It repeats the case, so that the desk finds where it
    came from; nobody sits on it; and it is open, whatever became of the case.
    """
    told = history.head
    complained = (*history.now.about, *(one for one in about if one not in history.now.about))
    head = replace(told, track="petition", petition_class="accusation", number="", about=complained)
    events = [one for event in history.entered for one in _taken_over(event, now)]
    events = _without_what_follows_no_end(History(head, events, history.trees), now)
    events += [_word(word, now) for word in beside if word.text.strip()]
    events += [Event("seat_cleared", now, now, by, {"seat": seat}) for seat in history.now.seats]
    events.append(Event("repeated", now, now, by, {"of": told.number}))
    if History(head, events, history.trees).now.standing != "open":
        events.append(Event("reopened", now, now, by, {"reason": REOPENED_FOR}))
    return head, events


def _taken_over(event: Event, now: datetime) -> Iterable[Event]:
    """An event as the accusation tells it; of what is not taken over, each text as a word about the matter. Who is
    complained of stands in the head from the start."""
    names_somebody = event.kind == "amended" and event.data["field"] == "about"
    if event.kind not in NOT_TAKEN_OVER and not names_somebody:
        yield replace(event, recorded_at=now)
        return
    yield from _words_of(event, now)


def _words_of(event: Event, now: datetime) -> Iterable[Event]:
    for name, value in event.data.items():
        if is_private(event.kind, name, event.data) and str(value).strip():
            yield _word(Saying(str(value), event.at, event.by), now)


def _without_what_follows_no_end(told: History, now: datetime) -> list[Event]:
    """The events of an accusation without those that would take it up again, or put it away, while it is open."""
    before = zip(told.events[1:], told.snapshots, strict=False)
    misplaced = {id(event) for event, then in before if event.kind in OF_WHAT_ENDED and then.standing == "open"}
    return [
        one for event in told.entered for one in ([event] if id(event) not in misplaced else _words_of(event, now))
    ]  # fmt: skip


def _word(word: Saying, now: datetime) -> Event:
    return Event("followed_up", word.at, now, word.by, {"method": "desk", "note": word.text})
