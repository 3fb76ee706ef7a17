"""``rates.md`` counted by hand: for each heading one function that gives the case numbers of both sides."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from tests.recount.one_case import Happened, Story, days

Numbers = list[str]


class Counted(NamedTuple):
    """What was counted over a window: the numbers behind each line, behind both sides of each rate, and ``apart``."""

    lines: dict[str, Numbers]
    rates: dict[str, tuple[Numbers, Numbers]]
    apart: dict[str, int]


class Window:
    """Some cases and the days from ``start`` to ``end``; of the cases only those the sets speak of."""

    def __init__(self, stories: list[Story], start: date, end: date) -> None:
        self.start, self.end, self.eve = start, end, start - days(1)
        self.ordinary = [one for one in stories if one.known and one.registered <= end and not one.is_accusation]
        self.alive = [one for one in self.ordinary if not one.excluded]
        self.counted = [one for one in self.alive if not one.is_suggestion]

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def had(self, stories: list[Story], *kinds: str) -> list[Story]:
        """Those of some cases with an event of these kinds in the window."""
        return [one for one in stories if one.within(self.start, self.end, *kinds)]


def lines(window: Window) -> dict[str, set[str]]:
    """§2, the first table and the right side of the identity."""
    found: dict[str, set[str]] = {"stock": set(), "new": set(), "returned": set()}
    at_end: dict[str, set[str]] = {"resolved": set(), "closed_unresolved": set(), "left": set(), "open": set()}
    for one in window.counted:
        if one.registered in window:
            found["new"].add(one.number)
        elif one.category(window.eve) == "open":
            found["stock"].add(one.number)
        elif one.within(window.start, window.end, "reopened", "resolved"):
            found["returned"].add(one.number)
    inflow = found["stock"] | found["new"] | found["returned"]
    for one in window.counted:
        if one.number in inflow:
            at_end[str(one.category(window.end))].add(one.number)
    return {**found, "inflow": inflow, **at_end, "workload": inflow - at_end["left"]}


def verified_inflow(window: Window) -> list[Story]:
    """§2, the second table: stock_v, new and returned_v."""
    return [
        one
        for one in window.counted
        if one.registered in window
        or in_stock_v(one, window)
        or one.within(window.start, window.end, "reopened", "resolved")
    ]


def in_stock_v(one: Story, window: Window) -> bool:
    """§2, stock_v."""
    if one.registered >= window.start:
        return False
    if one.category(window.eve) == "open":
        return True
    last = one.last_resolution(window.eve)
    return (
        one.category(window.eve) == "resolved"
        and not one.verified(window.eve)
        and not one.archived(window.eve)
        and last is not None
        and last.on >= window.start - days(180)
    )


def numbers(stories: list[Story]) -> Numbers:
    """Their numbers, in order."""
    return sorted(one.number for one in stories)


def resolution_rates(window: Window, line: dict[str, set[str]]) -> dict[str, tuple[Numbers, Numbers]]:
    """§3: net, verified, cohort, naive, closed."""
    inflow_v = verified_inflow(window)
    workload_v = [one for one in inflow_v if one.category(window.end) != "left"]
    new_here = sorted(line["new"] - line["left"])
    done = line["resolved"] | line["closed_unresolved"] | line["left"]
    return {
        "net": (sorted(line["inflow"] & line["resolved"]), sorted(line["workload"])),
        "verified": (numbers([one for one in inflow_v if one.verified(window.end)]), numbers(workload_v)),
        "cohort": (sorted(line["new"] & line["resolved"]), new_here),
        "naive": (numbers(window.had(window.counted, "resolved")), new_here),
        "closed": (sorted(line["inflow"] & done), sorted(line["inflow"])),
    }


def notice_rate(window: Window) -> tuple[Numbers, Numbers]:
    """§3: notice. Suggestions are counted here."""
    due = [
        one for one in window.alive if one.is_petition and one.names_a_petitioner and one.received + days(15) in window
    ]
    kept = [
        one
        for one in due
        if one.all_of("notice_served") and one.all_of("notice_served")[0].on <= one.received + days(15)
    ]
    return numbers(kept), numbers(due)


def ontime_rate(window: Window) -> tuple[Numbers, Numbers]:
    """§3: ontime."""
    due = due_within(window, window.counted)
    kept = [
        one
        for one in due
        if one.category(one.due_in_a_rate()) in ("resolved", "closed_unresolved")
        or one.up_to(one.due_in_a_rate(), "replied")
    ]
    return numbers(kept), numbers(due)


def due_within(window: Window, stories: list[Story]) -> list[Story]:
    """§3, the denominator of ontime: the due date lies in the window, and the case has not left at it."""
    return [one for one in stories if one.due_in_a_rate() in window and one.category(one.due_in_a_rate()) != "left"]


def rating_rates(window: Window, stories: list[Story]) -> dict[str, tuple[Numbers, Numbers]]:
    """§3: evaluated, satisfied, satisfied_all, over some of the cases."""
    asked = window.had(stories, "resolved", "replied")
    rated, content = [], []
    for one in asked:
        last = one.within(window.start, window.end, "resolved", "replied")[-1]
        scores = [said.data["score"] for said in one.after(last) if said.kind == "rated" and said.on <= window.end]
        if scores:
            rated.append(one)
        if scores and scores[-1] in ("satisfied", "mostly"):
            content.append(one)
    return {
        "evaluated": (numbers(rated), numbers(asked)),
        "satisfied": (numbers(content), numbers(rated)),
        "satisfied_all": (numbers(content), numbers(asked)),
    }


def until_next_turn(one: Story, resolution: Happened) -> tuple[list[Happened], Happened | None]:
    """What followed a resolution before the next ``reopened`` or ``resolved``, and that event."""
    between: list[Happened] = []
    for later in one.after(resolution):
        if later.kind in ("reopened", "resolved"):
            return between, later
        between.append(later)
    return between, None


def visit_rate(window: Window) -> tuple[Numbers, Numbers]:
    """§3: visit. A case stands there once for each of its resolutions."""
    due, kept = [], []
    for one in window.counted:
        for resolution in one.all_of("resolved"):
            day = resolution.on + days(7)
            between, turn = until_next_turn(one, resolution)
            visits = [later for later in between if later.kind == "return_visited"]
            overtaken = turn is not None and turn.kind == "reopened" and turn.on < day and not visits
            if day in window and not overtaken:
                due.append(one)
                if visits and visits[0].on <= day:
                    kept.append(one)
    return numbers(kept), numbers(due)


def visit_ok_rate(window: Window) -> tuple[Numbers, Numbers]:
    """§3: visit_ok. A case stands there once for each of its visits."""
    made, good = [], []
    for one in window.counted:
        for visit in one.within(window.start, window.end, "return_visited"):
            made.append(one)
            if visit.data["result"] in ("fulfilled", "performing"):
                good.append(one)
    return numbers(good), numbers(made)


def repeat_rate(window: Window) -> tuple[Numbers, Numbers]:
    """§3: repeat. Merged petitions and suggestions are counted here, voided ones are not."""
    asked = [
        one for one in window.ordinary if one.is_petition and one.registered in window and not one.all_of("voided")
    ]
    again = [one for one in asked if one.up_to(window.end, "merged", "repeated")]
    return numbers(again), numbers(asked)


def team_rates(window: Window, workload: set[str]) -> dict[str, tuple[Numbers, Numbers]]:
    """§3: seats, lead."""
    needing = [one for one in window.counted if one.number in workload and one.needs_team(window.end)]
    seated = [one for one in needing if one.five_seats(window.end)]
    led = [
        one
        for one in seated
        if any(
            act.data.get("by_seat") == "lead" and not act.data.get("acting")
            for act in one.within(window.start, window.end, "followed_up", "mediated")
        )
    ]
    return {"seats": (numbers(seated), numbers(needing)), "lead": (numbers(led), numbers(needing))}


def tier_rates(window: Window, net: Numbers) -> dict[str, tuple[Numbers, Numbers]]:
    """§3: tier_group, tier_village, tier_town."""
    held: dict[str, list[Story]] = {"group": [], "village": [], "town": []}
    for one in window.counted:
        last = one.last_resolution(window.end)
        if one.number in net and last is not None:
            held[one.tier_after(one.with_all_before(last))].append(one)
    return {f"tier_{tier}": (numbers(stories), net) for tier, stories in held.items()}


def apart(stories: list[Story], window: Window, inflow: set[str]) -> dict[str, int]:
    """§3, what is shown beside the lines; the accusations are counted where the whole town is."""
    registered = [one for one in window.ordinary if one.registered in window]
    withdrawn = [one for one in window.counted if one.number in inflow and ends_with(one, window.end, "withdrawn")]
    suggestions = [one for one in window.alive if one.is_suggestion]
    late = [
        event
        for one in stories
        if one.known and not one.is_accusation
        for event in one.within(window.start, window.end)
        if event.entered_late
    ]
    return {
        "voided": len([one for one in registered if one.all_of("voided")]),
        "merged": len([one for one in registered if one.all_of("merged")]),
        "withdrawn": len(withdrawn),
        "suggestions": len([one for one in suggestions if one.registered in window]),
        "suggestions_answered": len(window.had(suggestions, "replied")),
        "late_entered": len(late),
        "accusations": 0,
    }


def ends_with(one: Story, day: date, kind: str) -> bool:
    """Whether the last state-changing event of a case up to a day is of this kind."""
    last = one.last_state(day)
    return last is not None and last.kind == kind


def count(stories: list[Story], start: date, end: date) -> Counted:
    """Everything of §2 and §3 over a window."""
    window = Window(stories, start, end)
    line = lines(window)
    rates = resolution_rates(window, line)
    line["workload_verified"] = set(rates["verified"][1])
    rates |= {"notice": notice_rate(window), "ontime": ontime_rate(window), **rating_rates(window, window.counted)}
    rates |= {"visit": visit_rate(window), "visit_ok": visit_ok_rate(window), "repeat": repeat_rate(window)}
    rates |= team_rates(window, line["workload"]) | tier_rates(window, rates["net"][0])
    beside = apart(stories, window, line["inflow"])
    return Counted({key: sorted(found) for key, found in line.items()}, rates, beside)
