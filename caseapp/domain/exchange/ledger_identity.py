"""Identity numbers: the ledger does not keep them, in whatever column or sentence they stand (contract §5)."""

from __future__ import annotations

import re

from caseapp.kernel.identity import LENGTH, check_digit_holds

WIDE = str.maketrans("０１２３４５６７８９－＋\u3000\u2013\u2014\u2011Ｘｘ", "0123456789-+ ---XX")
BARE = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|\d{15})(?![\dXx])")
GAP = "[- ]?"
SPOKEN = re.compile(
    rf"(?<!\d)[1-8]\d{{5}}{GAP}(?:(?:18|19|20)\d\d){GAP}(?:0[1-9]|1[0-2]){GAP}(?:0[1-9]|[12]\d|3[01]){GAP}\d{{3}}{GAP}[\dXx]"
    rf"(?![\dXx])|(?<!\d)[1-8]\d{{5}}{GAP}\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]){GAP}\d{{3}}(?!\d)"
)


def narrow(text: str) -> str:
    """A text with the wide digits, signs and blanks of Chinese keyboards as plain ones."""
    return text.translate(WIDE)


def holds_identity(text: str) -> bool:
    """Whether a sentence holds an identity number: a place, a day of birth, a running number."""
    return bool(SPOKEN.search(narrow(text)))


def holds_long_number(text: str) -> bool:
    """Whether a cell of names holds a number as long as an identity number, whatever it says."""
    return bool(BARE.search(narrow(text))) or holds_identity(text)


def is_identity(number: str) -> bool:
    """Whether a case number is an identity number in truth: its check digit is right and its day of birth lies before
    2000. Numbers of cases are as long, and hold the day the case came in."""
    found = SPOKEN.fullmatch(narrow(number).strip())
    digits = re.sub(r"\D", "", number[:-1]) + number[-1:].upper()
    if not found or len(digits) != LENGTH or digits[6:10] >= "2000":
        return False
    return check_digit_holds(digits)
