"""The words of a language at hand: looked up once a process, not walked to for every string of a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from babel import Locale
from flask import g
from flask_babel import get_locale, get_translations
from markupsafe import Markup

from caseapp import labels

MANY = 10_000
"""So many texts of a language are kept. There are some two thousand; what a page makes up itself must not pile up."""


class Tongue:
    """One language: its texts, the words for slugs, and what was drawn with them already."""

    def __init__(self, looked_up: Callable[[str], str], *, english: bool = False) -> None:
        self.looked_up, self.english = looked_up, english
        self.marked: dict[str, Markup] = {}
        self.words: dict[tuple[str, str], str] = {}
        self.drawn: dict[tuple[object, ...], Markup] = {}

    def text(self, message: str) -> Markup:
        """A text without values, as it stands in a page."""
        found = self.marked.get(message)
        if found is None:
            found = Markup(self.looked_up(message)) % {}  # noqa: S704 - the texts of the program, no words of anybody
            if len(self.marked) < MANY:
                self.marked[message] = found
        return found


NOT_YET: tuple[Locale | None, Tongue | None] = None, None


def tongue() -> Tongue:
    """The language in force: of the request, or forced (``force_locale``)."""
    try:
        here = g.get("_flask_babel")  # where flask-babel keeps the language in force
    except RuntimeError:  # outside of any application
        return Tongue(get_translations().ugettext)
    if here is not None:
        locale, kept = getattr(here, "tongue", NOT_YET)
        if kept is not None and locale is getattr(here, "babel_locale", None):
            return kept
    translations, locale = get_translations(), get_locale()
    found = getattr(translations, "tongue", None) or Tongue(translations.ugettext, english=str(locale) == "en")
    translations.tongue = found
    g.get("_flask_babel").tongue = locale, found
    return found


def label(kind: str, slug: object) -> str:
    """The word for a slug in the language in force, which a page asks for hundreds of times."""
    return labels.label(kind, slug, tongue().words)


def choice_label(event: str, field: str, value: object) -> str:
    """The word for a value of an event's field, the same way."""
    return labels.choice_label(event, field, value, tongue().words)


def text(message: str, **values: Any) -> Markup:
    """A text of the program in the language in force, for templates: values are escaped, the text is not."""
    found = tongue()
    if not values:
        return found.text(message)
    return Markup(found.looked_up(message)) % values  # noqa: S704 - the texts of the program, no words of anybody
