"""Chinese names in Latin letters, as people type them into passwords. Pure, but for its table: ``pinyin.txt``, which is
read when a password is set."""

from __future__ import annotations

from functools import cache
from itertools import islice, product
from pathlib import Path

MOST_READINGS = 64


@cache
def _syllables() -> dict[str, list[str]]:
    """The readings of each sign; ü is typed v or u."""
    found: dict[str, list[str]] = {}
    for line in Path(__file__).with_name("pinyin.txt").read_text("utf-8").splitlines():
        syllable, _, signs = line.partition(" ")
        for sign in signs if syllable != "#" else "":
            found.setdefault(sign, []).extend(dict.fromkeys([syllable, syllable.replace("v", "u")]))
    return found


def spelled(name: str) -> set[str]:
    """A name in pinyin without tones, in the readings of its signs (单 is dan and shan); none for a name without
    Chinese signs."""
    heard = [_syllables().get(sign, [sign]) for sign in name]
    if all(one == [sign] for one, sign in zip(heard, name, strict=True)):
        return set()
    return {"".join(signs) for signs in islice(product(*heard), MOST_READINGS)}
