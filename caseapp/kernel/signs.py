"""Codes that people read out, copy by hand and type: which signs they are made of, and how a typed one is read."""

from __future__ import annotations

import re
import secrets
from unicodedata import normalize

SIGNS = "34679ACDEFGHJKMNPQRTUVWXY"
"""The signs of a code: none that is taken for another when it is read out, copied by hand, or printed badly. Of 0 O,
1 I L, 2 Z, 5 S and 8 B there is none."""
KEPT_APART = re.compile(r"[\s\-_.·—–]+")


def new_signs(length: int) -> str:
    """A code that nobody can guess."""
    return "".join(secrets.choice(SIGNS) for _ in range(length))


def read_signs(typed: str, length: int) -> str:
    """A code as it was typed: full-width and small letters, blanks and hyphens are forgiven."""
    return KEPT_APART.sub("", normalize("NFKC", typed)).upper()[: 2 * length]


def in_groups(code: str, size: int = 4) -> str:
    """A code as it is printed, in groups: ``7KQM-4XRT``."""
    return "-".join(code[start : start + size] for start in range(0, len(code), size))
