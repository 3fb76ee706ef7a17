"""A file that goes on with a case on record: what it tells that we do not know, and what it contradicts. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from caseapp.domain.audit.chain import canonical
from caseapp.domain.cases.events import Event, Head, Party
from caseapp.domain.cases.texts import tidied
from caseapp.domain.exchange.casefile import write_case, write_event
from caseapp.kernel.errors import N_, RuleViolation


def news_of(told: Iterable[Event], ours: Iterable[Event]) -> list[Event]:
    """What a file tells beyond our record of a case. Raises RuleViolation when it tells the same occasion in another
    way."""
    beyond = list(ours)
    new = []
    for event in told:
        same = next((one for one in beyond if _identity(one) == _identity(event)), None)
        if same is None:
            new.append(event)
        else:
            beyond.remove(same)
    _refuse_contradiction(beyond, new)
    return new


def _refuse_contradiction(beyond: list[Event], new: list[Event]) -> None:
    """The same thing at the same instant, told in another way, is a contradiction. ``beyond``: what we know and the
    file does not tell."""
    there = {_occasion(event) for event in beyond}
    for event in new:
        if event.kind == "registered" or _occasion(event) in there:
            raise RuleViolation(
                event.kind, N_("%(kind)s contradicts what is on record for that instant"), kind=event.kind
            )


def _occasion(event: Event) -> tuple[object, ...]:
    return (event.kind, event.at, event.data.get("seat"), event.data.get("field"))


def _identity(event: Event) -> str:
    """What makes two events the same: all but when they were entered and what parties are reached
    by, which files leave out."""
    return canonical(tidied({**write_event(event), "recorded_at": None}))


def comparable(head: Head) -> object:
    """What two tellings of one case must have in common: the head, cleaned, what parties are reached by aside."""
    silent = tuple(Party(party.role, party.name, contact=party.contact) for party in head.parties)
    return tidied(write_case(replace(head, parties=silent), []))
