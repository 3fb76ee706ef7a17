"""How a head and its events are laid down in the log: facts in the event row, texts and personal data beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from caseapp.domain.audit.chain import stamp
from caseapp.domain.cases.event_fields import erased_texts, is_private
from caseapp.domain.cases.events import Event, Head, Party

HEAD_FACTS = (
    "track", "petition_class", "unit", "channel", "category", "headcount", "risk", "about", "named",
)  # fmt: skip
AT_FIRST = ("role", "name", "phone", "contact")


def lay_down(event: Event, head: Head | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """An event's facts and texts. ``head`` comes with a registration and with nothing else."""
    facts = {name: value for name, value in event.data.items() if not is_private(event.kind, name, event.data)}
    texts = {name: value for name, value in event.data.items() if is_private(event.kind, name, event.data)}
    if head is not None:
        facts |= {name: getattr(head, name) for name in HEAD_FACTS} | {"about": list(head.about)}
        texts |= {"title": head.title, "description": head.description}
        texts["parties"] = [_laid_down(party) for party in head.parties]
    return facts, texts


def _laid_down(party: Party) -> dict[str, str]:
    """A party as it is digested: with the four fields that there were from the first, and others where they say
    something, so that what was laid down before keeps its digest."""
    return {key: value for key, value in vars(party).items() if value or key in AT_FIRST}


def take_up(kind: str, times: tuple[datetime, datetime], by: str | None, facts: Mapping[str, Any],
            texts: Mapping[str, Any] | None) -> Event:  # fmt: skip
    """An event as it was laid down; ``times`` are when it happened and when it was recorded. ``texts``: None when they
    were erased."""
    data = {**facts, **(erased_texts(kind, facts) if texts is None else texts)}
    if kind == "registered":
        data = {"received_on": facts["received_on"]} if "received_on" in facts else {}
    return Event(kind, times[0], times[1], by, data)


def take_up_head(number: str, facts: Mapping[str, Any], texts: Mapping[str, Any] | None) -> Head:
    """The head of a case from its registration. ``texts`` that were not asked for are empty; None when they were
    erased."""
    values = {name: facts[name] for name in HEAD_FACTS}
    values["about"] = tuple(values["about"])
    told: Mapping[str, Any] = erased_texts("registered", facts) if texts is None else texts
    return Head(
        **values,
        number=number,
        title=told.get("title", ""),
        description=told.get("description", ""),
        parties=tuple(Party(**party) for party in told.get("parties", ())),
        erased=texts is None,
    )


def chained(number: str, seq: int, event: Event, facts: Mapping[str, Any], text_digest: str | None) -> dict[str, Any]:
    """What the chain covers of an event."""
    return {
        "number": number,
        "seq": seq,
        "kind": event.kind,
        "at": stamp(event.at),
        "recorded_at": stamp(event.recorded_at),
        "by": event.by,
        "facts": facts,
        "texts": text_digest,
    }
