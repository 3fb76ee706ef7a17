"""Texts as pairs of neighbouring characters. Chinese writes no spaces between words, so search and the hint of the
quick log find a word by its pairs (bigrams): 排水沟 is 排水 and 水沟."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=32_768)
def _folded(character: str) -> str:
    """One character without width and case: Ａ, A and a are one; punctuation and spaces are nothing."""
    return "".join(one for one in unicodedata.normalize("NFKC", character).casefold() if one.isalnum())


def plain(text: str) -> str:
    """A text without width, case, punctuation and spaces. Character by character, so that a part of a text becomes a
    part of what the text becomes."""
    return "".join(map(_folded, text))


def grams(text: str) -> tuple[str, ...]:
    """The pairs of a text, each once, in their order. Those of any part of a text are among those of the text."""
    chars = plain(text)
    return tuple(dict.fromkeys(chars[place : place + 2] for place in range(len(chars) - 1)))


def grams_of(title: str, description: str) -> frozenset[str]:
    """The pairs a case is found by: those of its title and those of its description, the whole of both."""
    return frozenset((*grams(title), *grams(description)))
