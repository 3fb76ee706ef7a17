"""How the code on a receipt is written, and how a number and a code are read as people type them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from unicodedata import normalize

from caseapp.kernel import numbering
from caseapp.kernel.signs import SIGNS, in_groups, read_signs

__all__ = ["LENGTH", "SIGNS", "digest_of_token", "read_code", "read_number", "show_code"]
LENGTH = 8  # of 25 signs: 1.5 · 10¹¹ codes
LONGEST_NUMBER = 60


def read_code(typed: str) -> str:
    """A code as it was typed: full-width and small letters, blanks and hyphens are forgiven."""
    return read_signs(typed, LENGTH)


def show_code(code: str) -> str:
    """A code as it is printed, in two halves: ``7KQM-4XRT``."""
    return in_groups(code, LENGTH // 2)


def read_number(typed: str, prefixes: Mapping[str, str]) -> str:
    """A case number as it was typed; ``prefixes`` are the office's, by what is typed for them."""
    return numbering.read_number("".join(normalize("NFKC", typed).split()), prefixes)[:LONGEST_NUMBER]


def digest_of_token(token: str) -> str:
    """What a token is looked up by: whoever reads it knows no token."""
    return sha256(f"receipt:{token}".encode()).hexdigest()
