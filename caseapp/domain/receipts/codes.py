"""How the code on a receipt is written, and how a number and a code are read as people type them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from unicodedata import normalize

from caseapp.kernel import numbering

SIGNS = "34679ACDEFGHJKMNPQRTUVWXY"
"""The signs of a code: none that is taken for another when it is read out, copied by hand, or printed badly. Of 0 O,
1 I L, 2 Z, 5 S and 8 B there is none. 25 signs in 8 places are 1.5 · 10¹¹ codes."""
LENGTH = 8
KEPT_APART = re.compile(r"[\s\-_.·—–]+")
LONGEST_NUMBER = 60


def read_code(typed: str) -> str:
    """A code as it was typed: full-width and small letters, blanks and hyphens are forgiven."""
    return KEPT_APART.sub("", normalize("NFKC", typed)).upper()[: 2 * LENGTH]


def show_code(code: str) -> str:
    """A code as it is printed, in two halves: ``7KQM-4XRT``."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def read_number(typed: str, prefixes: Mapping[str, str]) -> str:
    """A case number as it was typed; ``prefixes`` are the office's, by what is typed for them."""
    return numbering.read_number("".join(normalize("NFKC", typed).split()), prefixes)[:LONGEST_NUMBER]
