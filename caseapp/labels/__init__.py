"""The words of the field for the slugs that are stored. English here, the official terms in the catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextvars import ContextVar
from types import MappingProxyType

from flask_babel import get_locale, gettext

from caseapp.labels.of_cases import CASE_WORDS
from caseapp.labels.of_choices import CHOICES
from caseapp.labels.of_fields import FIELDS, OWN_FIELDS
from caseapp.labels.of_figures import FIGURE_WORDS
from caseapp.labels.of_letters import LETTER_FIELDS, LETTER_WORDS
from caseapp.labels.of_the_log import LOG_WORDS
from caseapp.labels.of_the_office import OFFICE_WORDS

own_words: ContextVar[Mapping[tuple[str, str], str]] = ContextVar("own_words", default=MappingProxyType({}))
"""What the office calls its seats, their duties and its own categories; an edge sets it when it knows the office."""

Kept = dict[tuple[str, str], str]
_words: dict[str, Kept] = {}
"""The word for each slug by language, looked up once a process."""

OF_A_REQUEST = re.compile(r"(facts|basis|opinion|outcome)_(\d+)")
"""A field of a letter that is about one request."""
ANSWERED = {
    "facts": ("request_answered", "facts"),
    "basis": ("request_answered", "ground"),
    "opinion": ("request_answered", "text"),
    "outcome": ("request_answered", "outcome"),
}
"""What its blank is called, as the act that puts the same down."""
LABELS = CASE_WORDS | {"field": FIELDS} | LETTER_WORDS | OFFICE_WORDS | FIGURE_WORDS | LOG_WORDS


def label(kind: str, slug: object, words: Kept | None = None) -> str:
    """The word for a slug: what the office calls it, or else what the field does. ``words``: those of the language in
    force that were looked up already, where somebody has them at hand."""
    key = kind, str(slug)
    if own := own_words.get().get(key):
        return own
    if words is None:
        locale = get_locale()
        words = _words.setdefault(locale.language if locale else "", {})
    if key not in words and key[1] in LABELS[kind]:
        words[key] = str(LABELS[kind][key[1]])
    return words.get(key, key[1])


def field_label(event: str, field: str) -> str:
    """The word for a field of an event, or of a letter; ``facts_2`` is that of the second request."""
    if event == "letter" and (of := OF_A_REQUEST.fullmatch(field)):
        return str(gettext("Request %(nth)s: %(field)s", nth=of[2], field=field_label(*ANSWERED[of[1]])))
    return str(OWN_FIELDS.get((event, field)) or LETTER_FIELDS.get((event, field)) or label("field", field))


def choice_label(event: str, field: str, value: object, words: Kept | None = None) -> str:
    """The word for a value of an event's field; ``words`` as above."""
    if field in ("seat", "by_seat"):
        return label("seat", value, words)
    if event == "amended" and field == "field":
        return label("field", value, words)
    word = CHOICES.get((event, field), {}).get(value)
    if word is None:
        return str(value)
    if words is None:
        return str(word)
    key = f"{event} {field}", str(value)
    if key not in words:
        words[key] = str(word)
    return words[key]
