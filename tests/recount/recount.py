"""The monthly report of contract §7, recounted from plain case lines. Slow and obvious; nothing here is the program's."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from tests.recount.one_case import CHINA, FOLLOW_UP, Story, days
from tests.recount.rates import Counted, count

PARTS = ("village", "category", "tier", "lead", "channel", "track", "cohort")
AGES = (("under_30", 30), ("under_90", 90), ("under_180", 180), ("under_365", 365), ("year_and_more", None))
Line = dict[str, Any]
Units = dict[str, tuple[str, str]]  # code → code of the unit above ("" for a town), tier


def recount(
    cases: list[Line], units: Units, unit: str, period: str, as_of: datetime, only: tuple[str, str] | None = None
) -> dict[str, Any]:
    """The report of a unit for a period (``2024-02``, ``2024-Q1``, ``2024``), with what was known at an instant; of the
    cases that stand in one part alone (``("category", "land")``) when that is asked."""
    tiers = {code: tier for code, (_, tier) in units.items()}
    stories = [Story(line, as_of, tiers) for line in cases if unit in line_up(units, line["unit"])]
    (start, end), earlier, year_ago = windows(period)
    whole = tiers[unit] == "town" and only is None

    def there(first: date, last: date) -> list[Story]:
        return [
            one for one in stories
            if one.known and one.registered <= last and (only is None or stands(one, only[0], units, first, last) == only[1])
        ]  # fmt: skip

    def figures(first: date, last: date) -> dict[str, Any]:
        return shown(count(there(first, last), first, last), accusations(stories, first, last) if whole else 0)

    def by(kind: str) -> dict[str, dict[str, Any]]:
        ordinary = [one for one in there(start, end) if not one.is_accusation]
        keys = {key for one in ordinary if (key := stands(one, kind, units, start, end)) is not None}
        return {
            key: shown(count([one for one in ordinary if stands(one, kind, units, start, end) == key], start, end), 0)
            for key in sorted(keys)
        }

    counted = count(there(start, end), start, end)
    return {
        **figures(start, end),
        "year_to_date": figures(date(end.year, 1, 1), end),
        "previous_month": figures(*earlier),
        "same_month_last_year": figures(*year_ago),
        **{f"by_{kind}": by(kind) for kind in PARTS},
        "cases": {
            "lines": counted.lines,
            "rates": {key: {"n": n, "d": d} for key, (n, d) in counted.rates.items()},
        },
        "overdue": overdue(there(start, end), end),
        "backlog": backlog(there(start, end), set(counted.lines["open"]), min(end, as_of.astimezone(CHINA).date())),
    }


def stands(one: Story, kind: str, units: Units, start: date, end: date) -> str | None:
    """Where a case stands in a breakdown of a window."""
    if kind == "village":
        return village_of(units, one.line["unit"])
    if kind == "category":
        return str(one.value("category", end))
    if kind == "tier":
        return one.tier(end)
    if kind == "lead":
        return one.in_seat("lead", end)
    if kind == "cohort":
        return cohort(one, start - days(1), end)
    return str(one.line.get(kind, "other"))


def cohort(one: Story, eve: date, end: date) -> str:
    """Which target it counts for: backlog of a year when the window began, a dispute, a repeated petition, a first."""
    if one.registered <= eve and one.category(eve) == "open" and one.registered + days(365) <= eve:
        return "backlog"
    if not one.is_petition:
        return "dispute"
    return "repeat" if one.up_to(end, "merged", "repeated") else "first"


def backlog(stories: Iterable[Story], still_open: set[str], day: date) -> dict[str, list[str]]:
    """The open cases by how many days they have been on the books."""
    found: dict[str, list[str]] = {}
    for one in stories:
        if one.number in still_open:
            age = (day - one.registered).days
            names = [name for name, most in AGES if most is None or age < most]
            found.setdefault(names[0], []).append(one.number)
    return {name: sorted(numbers) for name, numbers in found.items()}


def windows(period: str) -> list[tuple[date, date]]:
    """The days of a period, of the one before it, and of the same one a year ago."""
    year = int(period[:4])
    if len(period) == 4:
        return [(date(some, 1, 1), date(some, 12, 31)) for some in (year, year - 1, year - 1)]
    if "Q" in period:
        quarter = int(period[-1])
        before = (year, quarter - 1) if quarter > 1 else (year - 1, 4)
        return [
            (date(some, 3 * nth - 2, 1), days_of(some, 3 * nth)[1])
            for some, nth in ((year, quarter), before, (year - 1, quarter))
        ]
    month = int(period[-2:])
    before = (year, month - 1) if month > 1 else (year - 1, 12)
    return [days_of(year, month), days_of(*before), days_of(year - 1, month)]


def days_of(year: int, month: int) -> tuple[date, date]:
    """The first and the last day of a month."""
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def line_up(units: Units, code: str) -> list[str]:
    """A unit and all above it."""
    found = []
    while code:
        found.append(code)
        code = units[code][0]
    return found


def village_of(units: Units, code: str) -> str:
    """The village where a matter arose, or the town's code when it arose at the town."""
    above = line_up(units, code)
    villages = [one for one in above if units[one][1] == "village"]
    return villages[0] if villages else above[-1]


def shown(counted: Counted, accused: int) -> dict[str, Any]:
    """The numbers of a window as the report writes them."""
    return {
        "lines": {key: len(found) for key, found in counted.lines.items()},
        "rates": {key: {"n": len(n), "d": len(d)} for key, (n, d) in counted.rates.items()},
        "apart": {**counted.apart, "accusations": accused},
    }


def accusations(stories: Iterable[Story], start: date, end: date) -> int:
    """How many accusations were registered, voided ones included."""
    return len([one for one in stories if one.is_accusation and one.known and start <= one.registered <= end])


# §6


def overdue(stories: Iterable[Story], day: date) -> list[dict[str, Any]]:
    """What is overdue at the end of a day, in the order of due date, case, kind."""
    found = []
    for one in stories:
        if one.known and one.registered <= day and not one.is_accusation and not one.excluded:
            for kind, due in owed(one, day):
                if due < day:
                    found.append((due, one.number, kind))
    return [
        {"case": number, "kind": kind, "due": due.isoformat(), "days_late": (day - due).days}
        for due, number, kind in sorted(found)
    ]


def owed(one: Story, day: date) -> list[tuple[str, date]]:
    """All that a case owes and has not met at the end of a day."""
    return (
        owed_notice(one, day)
        + owed_contact(one, day)
        + owed_team(one, day)
        + owed_handling(one, day)
        + owed_visits(one, day)
    )


def owed_notice(one: Story, day: date) -> list[tuple[str, date]]:
    """A petition with a named petitioner, open or resolved, and no notice."""
    if not one.is_petition or not one.names_a_petitioner or one.category(day) not in ("open", "resolved"):
        return []
    return [] if one.up_to(day, "notice_served") else [("notice", one.received + days(15))]


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
    """The handling of an open case, with every extension made by the day."""
    return [("handle", one.handling_due(day, in_time_only=False))] if one.category(day) == "open" else []


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
