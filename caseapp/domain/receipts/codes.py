"""How the code on a receipt is written, and how a number and a code are read as people type them. Pure."""

from __future__ import annotations

import re
from unicodedata import normalize

from caseapp.kernel.numbering import case_number

SIGNS = "34679ACDEFGHJKMNPQRTUVWXY"
"""The signs of a code: none that is taken for another when it is read out, copied by hand, or printed badly. Of 0 O,
1 I L, 2 Z, 5 S and 8 B there is none. 25 signs in 8 places are 1.5 · 10¹¹ codes."""
LENGTH = 8
KEPT_APART = re.compile(r"[\s\-_.·—–]+")
TRACK_SIGN = {"信": "petition", "调": "dispute"}
LIKE_OURS = re.compile(r"^太?([信调])\D{0,3}(\d{4})\D{1,3}(\d{1,6})号?$")
LONGEST_NUMBER = 60


def read_code(typed: str) -> str:
    """A code as it was typed: full-width and small letters, blanks and hyphens are forgiven."""
    return KEPT_APART.sub("", normalize("NFKC", typed)).upper()[: 2 * LENGTH]


def show_code(code: str) -> str:
    """A code as it is printed, in two halves: ``7KQM-4XRT``."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def read_number(typed: str) -> str:
    """A case number as it was typed: whatever brackets a telephone has do for 〔〕, leading zeros may be missing."""
    text = "".join(normalize("NFKC", typed).split())
    ours = LIKE_OURS.match(text)
    if ours:
        sign, year, position = ours.groups()
        return case_number(TRACK_SIGN[sign], int(year), int(position))
    return text[:LONGEST_NUMBER]
