"""The head of a case, checked in one place: what a case must say of itself, whoever registers it (contract §4).

``actions/opening.py: judged`` passes every head through ``check_head``, so that nobody can forget to.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from caseapp.domain.cases import words
from caseapp.domain.cases.events import Head, names_petitioner
from caseapp.domain.cases.parties import read_party
from caseapp.domain.cases.texts import one_of, read_list, read_text
from caseapp.domain.org.tree import Tree
from caseapp.kernel.errors import N_, RuleViolation

MOST_PEOPLE = 100_000
VALUED = ("category", "headcount", "risk", "parties", "about")


def check_head(head: Head, tree: Tree, categories: tuple[str, ...] = words.CATEGORIES) -> Head:
    """A head, cleaned. Raises RuleViolation naming the field."""
    told = {
        "track": head.track, "petition_class": head.petition_class, "channel": head.channel, "unit": head.unit,
        "category": head.category, "title": head.title, "description": head.description, "headcount": head.headcount,
        "risk": head.risk, "number": head.number, "about": list(head.about),
        "parties": [vars(party) for party in head.parties],
    }  # fmt: skip
    return read_head(told, tree, categories)


def read_head(line: Mapping[str, Any], tree: Tree, categories: tuple[str, ...] = words.CATEGORIES) -> Head:
    """A head as somebody tells it, cleaned and checked. Raises RuleViolation naming the field."""
    track = one_of(line.get("track"), words.TRACKS, "track")
    klass = line.get("petition_class")
    if track == "petition" or klass is not None:
        klass = one_of(klass, words.PETITION_CLASSES, "petition_class")
    if track == "dispute" and klass is not None:
        raise RuleViolation("petition_class", N_("a dispute has no petition class"))
    values = {name: read_value(name, line[name], categories) for name in VALUED if name in line}
    return Head(
        track=track,
        petition_class=klass,
        unit=tree.place(read_text(line.get("unit"), "unit")).code,
        title=read_text(line.get("title"), "title", needed=True),
        channel=one_of(line.get("channel", "other"), words.CHANNELS, "channel"),
        description=read_text(line.get("description", ""), "description"),
        number=_read_number(line.get("number", "")),
        named=names_petitioner(values.get("parties", ())),
        **values,
    )


def _read_number(value: object) -> str:
    """A number that a case brings along, without blanks around it; it stands in addresses, so it holds a letter or a
    figure and nothing that does not show."""
    number = read_text(value, "number").strip()
    if number and not (number.isprintable() and any(sign.isalnum() for sign in number)):
        raise RuleViolation("number", N_("a number of a case holds a letter or a figure, and no line breaks"))
    return number


def read_value(name: str, value: object, categories: tuple[str, ...] = words.CATEGORIES) -> Any:
    """A value of the head that an ``amended`` event may also give, cleaned and checked. Raises RuleViolation."""
    if name == "category":
        return one_of(value, categories, "category")
    if name == "risk":
        return one_of(value, words.RISKS, "risk")
    if name == "headcount":
        return read_headcount(value)
    if name == "parties":
        return tuple(read_party(party) for party in read_list(value, "parties"))
    if name == "about":
        return tuple(read_text(code, "about", needed=True) for code in read_list(value, "about"))
    return read_text(value, name, needed=name == "title")


def read_headcount(value: object) -> int:
    """How many people are concerned. Raises RuleViolation."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_PEOPLE:
        raise RuleViolation(
            "headcount", N_("the number of people concerned is a whole number from 1 to %(most)d"), most=MOST_PEOPLE
        )
    return value
