"""Addresses put together quickly: a report has hundreds of them, and Flask goes through its rules for each.

How an address is put together from the names of its values is asked of Flask once; then the values are put in their
places.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus

import flask
from flask import current_app, has_request_context, request
from markupsafe import Markup

from caseapp.web.transfer import FILES, add_version

PLACE = re.compile(r"place0x(\d+)x")
CONVERTED = re.compile(r"<(?!path:)[^>]*:")
SIMPLE = {str, int, date, Markup}
SPECIAL = {"_anchor", "_method", "_scheme", "_external"}
Piece = tuple[str, str, Callable[[str], str]]


@lru_cache(maxsize=8192)
def in_path(text: str) -> str:
    """A value as it stands in a path (``werkzeug.routing.BaseConverter.to_url``)."""
    return quote(text, safe="!$&'()*+,/:;=@")


@lru_cache(maxsize=8192)
def in_query(text: str) -> str:
    """A value as it stands behind the question mark (``werkzeug.urls._urlencode``)."""
    return quote_plus(text, safe="!$'()*,/:;?@")


class Pattern:
    """How an address is put together: what it begins with, then values in their order, each with what follows it."""

    def __init__(self, names: tuple[str, ...], pattern: str) -> None:
        self.begins, *rest = PLACE.split(pattern)
        in_the_path = len(PLACE.findall(pattern.partition("?")[0]))
        self.pieces: list[Piece] = [
            (names[int(place)], follows, in_path if nth < in_the_path else in_query)
            for nth, (place, follows) in enumerate(zip(rest[::2], rest[1::2], strict=True))
        ]

    def fill(self, values: dict[str, Any]) -> str:
        """The address with some values."""
        return self.begins + "".join(quoted(str(values[name])) + follows for name, follows, quoted in self.pieces)


_patterns: dict[tuple[str, ...], Pattern | None] = {}


def url_for(endpoint: str, **values: Any) -> str:
    """The same as Flask's."""
    told = {name: value for name, value in values.items() if value is not None}
    if endpoint in FILES:
        add_version(endpoint, told)
    found = _pattern(endpoint, *told) if SIMPLE.issuperset(map(type, told.values())) else None
    return flask.url_for(endpoint, **values) if found is None else found.fill(told)


def addresses(endpoint: str, name: str) -> Callable[[str], str]:
    """The same for a list of addresses that differ in one text."""
    found = _pattern(endpoint, name)
    if found is None:
        return lambda value: flask.url_for(endpoint, **{name: value})  # type: ignore[arg-type]
    return lambda value: found.fill({name: value})


def _pattern(endpoint: str, *names: str) -> Pattern | None:
    if not has_request_context():
        return None
    key = request.script_root, endpoint, *names
    if key not in _patterns:
        _patterns[key] = _pattern_of(endpoint, names)
    return _patterns[key]


def _pattern_of(endpoint: str, names: tuple[str, ...]) -> Pattern | None:
    """None where an address hangs on more than its values: of a file without a version, of a rule with a default
    or with a converter that writes a value in a way of its own, of one that is found from where one is."""
    if endpoint in FILES and "v" not in names:
        return None
    if endpoint.startswith(".") or SPECIAL & {*names}:
        return None
    places: dict[str, Any] = {name: f"place0x{nth}x" for nth, name in enumerate(names)}
    try:
        pattern = flask.url_for(endpoint, **places)
    except ValueError:  # a converter takes no such word
        return None
    if any(rule.defaults or CONVERTED.search(rule.rule) for rule in current_app.url_map.iter_rules(endpoint)):
        return None
    return Pattern(names, pattern)
