"""Keys of rows as addresses show them: one word for one key, made with a secret of the installation.

Rows of a table are counted one after another. Were their keys in addresses as they are, whoever sees two of them could
count what lies between, and so what is sealed. So it is with the numbers of accusations: who may not read one of them
would see a gap.
"""

from __future__ import annotations

import hmac
from functools import lru_cache

SIGNS = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH, BITS, HALF, ROUNDS = 7, 5, 16, 6
LARGEST = 2**31 - 1


@lru_cache(maxsize=4096)
def veiled(key: int, secret: bytes) -> str:
    """A key as an address shows it. The 32 bits of every key are mixed (a Feistel network), so that no two keys have
    one word, and the words of two keys that follow each other have nothing in common."""
    number = _turned(key, HALF, secret)
    return "".join(SIGNS[number >> BITS * place & 31] for place in reversed(range(LENGTH)))


def unveiled(word: str, secret: bytes) -> int | None:
    """The key that an address shows; None for a word that shows none."""
    if len(word) != LENGTH or not set(word) <= set(SIGNS):
        return None
    number = 0
    for sign in word:
        number = number << BITS | SIGNS.index(sign)
    left, right = number >> HALF, number & (2**HALF - 1)
    for turn in reversed(range(ROUNDS)):
        left, right = right ^ _mixed(left, turn, secret), left
    key = left << HALF | right
    return key if number < 2 ** (2 * HALF) and key <= LARGEST else None


def scattered(position: int, secret: bytes) -> int:
    """The number that the ``position``-th of a series bears, when its numbers are to tell nothing of each other: one to
    one among those of four digits, then among those of five, and so on."""
    low, above = 1, 10**4
    while position >= above:
        low, above = above, 10 * above
    half = ((above - low).bit_length() + 1) // 2
    place = _turned(position - low, half, secret)
    while place >= above - low:  # outside the series: turned on until it is within, which leaves it one to one
        place = _turned(place, half, secret)
    return low + place


def _turned(number: int, half: int, secret: bytes) -> int:
    mask = (1 << half) - 1
    left, right = number >> half, number & mask
    for turn in range(ROUNDS):
        left, right = right, left ^ (_mixed(right, turn, secret) & mask)
    return left << half | right


def _mixed(half: int, turn: int, secret: bytes) -> int:
    digest = hmac.digest(secret, b"row %d %d" % (turn, half), "sha256")
    return int.from_bytes(digest[:2])
