"""What a petitioner is told in writing: a notice announces an act on record, in a way that counts as service.

The acts, and the notice of each, are ``ANNOUNCES``. A telephone call or a chat message serves nothing: what the law
wants told in writing reaches the petitioner on paper (信访工作条例 art. 23, 34), or as an electronic document that the
petitioner agreed to in writing, and a refusal or a reply on paper alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from caseapp.domain.cases.events import Event, Head

ANNOUNCES = {
    "accepted": "accepted",
    "redirected": "redirected",
    "refused": "refused",
    "transferred_out": "transferred",
    "replied": "replied",
    "resolved": "resolved",
}
UNDONE_BY_REOPENING = ("redirected", "refused", "transferred", "replied", "resolved")
ON_PAPER = ("refused", "replied")
NOT_ON_PAPER = ("electronic",)
NOBODY_RECEIVED = ("public",)
FILMED, TRACED = ("left",), ("post",)
"""Ways in which a film stands in for who saw it, and those in which the number of a parcel shows the service."""


def to_announce(head: Head, past: Iterable[Event]) -> dict[str, Event]:
    """The acts on record that the petitioner was not told of yet, by the notice that announces each.

    Taking a case up again takes back what it undoes. That a petition was resolved is announced when it was never
    accepted (settled on the spot); a reply that names the day it was handed over needs no notice.
    """
    if head.track != "petition":
        return {}
    waiting: dict[str, Event] = {}
    served: set[str] = set()
    accepted = False
    for event in past:
        accepted = accepted or event.kind == "accepted"
        if event.kind == "reopened":
            waiting = {notice: act for notice, act in waiting.items() if notice not in UNDONE_BY_REOPENING}
        elif event.kind == "notice_served":
            served.add(event.text("notice"))
            waiting.pop(event.text("notice"), None)
        elif _waits(event, accepted=accepted, served=served):
            waiting[ANNOUNCES[event.kind]] = event
    return waiting


def _waits(act: Event, *, accepted: bool, served: set[str]) -> bool:
    if act.kind == "accepted":
        return "accepted" not in served
    if act.kind == "resolved":
        return not accepted and not served
    return act.kind in ANNOUNCES and act.day("served_on") is None


def owed_beside(head: Head, past: Iterable[Event]) -> dict[str, Event]:
    """Of these, what a named petitioner is owed beside the first notice of contract §6: every reply, and each act that
    came after a notice had been served."""
    if head.sealed or not head.named:
        return {}
    events = list(past)
    waiting = to_announce(head, events)
    noticed = any(event.kind == "notice_served" for event in events)
    return {notice: act for notice, act in waiting.items() if notice == "replied" or noticed}


def reply_served_on(past: Iterable[Event]) -> date | None:
    """The day on which the last written reply was handed over: as it says itself, or as its notice says."""
    served: date | None = None
    for event in past:
        if event.kind == "replied":
            served = event.day("served_on")
        elif event.kind == "notice_served" and event.text("notice") == "replied":
            served = served or event.on
    return served
