"""Who is complained of in a case, as its events tell it: since when, and who was whose deputy in it."""

from __future__ import annotations

from datetime import date

from caseapp.domain.access.circle import Pair
from caseapp.domain.cases.history import History


def named_since(history: History) -> dict[str, date]:
    """Who is complained of now, each with the day since which they are without a break."""
    found: dict[str, date] = {}
    for day, then in zip(history.days, history.snapshots, strict=True):
        found = {name: found.get(name, day) for name in then.about}
    return found


def deputies_ever(history: History) -> list[Pair]:
    """Who was ever whose deputy in a seat of the case (AB角)."""
    seats = (event for event in history.events if event.kind == "seat_filled" and event.text("deputy"))
    return [(event.text("holder"), event.text("deputy")) for event in seats]
