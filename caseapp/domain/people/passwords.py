"""What a password must be (NIST SP 800-63B): long enough, and none that is tried first. Pure.

Any signs, no rule about how they are mixed, no change by the clock. What is refused: what stands among the common ones,
and what is made of words that everybody here knows, in signs or in pinyin: the town's names, one's own name, the name
of this program, years; or of one short word again and again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from unicodedata import normalize

from caseapp.domain.people.common_passwords import common_passwords, is_walk
from caseapp.kernel.errors import N_, RuleViolation

SHORTEST, LONGEST = 10, 200
LEFT_OVER = 4
"""So many signs must be there besides well-known words, figures and punctuation."""
PROGRAM = ("caseapp",)
YEAR = re.compile(r"(?:19|20)\d\d")
BETWEEN = re.compile(r"[\W_]+")
REPEATED = re.compile(r"(.{1,6}?)\1+")
"""One short word again and again (gridgrid2026): figures beside it make it no better."""
BESIDE_WORDS = re.compile(r"[\W\d_年月日省市县区镇乡村组]+")


def plain(password: str) -> str:
    """A password as it is hashed: the same signs, whichever keyboard wrote them (NFKC)."""
    return normalize("NFKC", password)


def check_password(password: str, known: Iterable[str] = (), field: str = "password") -> None:
    """Refuse a password that is too short, too long, or tried first. ``known``: the names that everybody here knows.
    Raises RuleViolation."""
    signs = plain(password)
    if len(signs) < SHORTEST:
        raise RuleViolation(field, N_("a password has %(count)d characters or more"), count=SHORTEST)
    if len(signs) > LONGEST:
        raise RuleViolation(field, N_("a password has %(count)d characters at most"), count=LONGEST)
    small = signs.casefold()
    if is_walk(small) or small in common_passwords(SHORTEST):
        raise RuleViolation(
            field, N_("this password is among those that are tried first; take some words that only you put together")
        )
    if _is_made_of(small, known):
        raise RuleViolation(
            field, N_("this password is made of names and figures that others know; add words of your own")
        )


def _is_made_of(small: str, known: Iterable[str]) -> bool:
    """Whether little is left once the known words and years are taken out of it, the longest first, or only one short
    word again and again. Other figures are no known word; they count as nothing only beside one."""
    words = sorted({plain(word).casefold() for word in (*known, *PROGRAM)} - {""}, key=len, reverse=True)
    if REPEATED.fullmatch(BESIDE_WORDS.sub("", small)):
        return True
    return any(_little_is_left(one, words) for one in (small, BETWEEN.sub("", small)))


def _little_is_left(small: str, words: Iterable[str]) -> bool:
    rest = YEAR.sub(" ", small)
    for word in words:
        if len(word) > 1:
            rest = rest.replace(word, " ")
    return rest != small and len(BESIDE_WORDS.sub("", rest)) < LEFT_OVER
