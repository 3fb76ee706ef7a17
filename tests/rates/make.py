"""Histories told in a line or two, for the pure rules: no database, no application."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from caseapp.domain.cases.events import Event
from caseapp.domain.cases.history import History
from caseapp.domain.org.tree import Tree
from caseapp.kernel.clock import SHANGHAI
from caseapp.kernel.periods import Window
from tests.cases.make import head, petition
from tests.conftest import PLACES

TREE = Tree(PLACES)
JUNE = Window(date(2026, 6, 1), date(2026, 6, 30))
REGISTERED = ("registered", "06-01")


def event(kind: str, day: str, late: int = 0, **data: Any) -> Event:
    """Something that happened at noon of a day of 2026 (``06-14``), entered ``late`` days later."""
    at = datetime.fromisoformat(f"2026-{day}T12:00:00").replace(tzinfo=SHANGHAI)
    return Event(kind, at, at + timedelta(days=late), None, data)


def told(what: Any, *events: tuple[Any, ...] | Event) -> History:
    """A history: events as ``event`` makes them, or their kind and day alone."""
    return History(what, [one if isinstance(one, Event) else event(*one) for one in events], TREE)


def appeal(*events: tuple[Any, ...] | Event, **values: Any) -> History:
    """A petition of class appeal."""
    return told(petition(**values), *events)


def suggestion(*events: tuple[Any, ...] | Event, **values: Any) -> History:
    """A suggestion."""
    return told(petition(petition_class="suggestion", **values), *events)


def dispute(*events: tuple[Any, ...] | Event, **values: Any) -> History:
    """A dispute."""
    return told(head(**values), *events)


def on(text: str) -> date:
    """A day of 2026."""
    return date.fromisoformat(f"2026-{text}")
