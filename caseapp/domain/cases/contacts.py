"""Contacts of parties in what is on record of a case: telephone numbers, addresses, identity numbers. Pure.

A party's name, their part in the matter and how they want to be reached are no contacts and stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from caseapp.domain.cases.events import Party
from caseapp.domain.cases.history import History
from caseapp.kernel.personal import PERSONAL

LISTS = ("parties", "to")
"""Where the texts of an event tell parties: of a registration, and of an amendment."""


def holds_contacts(texts: Mapping[str, Any]) -> bool:
    """Whether the texts of an event, as they lie in the log, tell contacts of a party."""
    return any(party.get(name) for party in _parties(texts) for name in PERSONAL)


def without_contacts(texts: Mapping[str, Any]) -> dict[str, Any]:
    """The texts of an event without the contacts of the parties, and otherwise as they were."""
    lists = {name: [silent(party) for party in texts[name]] for name in LISTS if isinstance(texts.get(name), list)}
    return {**texts, **lists}


def silent(party: Any) -> Any:
    """A party, as it is written down, without contacts."""
    return {name: told for name, told in party.items() if name not in PERSONAL} if isinstance(party, Mapping) else party


def _parties(texts: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for name in LISTS:
        told = texts.get(name)
        yield from (party for party in (told if isinstance(told, list) else ()) if isinstance(party, Mapping))


def tells_contacts(history: History) -> bool:
    """Whether any event of a case tells contacts of a party."""
    amended = (event.data for event in history.entered if event.kind == "amended")
    return any(map(is_reached, history.head.parties)) or any(map(holds_contacts, amended))


def is_reached(party: Party) -> bool:
    """Whether there are contacts of a party."""
    return any(getattr(party, name) for name in PERSONAL)


def archived_on(history: History) -> date | None:
    """The day on which a case was archived, of one that still is: the last time."""
    if not history.now.archived:
        return None
    return next(event.on for event in reversed(history.events) if event.kind == "archived")


def keeps_contacts(history: History) -> bool:
    """Whether a case that is archived, or was merged, still tells contacts: these are to be erased one day."""
    return (history.now.archived or history.now.state == "merged") and tells_contacts(history)
