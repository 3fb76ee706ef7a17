"""What each kind of event changes of where a case stands: read by ``history.step`` alone. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from caseapp.domain.cases import agreements, assignments, requests, reviews
from caseapp.domain.cases.events import Event, Head, Party
from caseapp.domain.cases.snapshot import Seating, Snapshot, Visit, dated

Changes = dict[str, Any]


def _accepted(now: Snapshot, event: Event, _head: Head) -> Changes:
    return {"accepted_on": now.accepted_on or event.on}


def _noticed(now: Snapshot, event: Event, _head: Head) -> Changes:
    return {"noticed_on": now.noticed_on or event.on}


def _worked(now: Snapshot, event: Event, _head: Head) -> Changes:
    return {"worked": True, "last_work_on": max(now.last_work_on, event.on)}


def _held_by(_now: Snapshot, event: Event, _head: Head) -> Changes:
    return {"holder": str(event.data["to"]), "counted_with": str(event.data["to"])}


def _replied(_now: Snapshot, event: Event, _head: Head) -> Changes:
    return {"replied": True, "replied_on": event.on, "perform_by": event.day("perform_by"), "review": None}


def _reviewed(now: Snapshot, event: Event, _head: Head) -> Changes:
    return {"review": reviews.asked(event) if event.kind == "review_asked" else reviews.decided(now.review, event)}


def _amended(_now: Snapshot, event: Event, _head: Head) -> Changes:
    """Texts that were erased, or are not at hand because only figures are wanted, change nothing."""
    if "to" not in event.data:
        return {}
    value = event.data["to"]
    if event.data["field"] == "parties":
        value = tuple(Party(**party) for party in cast(list[dict[str, str]], value))
    elif event.data["field"] == "about":
        value = tuple(cast(list[str], value))
    return {str(event.data["field"]): value}


def _seat_filled(now: Snapshot, event: Event, _head: Head) -> Changes:
    seating = Seating(event.text("holder"), event.text("deputy") or None, event.on)
    return {"seats": {**now.seats, str(event.data["seat"]): seating}}


def _seat_cleared(now: Snapshot, event: Event, _head: Head) -> Changes:
    return {"seats": {seat: who for seat, who in now.seats.items() if seat != event.data["seat"]}}


def _agreed(now: Snapshot, event: Event, _head: Head) -> Changes:
    return {"agreement": agreements.after(now.agreement, event)}


def _asked_for(now: Snapshot, event: Event, _head: Head) -> Changes:
    return {"requests": requests.after(now.requests, event)}


def _extended(now: Snapshot, event: Event, head: Head) -> Changes:
    before = now.first_dated or dated(head, now)
    return {"first_dated": before, "extended_from": before, "extended_to": event.day("to"), "reopened_on": None}


def _resolved(now: Snapshot, event: Event, _head: Head) -> Changes:
    return {
        "resolved_on": event.on,
        "resolved_by": event.by,
        "resolved_with": now.counted_with,
        "visits": (),
        "archived": False,
        "score": None,
    }


def _return_visited(now: Snapshot, event: Event, _head: Head) -> Changes:
    return {"visits": (*now.visits, Visit(event.on, str(event.data["result"])))}


def _reopened(now: Snapshot, event: Event, _head: Head) -> Changes:
    return {
        "last_work_on": max(now.last_work_on, event.on),
        "reopenings": now.reopenings + 1,
        "reopened_on": event.on,
        "replied_on": None,
        "perform_by": None,
        "agreement": None,
        "requests": requests.unanswered(now.requests),
        "first_dated": None,
        "visits": (),
        "archived": False,
    }


def _archived(_now: Snapshot, _event: Event, _head: Head) -> Changes:
    return {"archived": True}


def _contacts_erased(now: Snapshot, event: Event, _head: Head) -> Changes:
    """Who the parties are stays; how they are reached is gone."""
    return {
        "contacts_erased_on": event.on,
        "parties": tuple(Party(party.role, party.name, contact=party.contact) for party in now.parties),
    }


def _rated(_now: Snapshot, event: Event, _head: Head) -> Changes:
    return {"score": event.data["score"]}


def _merged(_now: Snapshot, event: Event, _head: Head) -> Changes:
    return {"merged_into": event.data["into"], "matter": None}


def _repeated(_now: Snapshot, event: Event, _head: Head) -> Changes:
    return {"repeat_of": event.data["of"]}


def _joined(_now: Snapshot, event: Event, _head: Head) -> Changes:
    return {"matter": event.data["of"]}


def _in_none(_now: Snapshot, _event: Event, _head: Head) -> Changes:
    return {"matter": None}


def _subsidy(_now: Snapshot, event: Event, _head: Head) -> Changes:
    return {"subsidy_on": event.on}


def _assigned(now: Snapshot, event: Event, _head: Head) -> Changes:
    return {"assignment": assignments.assigned(now.assignment, event)}


def _answered(now: Snapshot, event: Event, _head: Head) -> Changes:
    return {"assignment": assignments.after(now.assignment, event)} if now.assignment else {}


CHANGES: dict[str, Callable[[Snapshot, Event, Head], Changes]] = {
    "accepted": _accepted,
    "notice_served": _noticed,
    **dict.fromkeys(("followed_up", "mediated"), _worked),
    **dict.fromkeys(agreements.KINDS, _agreed),
    **dict.fromkeys(requests.KINDS, _asked_for),
    **dict.fromkeys(("escalated", "sent_down"), _held_by),
    **dict.fromkeys(("review_asked", "reviewed"), _reviewed),
    "replied": _replied,
    "amended": _amended,
    "seat_filled": _seat_filled,
    "seat_cleared": _seat_cleared,
    "extended": _extended,
    "resolved": _resolved,
    "return_visited": _return_visited,
    "reopened": _reopened,
    "archived": _archived,
    "contacts_erased": _contacts_erased,
    "rated": _rated,
    "merged": _merged,
    "repeated": _repeated,
    "joined_matter": _joined,
    **dict.fromkeys(("left_matter", "voided"), _in_none),
    "subsidy_claimed": _subsidy,
    "assigned": _assigned,
    **dict.fromkeys(("objected", "objection_answered", "reported", "report_returned"), _answered),
}
