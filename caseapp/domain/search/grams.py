"""Texts as pairs of neighbouring characters. Chinese writes no spaces between words, so search and the hint of the
quick log find a word by its pairs (bigrams): 排水沟 is 排水 and 水沟."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from zlib import crc32

DIGITS, BITS = "0123456789abcdefghijklmnopqrstuv", 5
KEYS = 1 << 3 * BITS
"""So many numbers there are for pairs. Some pairs share one: whatever is found by it is held against its text."""


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


@lru_cache(maxsize=32_768)
def key(gram: str) -> int:
    """The number of a pair."""
    return crc32(gram.encode()) % KEYS


def keys(found: Iterable[str]) -> frozenset[int]:
    """The numbers of some pairs."""
    return frozenset(map(key, found))


def village_key(village_id: int) -> int:
    """The number by which the cases of a village are found."""
    return key(f"#{village_id}")


def token(number: int) -> str:
    """A number as a word of three characters, for what finds words only."""
    return DIGITS[number >> 2 * BITS] + DIGITS[number >> BITS & 31] + DIGITS[number & 31]


def from_token(word: str) -> int:
    """The number that such a word stands for."""
    return int(word, 1 << BITS)
