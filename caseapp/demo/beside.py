"""Events that are told beside those of a case, a little after one of them, by who recorded that."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

Line = dict[str, Any]


def at_of(event: Line) -> datetime:
    """When an event happened."""
    return datetime.fromisoformat(event["at"])


def day_of(event: Line) -> date:
    """The day on which it did."""
    return at_of(event).date()


def beside(event: Line, minutes: int, kind: str, **said: object) -> Line:
    """An event some minutes after another one, by the same person."""
    at = at_of(event) + timedelta(minutes=minutes)
    return {"kind": kind, "at": at.isoformat(), "by": event["by"], **said}
