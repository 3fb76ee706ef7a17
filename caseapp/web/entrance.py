"""What no page has to ask of a request: that its texts can be stored at all, and its numbers can be keys."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.routing import IntegerConverter, ValidationError

from caseapp.domain.cases.texts import check_readable, is_readable
from caseapp.kernel.errors import N_, OutOfScope

LARGEST, LONGEST_AGO = 2**31 - 1, 2**53
"""The largest key that both databases hold, and the largest number of milliseconds that a phone tells."""


class Key(IntegerConverter):
    """A number in an address; one that can be no key leads nowhere (404)."""

    def to_python(self, value: str) -> int:
        number: int = super().to_python(value)
        if number > LARGEST:
            raise ValidationError
        return number


def install(app: Flask) -> None:
    """Bound the numbers in addresses, and look at every request before anything reads it."""
    app.url_map.converters["int"] = Key
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
