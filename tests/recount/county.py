"""``rates.md`` §6, what the county asks for, counted by hand: the cases behind each value, and the values."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.recount.one_case import Story, days
from tests.recount.rates import Numbers, Window, due_within, numbers, rating_rates

ANSWERS_TO_A_PETITION = ("accepted", "redirected", "refused", "transferred_out", "replied", "resolved")


def county(stories: list[Story], start: date, end: date) -> dict[str, Any]:
    """The block ``county`` of a window."""
    window = Window(stories, start, end)
    pairs = petition_rates(window) | dispute_rates(window)
    return {
        **items(window),
        **disputes(window),
        **{key: {"n": len(n), "d": len(d)} for key, (n, d) in pairs.items()},
    }


def people(stories: list[Story], day: date) -> int:
    """The sum of their headcounts at the end of a day."""
    return sum(int(one.value("headcount", day)) for one in stories)


def items_of(window: Window) -> list[Story]:
    """The petitions registered in the window: merged ones and suggestions count, voided ones and accusations do not."""
    return [one for one in window.ordinary if one.is_petition and one.registered in window and not one.all_of("voided")]


def channel(one: Story) -> str:
    """How it came in."""
    return str(one.line.get("channel", "other"))


def items(window: Window) -> dict[str, Any]:
    """§6: items, people, the two by channel, group visits, first and repeated items."""
    all_of_them = items_of(window)
    by_channel: dict[str, list[Story]] = {}
    for one in all_of_them:
        by_channel.setdefault(channel(one), []).append(one)
    groups = [one for one in by_channel.get("visit", []) if one.value("headcount", window.end) >= 5]
    again = [one for one in all_of_them if one.up_to(window.end, "merged", "repeated")]
    return {
        "items": len(all_of_them),
        "people": people(all_of_them, window.end),
        "items_by_channel": {
            name: {"items": len(some), "people": people(some, window.end)} for name, some in by_channel.items()
        },
        "group_items": len(groups),
        "group_people": people(groups, window.end),
        "first_items": len(all_of_them) - len(again),
        "repeat_items": len(again),
    }


def disputes(window: Window) -> dict[str, int]:
    """§6: the counts of disputes. Merged and voided ones are left out."""
    there = [one for one in window.alive if not one.is_petition]
    registered = [one for one in there if one.registered in window]
    return {
        "disputes": len(registered),
        "dispute_people": people(registered, window.end),
        "screened": len([one for one in registered if channel(one) == "screening"]),
        "mediated_disputes": len(window.had(there, "mediated")),
    }


def petition_rates(window: Window) -> dict[str, tuple[Numbers, Numbers]]:
    """§6: accepted_in_time, answered_in_time, pet_evaluated, pet_satisfied, once."""
    petitions = [one for one in window.alive if one.is_petition]
    received = [one for one in petitions if one.received + days(15) in window]
    taken_up = [one for one in received if one.up_to(one.received + days(15), *ANSWERS_TO_A_PETITION)]
    appeals = [one for one in petitions if one.petition_class == "appeal"]
    due = due_within(window, [one for one in appeals if one.up_to(window.end, "accepted")])
    answered = [one for one in due if one.up_to(one.due_in_a_rate(), "replied", "resolved", "withdrawn")]
    rated = rating_rates(window, petitions)
    return {
        "accepted_in_time": (numbers(taken_up), numbers(received)),
        "answered_in_time": (numbers(answered), numbers(due)),
        "pet_evaluated": rated["evaluated"],
        "pet_satisfied": rated["satisfied"],
        "once": once_rate(window),
    }


def once_rate(window: Window) -> tuple[Numbers, Numbers]:
    """§6: once. Petitions and disputes, no suggestions."""
    first, stayed = [], []
    for one in window.counted:
        resolutions = one.all_of("resolved")
        if resolutions and resolutions[0].on in window:
            first.append(one)
            if not any(later.kind == "reopened" and later.on <= window.end for later in one.after(resolutions[0])):
                stayed.append(one)
    return numbers(stayed), numbers(first)


def dispute_rates(window: Window) -> dict[str, tuple[Numbers, Numbers]]:
    """§6: mediation_success. A case that was both mediated and terminated in the window is there once."""
    there = [one for one in window.alive if not one.is_petition]
    mediated = [
        one
        for one in there
        if any(said.data["method"] == "mediation" for said in one.within(window.start, window.end, "resolved"))
    ]
    ended = [one for one in there if one in mediated or one.within(window.start, window.end, "terminated")]
    return {"mediation_success": (numbers(mediated), numbers(ended))}
