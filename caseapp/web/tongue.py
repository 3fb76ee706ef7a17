"""The words of a language at hand: looked up once a process, not walked to for every string of a page."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cache
from typing import Any

from babel import Locale
from babel.support import NullTranslations, Translations
from flask import current_app, g, request
from flask_babel import get_locale, get_translations
from markupsafe import Markup
from wtforms.i18n import messages_path

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

    def say(self, message: str, **values: Any) -> Markup:
        """A text for templates: values are escaped, the text is not."""
        if not values:
            return self.text(message)
        return Markup(self.looked_up(message)) % values  # noqa: S704 - the texts of the program, no words of anybody

    def label(self, kind: str, slug: object) -> str:
        """The word for a slug."""
        return labels.label(kind, slug, self.words)

    def draw(self, template: str, macro: str, *values: Hashable) -> Markup:
        """What a macro of ``templates/macros`` draws of some values, kept: for small pictures of few kinds that a list
        has hundreds of. They say nothing in words that an office chooses."""
        key = template, macro, *values
        found = self.drawn.get(key)
        if found is None:
            found = getattr(macros(template), macro)(*values)
            if len(self.drawn) < MANY:
                self.drawn[key] = found
        return found


def macros(template: str) -> Any:
    """The macros of a file of ``templates/macros``."""
    return current_app.jinja_env.get_template(f"macros/{template}.html").module


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


def keep_words_of_forms(language: str) -> None:
    """What the library of forms says itself is read once a process, and not again for each form."""
    request.wtforms_translations = _words_of_forms(language)  # type: ignore[attr-defined]


@cache
def _words_of_forms(language: str) -> NullTranslations:
    return Translations.load(messages_path(), [language], domain="wtforms")


def label(kind: str, slug: object) -> str:
    """The word for a slug in the language in force, which a page asks for hundreds of times."""
    return tongue().label(kind, slug)


def choice_label(event: str, field: str, value: object) -> str:
    """The word for a value of an event's field, the same way."""
    return labels.choice_label(event, field, value, tongue().words)


def text(message: str, **values: Any) -> Markup:
    """A text of the program in the language in force, for templates: values are escaped, the text is not."""
    return tongue().say(message, **values)
