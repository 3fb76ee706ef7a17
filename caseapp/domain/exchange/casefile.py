"""Whole case histories as JSON objects, one case each (contract §4): reading, writing, and nothing else.

Reading says what is wrong with the line; what its head and its events must say is ``cases/heads.py`` and
``cases/fields.py``, whether the history is legal ``cases/states.py``, and whether anybody knows the cases it refers to
``actions/imports.py``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from caseapp.domain.audit.chain import canonical
from caseapp.domain.cases import words
from caseapp.domain.cases.contacts import silent
from caseapp.domain.cases.event_fields import EVENT_FIELDS
from caseapp.domain.cases.events import Event, Head
from caseapp.domain.cases.fields import read_data
from caseapp.domain.cases.heads import read_head
from caseapp.domain.cases.parties import write_party
from caseapp.domain.cases.texts import one_of, read_text, refuse_unknown
from caseapp.domain.org.tree import Tree
from caseapp.kernel.clock import parse_instant, show_instant
from caseapp.kernel.errors import N_, RuleViolation

HEAD_FIELDS = (
    "number", "track", "petition_class", "channel", "unit", "category", "title", "description", "headcount", "risk",
    "parties", "about", "events",
)  # fmt: skip


def read_case(line: object, tree: Tree, categories: tuple[str, ...] = words.CATEGORIES) -> tuple[Head, list[Event]]:
    """Read one case. Raises RuleViolation naming the field."""
    if not isinstance(line, dict):
        raise RuleViolation("line", N_("a case is a JSON object"))
    refuse_unknown(line, HEAD_FIELDS)
    head = read_head(line, tree, categories)
    events = line.get("events")
    if not isinstance(events, list) or not events:
        raise RuleViolation("events", N_("a case needs its events, the first one its registration"))
    return head, [read_event(event, tree, categories) for event in events]


def read_event(line: object, tree: Tree, categories: tuple[str, ...] = words.CATEGORIES) -> Event:
    """Read one event. Raises RuleViolation naming the field."""
    if not isinstance(line, dict):
        raise RuleViolation("events", N_("an event is a JSON object"))
    kind = one_of(line.get("kind"), tuple(EVENT_FIELDS), "kind")
    if "at" not in line:
        raise RuleViolation("at", N_("%(kind)s does not say when it happened"), kind=kind)
    refuse_unknown(line, ("kind", "at", "recorded_at", "by", *EVENT_FIELDS[kind]))
    at = parse_instant(line["at"], "at")
    recorded = line.get("recorded_at")
    return Event(
        kind=kind,
        at=at,
        recorded_at=at if recorded is None else parse_instant(recorded, "recorded_at"),
        by=read_text(line.get("by") or "", "by") or None,
        data=read_data(kind, line, tree, categories),
    )


def tokens_of(line: Mapping[str, Any], head: Head, registered: Event) -> tuple[str, ...]:
    """What a case without a number is known again by: its head and its registration; also as the file writes them,
    because cases were once taken without being cleaned."""
    parties = zip(head.parties, line.get("parties", ()), strict=True)
    written = replace(
        head,
        title=line["title"],
        description=line.get("description", ""),
        parties=tuple(replace(one, name=told.get("name", ""), phone=told.get("phone", "")) for one, told in parties),
    )
    return tuple(dict.fromkeys(_token(one, registered) for one in (head, written)))


def _token(head: Head, registered: Event) -> str:
    content = canonical(write_case(replace(head, number=""), [registered]))
    return "import:" + hashlib.sha256(content.encode()).hexdigest()


def write_case(head: Head, events: Iterable[Event], *, contacts: bool = False) -> dict[str, object]:
    """A case as JSON, events in the order they were entered. What parties are reached by only with
    ``contacts``."""
    line: dict[str, object] = {"number": head.number, "track": head.track}
    if head.petition_class:
        line["petition_class"] = head.petition_class
    line |= {
        "channel": head.channel,
        "unit": head.unit,
        "category": head.category,
        "title": head.title,
        "description": head.description,
        "headcount": head.headcount,
        "risk": head.risk,
        "parties": [told if contacts else silent(told) for told in map(write_party, head.parties)],
        "about": list(head.about),
        "events": [write_event(event, contacts=contacts) for event in events],
    }
    return line


def write_event(event: Event, *, contacts: bool = False) -> dict[str, object]:
    """An event as JSON. Its instants are written in Asia/Shanghai."""
    line: dict[str, object] = {
        "kind": event.kind,
        "at": show_instant(event.at),
        "recorded_at": show_instant(event.recorded_at),
    }
    if event.by:
        line["by"] = event.by
    for name in EVENT_FIELDS[event.kind]:
        if name in event.data:
            line[name] = event.data[name]
    if event.data.get("field") == "parties" and isinstance(line.get("to"), list):
        line["to"] = [dict(party) if contacts else silent(party) for party in event.data["to"]]  # type: ignore[attr-defined]
    return line
