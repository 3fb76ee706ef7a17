"""Contract §6: what is overdue at the end of a day, case by case and item by item."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from tests.recount.agreeing import owed_of_the_agreement
from tests.recount.one_case import CATEGORY_AFTER, FOLLOW_UP, Happened, Story, days
from tests.recount.rates import ends_with


def overdue(stories: Iterable[Story], day: date) -> list[dict[str, Any]]:
    """What is overdue at the end of a day, in the order of due date, case, kind."""
    found = []
    for one in stories:
        if one.known and one.registered <= day and not one.is_accusation and not one.ended:
            for kind, due in owed(one, day):
                if due < day:
                    found.append((due, one.number, kind))
    return [
        {"case": number, "kind": kind, "due": due.isoformat(), "days_late": (day - due).days}
        for due, number, kind in sorted(found)
    ]


def owed(one: Story, day: date) -> list[tuple[str, date]]:
    """All that a case owes and has not met at the end of a day. Suggestions have the item ``notice`` alone, and owe an
    answer to who assigned them. One petition of a matter of many owes its petitioner besides that the answer in time."""
    if one.is_suggestion:
        return owed_notice(one, day) + owed_answer(one, day)
    if one.of_a_matter(day):
        promised = owed_performance(one, day)
        return owed_notice(one, day) + owed_answer(one, day) + ([] if promised else owed_handling(one, day))
    return (
        owed_notice(one, day)
        + owed_contact(one, day)
        + owed_team(one, day)
        + owed_handling(one, day)
        + owed_performance(one, day)
        + owed_visits(one, day)
        + owed_answer(one, day)
        + owed_of_the_agreement(one, day)
    )


def owed_answer(one: Story, day: date) -> list[tuple[str, date]]:
    """Who assigned a matter is owed an answer by the day of the last assignment: the report, where one is wanted, until
    it is sent, and again when it comes back; else until the matter is settled or replied to. None once the sender agreed
    that another organ is competent."""
    said: dict[str, Any] | None = None
    answered, stood = False, "open"
    for turn in one.up_to(day):
        before, stood = stood, category_after(turn) or stood
        if turn.kind == "assigned":
            said, answered = turn.data, False
        elif turn.kind == "objection_answered" and turn.data["answer"] == "agreed":
            said = None
        elif turn.kind in ("reported", "report_returned"):
            answered = turn.kind == "reported"
        elif said and not said.get("report_wanted"):
            answered = answered or turn.kind == "replied" or (before == "open" and stood != "open")
    owes = said is not None and not answered and bool(said.get("report_wanted") or stood == "open")
    return [("answer_above", date.fromisoformat(said["answer_due"]))] if said and owes else []


def category_after(turn: Happened) -> str | None:
    """The category that an event puts a case in."""
    if turn.kind == "replied":
        return "open" if turn.data["outcome"] == "supported" else "closed_unresolved"
    return CATEGORY_AFTER.get(turn.kind)


def owed_notice(one: Story, day: date) -> list[tuple[str, date]]:
    """A petition with a named petitioner and no notice, whatever became of it, unless withdrawn or archived."""
    if not one.is_petition or not one.names_a_petitioner:
        return []
    if ends_with(one, day, "withdrawn") or one.archived(day) or one.up_to(day, "notice_served"):
        return []
    return [("notice", one.received + days(15))]


def owed_contact(one: Story, day: date) -> list[tuple[str, date]]:
    """The first contact, and after it, or after a reopening, the next follow-up."""
    if one.category(day) != "open":
        return []
    turns = one.up_to(day, "registered", "reopened", "followed_up", "mediated")
    if {turn.kind for turn in turns} == {"registered"}:
        return [("first_contact", one.registered + days(1))]
    return [("follow_up", turns[-1].on + days(FOLLOW_UP[one.value("risk", day)]))]


def owed_team(one: Story, day: date) -> list[tuple[str, date]]:
    """Five seats, three days after the first day that needed them."""
    if one.category(day) != "open" or not one.needs_team(day) or one.five_seats(day):
        return []
    first = one.first_day_of_need(day)
    assert first is not None
    return [("team", first + days(3))]


def owed_handling(one: Story, day: date) -> list[tuple[str, date]]:
    """The handling of an open case without a reply since it was registered or last reopened."""
    since = one.up_to(day, "registered", "reopened")[-1]
    replies = [later for later in one.after(since) if later.kind == "replied" and later.on <= day]
    return [] if one.category(day) != "open" or replies else [("handle", one.due_on_the_lamp(day))]


def owed_performance(one: Story, day: date) -> list[tuple[str, date]]:
    """What was promised in a reply that supports the petitioner."""
    last = one.last_state(day)
    if last is None or last.kind != "replied" or last.data["outcome"] != "supported":
        return []
    by = last.data.get("perform_by")
    return [("perform", date.fromisoformat(by) if by else last.on + days(30))]


def owed_visits(one: Story, day: date) -> list[tuple[str, date]]:
    """The first, second and third return visit."""
    resolution = one.last_resolution(day)
    if one.category(day) != "resolved" or resolution is None or one.archived(day) or day > resolution.on + days(180):
        return []
    results = [visit.data["result"] for visit in one.visits_since(resolution, day)]
    if "refused" in results:
        return []
    return [
        ("return_visit", resolution.on + days(wait)) for place, wait in enumerate((7, 30, 90)) if place >= len(results)
    ]
