"""The words of a day, kept with the reports that were frozen then: messages and labels in each language. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from caseapp.domain.audit.chain import canonical
from caseapp.domain.reports.prose import Words

CHINESE = "zh_Hans_CN"
Messages = Mapping[str, Mapping[str, str]]
Labels = Mapping[str, Mapping[str, Mapping[str, str]]]


@dataclass(frozen=True)
class Wordbook:
    """Texts by language and message, words by language, kind and slug: what the program and the office said on a
    day."""

    messages: Messages
    labels: Labels

    @property
    def text(self) -> str:
        """The one way to write it down."""
        return canonical({"messages": self.messages, "labels": self.labels})

    @property
    def digest(self) -> str:
        """What tells two wordbooks apart."""
        return digest_of_text(self.text)

    def words(self, language: str, beyond: Words | None = None) -> Words:
        """How to say things in a language; ``beyond`` says what stands in no wordbook."""
        texts, named = self.messages.get(language, {}), self.labels.get(language, {})

        def say(message: str, **values: object) -> str:
            if message not in texts and beyond is not None:
                return beyond.say(message, **values)
            text = texts.get(message, message)
            return text % values if values else text

        def label(kind: str, slug: object) -> str:
            word = named.get(kind, {}).get(str(slug))
            if word is None:
                return beyond.label(kind, slug) if beyond is not None else str(slug)
            return word

        return Words(say, label)


def digest_of_text(text: str) -> str:
    """The digest of a text that is stored."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def read_wordbook(text: str) -> Wordbook:
    """A wordbook as it was written down."""
    told = json.loads(text)
    return Wordbook(told["messages"], told["labels"])
