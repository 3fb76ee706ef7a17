"""The monthly report of contract §7, recounted from plain case lines. Slow and obvious; nothing here is the program's."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from tests.recount.county import county
from tests.recount.one_case import CHINA, Story, days
from tests.recount.overdue import overdue
from tests.recount.rates import Counted, count
from tests.recount.units import Change, Units, line_up, tree_on, village_of

PARTS = ("village", "category", "tier", "lead", "channel", "track", "cohort")
AGES = (("under_30", 30), ("under_90", 90), ("under_180", 180), ("under_365", 365), ("year_and_more", None))
Line = dict[str, Any]


def recount(
    cases: list[Line], units: Units, unit: str, period: str, as_of: datetime, only: tuple[str, str] | None = None,
    changes: Sequence[Change] = (),
) -> dict[str, Any]:  # fmt: skip
    """The report of a unit for a period (``2024-02``, ``2024-Q1``, ``2024``), with what was known at an instant; of the
    cases that stand in one part alone (``("category", "land")``) when that is asked; in a tree that changed."""
    tiers = {code: tier for code, (_, tier) in units.items()}
    stories = [Story(line, as_of, tiers) for line in cases]
    (start, end), earlier, year_ago = windows(period)
    whole = tiers[unit] == "town" and only is None

    def there(first: date, last: date) -> list[Story]:
        tree = tree_on(units, changes, last, as_of)
        return [
            one for one in stories
            if one.known and one.registered <= last and unit in line_up(tree, one.line["unit"])
            and (only is None or stands(one, only[0], tree, first, last) == only[1])
        ]  # fmt: skip

    def figures(first: date, last: date) -> dict[str, Any]:
        figures = shown(
            count(there(first, last), first, last), accusations(there(first, last), first, last) if whole else 0
        )
        return {**figures, "county": county(there(first, last), first, last)}

    def by(kind: str) -> dict[str, dict[str, Any]]:
        tree, parts = tree_on(units, changes, end, as_of), dict[str, list[Story]]()
        for one in there(start, end):
            key = stands(one, kind, tree, start, end)
            if key is not None and not one.is_accusation:
                parts.setdefault(key, []).append(one)
        return {key: shown(count(part, start, end), 0) for key, part in sorted(parts.items())}

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
    """Which target it counts for: backlog of a year when the window began (never a suggestion), a dispute, a repeated
    petition, a first."""
    if (
        not one.is_suggestion
        and one.registered <= eve
        and one.category(eve) == "open"
        and one.registered + days(365) <= eve
    ):
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
