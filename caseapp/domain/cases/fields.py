"""The fields of an event, checked in one place: what each kind must say and how it is cleaned (contract §4).

``actions/cases.py`` passes every event through ``check_event`` before it is on record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from caseapp.domain.cases.event_fields import EVENT_FIELDS, Field
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.heads import read_value
from caseapp.domain.cases.parties import write_party
from caseapp.domain.cases.texts import check_says_something, one_of, read_iso_day, read_text
from caseapp.domain.org.tree import Tree
from caseapp.kernel.errors import N_, RuleViolation

FIRST_YEAR, MOST = 1949, 999


def check_event(event: Event, tree: Tree, categories: tuple[str, ...]) -> Event:
    """An event, its fields cleaned. Raises RuleViolation naming the field."""
    by, data = read_text(event.by or "", "by") or None, read_data(event.kind, event.data, tree, categories)
    return event if (by, data) == (event.by, event.data) else replace(event, by=by, data=data)


def read_data(kind: str, line: Mapping[str, Any], tree: Tree, categories: tuple[str, ...]) -> dict[str, object]:
    """The fields of an event of a kind, each cleaned and checked; optional ones that are empty are left out."""
    data: dict[str, object] = {}
    for name, spec in EVENT_FIELDS[kind].items():
        value = line.get(name)
        if spec.type == "amended":
            data[name] = _amended_to(str(line.get("field")), value, categories)
        elif value is None or value is False or (value == "" and spec.type != "text"):
            _refuse_missing(kind, name, spec)
        elif read := _read_field(name, value, spec, tree):
            data[name] = read
    return data


def check_asked(kind: str, data: Mapping[str, object]) -> None:
    """What a page insists on beyond what a history needs. Raises RuleViolation."""
    for name, spec in EVENT_FIELDS[kind].items():
        if spec.asked:
            check_says_something(str(data.get(name) or ""), name)


def _amended_to(name: str, value: object, categories: tuple[str, ...]) -> object:
    read = read_value(name, value, categories)
    if name == "parties":
        return [write_party(party) for party in read]
    return list(read) if name == "about" else read


def _read_field(name: str, value: object, spec: Field, tree: Tree) -> object:
    if spec.type == "choice":
        return one_of(value, spec.choices, name)
    if spec.type == "day":
        return _read_day(value, name)
    if spec.type == "nth":
        return _read_nth(value, name)
    if spec.type == "flag":
        if value is not True:
            raise RuleViolation(name, N_("%(field)s is true or false"), field=name)
        return True
    text = read_text(value, name, needed=spec.needed)
    return tree.place(text, name).code if spec.type == "unit" else text


def _read_nth(value: object, name: str) -> int:
    """Which of several: a number from one on."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST:
        raise RuleViolation(name, N_("%(field)s is a number from 1 on"), field=name)
    return value


def _read_day(value: object, name: str) -> str:
    day = read_iso_day(value, name)
    if name == "received_on" and day.year < FIRST_YEAR:
        raise RuleViolation(name, N_("%(value)s lies too far back to be meant"), value=day)
    return day.isoformat()


def _refuse_missing(kind: str, name: str, spec: Field) -> None:
    if spec.needed:
        raise RuleViolation(name, N_("%(kind)s needs %(field)s"), kind=kind, field=name)
