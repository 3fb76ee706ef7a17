"""Whole case histories as JSON objects, one case each (contract §4): reading, writing, and nothing else.

Reading says exactly what is wrong and where; it judges words and types, not whether the history is legal
(``cases/states.py``) nor whether anybody knows the cases it refers to (``actions/imports.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from caseapp.domain.cases import words
from caseapp.domain.cases.events import EVENT_FIELDS, Event, Field, Head, Party, names_petitioner
from caseapp.domain.org.tree import Tree
from caseapp.kernel.clock import parse_day, parse_instant, show_instant
from caseapp.kernel.errors import N_, RuleViolation

HEAD_FIELDS = (
    "number", "track", "petition_class", "channel", "unit", "category", "title", "description", "headcount", "risk",
    "parties", "about", "events",
)  # fmt: skip
LONGEST = {
    "title": 200, "number": 60, "by": 80, "name": 200, "phone": 60, "about": 80, "holder": 60, "deputy": 60,
    "approved_by": 80,
}  # fmt: skip
LONGEST_TEXT = 20_000


def read_case(line: object, tree: Tree, categories: tuple[str, ...] = words.CATEGORIES) -> tuple[Head, list[Event]]:
    """Read one case. Raises RuleViolation naming the field."""
    if not isinstance(line, dict):
        raise RuleViolation("line", N_("a case is a JSON object"))
    _refuse_unknown(line, HEAD_FIELDS)
    head = _read_head(line, tree, categories)
    events = line.get("events")
    if not isinstance(events, list) or not events:
        raise RuleViolation("events", N_("a case needs its events, the first one its registration"))
    return head, [read_event(event, tree, categories) for event in events]


def _read_head(line: Mapping[str, Any], tree: Tree, categories: tuple[str, ...]) -> Head:
    track = _one_of(line.get("track"), words.TRACKS, "track")
    klass = line.get("petition_class")
    if track == "petition" or klass is not None:
        klass = _one_of(klass, words.PETITION_CLASSES, "petition_class")
    if track == "dispute" and klass is not None:
        raise RuleViolation("petition_class", N_("a dispute has no petition class"))
    values = {name: read_value(name, line[name], categories) for name in _VALUED if name in line}
    return Head(
        track=track,
        petition_class=klass,
        unit=tree.place(_text(line.get("unit"), "unit", needed=True)).code,
        title=_text(line.get("title"), "title", needed=True),
        channel=_one_of(line.get("channel", "other"), words.CHANNELS, "channel"),
        description=_text(line.get("description", ""), "description"),
        number=_text(line.get("number", ""), "number"),
        named=names_petitioner(values.get("parties", ())),
        **values,
    )


_VALUED = ("category", "headcount", "risk", "parties", "about")


def read_value(name: str, value: object, categories: tuple[str, ...] = words.CATEGORIES) -> Any:
    """Read a value of the head that an ``amended`` event may also give. Raises RuleViolation."""
    if name == "category":
        return _one_of(value, categories, "category")
    if name == "risk":
        return _one_of(value, words.RISKS, "risk")
    if name == "headcount":
        return _headcount(value)
    if name == "parties":
        return tuple(_read_party(party) for party in _list(value, "parties"))
    if name == "about":
        return tuple(_text(code, "about", needed=True) for code in _list(value, "about"))
    return _text(value, name, needed=name == "title")


def _headcount(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 100_000:
        raise RuleViolation("headcount", N_("the number of people concerned is a whole number from 1"))
    return value


def _read_party(party: object) -> Party:
    if not isinstance(party, dict):
        raise RuleViolation("parties", N_("a party is an object with role, name, phone and contact"))
    _refuse_unknown(party, ("role", "name", "phone", "contact"))
    return Party(
        role=_one_of(party.get("role"), words.PARTY_ROLES, "role"),
        name=_text(party.get("name", ""), "name"),
        phone=_text(party.get("phone", ""), "phone"),
        contact=_one_of(party.get("contact", "any"), words.CONTACTS, "contact"),
    )


def read_event(line: object, tree: Tree, categories: tuple[str, ...] = words.CATEGORIES) -> Event:
    """Read one event. Raises RuleViolation naming the field."""
    if not isinstance(line, dict):
        raise RuleViolation("events", N_("an event is a JSON object"))
    kind = _one_of(line.get("kind"), tuple(EVENT_FIELDS), "kind")
    if "at" not in line:
        raise RuleViolation("at", N_("%(kind)s does not say when it happened"), kind=kind)
    fields = EVENT_FIELDS[kind]
    _refuse_unknown(line, ("kind", "at", "recorded_at", "by", *fields))
    at = parse_instant(line["at"], "at")
    recorded = line.get("recorded_at")
    return Event(
        kind=kind,
        at=at,
        recorded_at=at if recorded is None else parse_instant(recorded, "recorded_at"),
        by=_text(line.get("by") or "", "by") or None,
        data=read_data(kind, line, tree, categories),
    )


def read_data(kind: str, line: Mapping[str, Any], tree: Tree, categories: tuple[str, ...]) -> dict[str, object]:
    """The fields of an event of a kind, each checked; optional ones that are empty are left out."""
    data: dict[str, object] = {}
    for name, spec in EVENT_FIELDS[kind].items():
        value = line.get(name)
        if spec.type == "amended":
            data[name] = _amended_to(str(line.get("field")), value, categories)
        elif value is None or value == "" or value is False:
            _refuse_missing(kind, name, spec)
        else:
            data[name] = _read_field(name, value, spec, tree)
    return data


def _amended_to(name: str, value: object, categories: tuple[str, ...]) -> object:
    read = read_value(name, value, categories)
    if name == "parties":
        return [write_party(party) for party in read]
    return list(read) if name == "about" else read


def _read_field(name: str, value: object, spec: Field, tree: Tree) -> object:
    if spec.type == "choice":
        return _one_of(value, spec.choices, name)
    if spec.type == "day":
        return _day(value, name).isoformat()
    if spec.type == "flag":
        if value is not True:
            raise RuleViolation(name, N_("%(field)s is true or false"), field=name)
        return True
    text = _text(value, name, needed=spec.needed)
    return tree.place(text, name).code if spec.type == "unit" else text


def _day(value: object, name: str) -> date:
    if not isinstance(value, str):
        raise RuleViolation(name, N_("%(text)s is not a date"), text=value)
    return parse_day(value, name)


def _refuse_missing(kind: str, name: str, spec: Field) -> None:
    if spec.needed:
        raise RuleViolation(name, N_("%(kind)s needs %(field)s"), kind=kind, field=name)


def _refuse_unknown(line: Mapping[str, Any], known: Iterable[str]) -> None:
    for name in line:
        if name not in known:
            raise RuleViolation(str(name), N_("there is no field %(field)s here"), field=name)


def _one_of(value: object, choices: tuple[Any, ...], name: str) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int) or value not in choices:
        raise RuleViolation(
            name, N_("%(field)s: %(value)s is none of %(choices)s"),
            field=name, value=value, choices=", ".join(str(choice) for choice in choices),
        )  # fmt: skip
    return value


def _text(value: object, name: str, *, needed: bool = False) -> str:
    if not isinstance(value, str):
        raise RuleViolation(name, N_("%(field)s is a text"), field=name)
    if needed and not value.strip():
        raise RuleViolation(name, N_("%(field)s is missing"), field=name)
    if len(value) > LONGEST.get(name, LONGEST_TEXT) or "\x00" in value or not _is_whole(value):
        raise RuleViolation(name, N_("%(field)s is too long or holds a character nobody can read"), field=name)
    return value


def _is_whole(value: str) -> bool:
    """Whether a text holds whole characters only: half of a pair can stand in JSON and in no file."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _list(value: object, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise RuleViolation(name, N_("%(field)s is a list"), field=name)
    return value


def write_party(party: Party) -> dict[str, str]:
    """A party as JSON; empty fields are left out."""
    full = {"role": party.role, "name": party.name, "phone": party.phone, "contact": party.contact}
    return {key: value for key, value in full.items() if value and not (key == "contact" and value == "any")}


def write_case(head: Head, events: Iterable[Event], *, contacts: bool = False) -> dict[str, object]:
    """A case as JSON, events in the order they were entered. Telephone numbers only with ``contacts``."""
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
        "parties": [_shown(write_party(party), contacts=contacts) for party in head.parties],
        "about": list(head.about),
        "events": [write_event(event, contacts=contacts) for event in events],
    }
    return line


def _shown(party: dict[str, str], *, contacts: bool) -> dict[str, str]:
    return party if contacts else {key: value for key, value in party.items() if key != "phone"}


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
        line["to"] = [_shown(dict(party), contacts=contacts) for party in line["to"]]  # type: ignore[attr-defined]
    return line
