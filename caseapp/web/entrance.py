"""What no page has to ask of a request: that its texts can be stored at all, and its numbers can be keys."""

from __future__ import annotations

import secrets

from flask import Flask, current_app, request
from werkzeug.routing import BaseConverter, IntegerConverter, ValidationError

from caseapp.domain.cases.texts import check_readable, is_readable
from caseapp.kernel.errors import N_, OutOfScope
from caseapp.kernel.veil import LENGTH, SIGNS, unveiled, veiled

LARGEST, LONGEST_AGO = 2**31 - 1, 2**53
"""The largest key that both databases hold, and the largest number of milliseconds that a phone tells."""


def new_token() -> str:
    """A word that is made with a form, so that sending it twice puts it down once."""
    return secrets.token_urlsafe(24)


class Number(IntegerConverter):
    """A number in an address; one that no database holds leads nowhere (404)."""

    def to_python(self, value: str) -> int:
        number: int = super().to_python(value)
        if number > LARGEST:
            raise ValidationError
        return number


class Key(BaseConverter):
    """The key of a row in an address, as a word that does not tell how many rows there are (``kernel/veil.py``)."""

    regex = f"[{SIGNS}]{{{LENGTH}}}"

    def to_python(self, value: str) -> int:
        key = key_of(value)
        if key is None:
            raise ValidationError
        return key

    def to_url(self, value: int) -> str:
        return word_of(int(value))


def word_of(key: int) -> str:
    """The key of a row as an address, and whatever else a page shows, tells it."""
    return veiled(key, str(current_app.secret_key).encode())


def key_of(word: str) -> int | None:
    """The key that a word stands for; None when it stands for none."""
    return unveiled(word, str(current_app.secret_key).encode())


def key_in(text: str) -> int:
    """The key of a parameter, for ``request.args.get(…, type=key_in)``. Raises ValueError."""
    key = key_of(text)
    if key is None:
        raise ValueError(text[:20])
    return key


def install(app: Flask) -> None:
    """Bound the numbers in addresses, and look at every request before anything reads it."""
    app.url_map.converters |= {"int": Number, "key": Key}
    app.jinja_env.filters["word_of"] = word_of
    app.before_request(refuse_unreadable)


def refuse_unreadable() -> None:
    """An address that cannot be stored leads nowhere; of a form the field is named. Raises OutOfScope,
    RuleViolation."""
    if not is_readable(request.path):
        raise OutOfScope(N_("there is no such page"))
    for told in (request.args, request.form):
        for name, values in told.lists():
            for value in (name, *values):
                check_readable(value, name.replace("\x00", ""))


def whole(text: str, most: int = LARGEST) -> int:
    """A whole number that a database holds, for ``request.args.get(…, type=whole)``. Raises ValueError."""
    number = int(text)
    if not -most <= number <= most:
        raise ValueError(text[:20])
    return number


def milliseconds(text: str) -> int:
    """An instant of a phone's clock. Raises ValueError."""
    return whole(text, LONGEST_AGO)
