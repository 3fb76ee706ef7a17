"""One door for what somebody typed: how a text, a word of a list and a day are cleaned and what of them is refused.

The same limits, sentences and cleaning for a form, a screening round, the phone's queue, a history file and the ledger.
What is lost without loss is taken away (control characters, blanks at the ends); the rest is refused in one sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from caseapp.kernel.clock import parse_day
from caseapp.kernel.errors import N_, RuleViolation

LONGEST = {
    "title": 200, "number": 60, "by": 80, "name": 200, "phone": 60, "about": 80, "holder": 60, "deputy": 60,
    "approved_by": 80, "of": 60, "into": 60, "address": 200, "id_number": 30,
    "sender": 200, "report_no": 100,
}  # fmt: skip
"""As long as the columns of the database."""
LONGEST_TEXT = 20_000
AS_GIVEN = ("number", "of", "into")
"""A number that is given is kept as it is."""
CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
SHOWN = 60


def longest(name: str) -> int:
    """How many characters a field may have."""
    return LONGEST.get(name, LONGEST_TEXT)


def is_readable(value: str) -> bool:
    """Whether a text can be stored at all: no NUL, and no half of a pair, which can stand in JSON and in no file."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in value


def tidy(value: str) -> str:
    """A text without control characters and without blanks at its ends."""
    return CONTROL.sub("", value).strip()


def tidied(value: object) -> object:
    """Every text of a JSON value, cleaned: for comparing."""
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, list):
        return [tidied(one) for one in value]
    return {key: tidied(one) for key, one in value.items()} if isinstance(value, dict) else value


def says_something(value: str) -> bool:
    """Whether there is a letter, a figure or a pictogram in a text; blanks and punctuation say nothing."""
    return any(unicodedata.category(char)[0] in "LN" or unicodedata.category(char) == "So" for char in value)


def check_readable(value: str, name: str) -> None:
    """Raise RuleViolation for a text that cannot be stored."""
    if not is_readable(value):
        raise RuleViolation(name, N_("%(field)s holds characters that cannot be read"), field=name)


def check_says_something(value: str, name: str) -> None:
    """Raise RuleViolation for a text that is needed and says nothing."""
    if not says_something(value):
        raise RuleViolation(name, N_("%(field)s needs a few words: blanks and punctuation say nothing"), field=name)


def read_text(value: object, name: str, *, needed: bool = False, limit: int | None = None) -> str:
    """A text, cleaned. Raises RuleViolation when it is none, is too long, or says nothing where one is needed."""
    if not isinstance(value, str):
        raise RuleViolation(name, N_("%(field)s is a text"), field=name)
    check_readable(value, name)
    text = value if name in AS_GIVEN else tidy(value)
    most = limit or longest(name)
    if len(text) > most:
        raise RuleViolation(name, N_("%(field)s is longer than %(limit)d characters"), field=name, limit=most)
    if needed:
        check_says_something(text, name)
    return text


def one_of(value: object, choices: tuple[Any, ...], name: str) -> Any:
    """One of some words. Raises RuleViolation."""
    if isinstance(value, bool) or not isinstance(value, str | int) or value not in choices:
        raise RuleViolation(
            name, N_("%(field)s: %(value)s is none of %(choices)s"),
            field=name, value=str(value)[:SHOWN], choices=", ".join(str(choice) for choice in choices),
        )  # fmt: skip
    return value


def read_iso_day(value: object, name: str) -> date:
    """An ISO date. Raises RuleViolation."""
    if not isinstance(value, str):
        raise RuleViolation(name, N_("%(text)s is not a date"), text=str(value)[:SHOWN])
    return parse_day(value, name)


def read_list(value: object, name: str) -> list[Any]:
    """A list. Raises RuleViolation."""
    if not isinstance(value, list):
        raise RuleViolation(name, N_("%(field)s is a list"), field=name)
    return value


def refuse_unknown(line: Mapping[str, Any], known: Iterable[str]) -> None:
    """Raise RuleViolation for a field that nobody reads."""
    for name in line:
        if name not in known:
            raise RuleViolation(str(name), N_("there is no field %(field)s here"), field=str(name)[:SHOWN])
