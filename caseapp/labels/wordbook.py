"""All words of the program at once, in each language: what is kept with a report that is frozen."""

from __future__ import annotations

from collections.abc import Mapping
from gettext import GNUTranslations, translation
from pathlib import Path

from flask_babel import force_locale

from caseapp.labels import LABELS

TRANSLATIONS = Path(__file__).resolve().parents[1] / "translations"
LANGUAGES = ("zh_Hans_CN", "en")


class Catalogue(GNUTranslations):
    """A catalogue that hands out everything it holds."""

    @property
    def messages(self) -> dict[str, str]:
        """The text of each message."""
        held: dict[object, str] = getattr(self, "_catalog", {})
        return {message: text for message, text in held.items() if isinstance(message, str) and message}


def messages_of_today() -> dict[str, dict[str, str]]:
    """Every message by language; English is written in the code."""
    found = {}
    for language in LANGUAGES:
        held = translation("messages", TRANSLATIONS, [language], class_=Catalogue, fallback=True)
        found[language] = held.messages if isinstance(held, Catalogue) else {}
    return {**found, "en": {message: message for message in found["zh_Hans_CN"]}}


def labels_of_today(own: Mapping[tuple[str, str], str]) -> dict[str, dict[str, dict[str, str]]]:
    """Every label by language, kind and slug; what the office calls its ``own`` goes first."""
    found = {}
    for language in LANGUAGES:
        with force_locale(language):
            found[language] = {
                kind: {slug: str(word) for slug, word in words.items()} for kind, words in LABELS.items()
            }
        for (kind, slug), word in own.items():
            found[language].setdefault(kind, {})[slug] = word
    return found
