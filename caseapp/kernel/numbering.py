"""Numbers as an office writes them: 信〔2026〕0001号 a petition, 控… an accusation, 调… a dispute, 督… a supervision
sheet. What stands before the bracket is the office's own to set. Each of them is a series of its own without a gap, so
no number of a petition tells that an accusation came in; those of accusations are given in no order that shows."""

from __future__ import annotations

import re
from collections.abc import Mapping

PREFIXES = {"petition": "信", "accusation": "控", "dispute": "调", "sheet": "督"}
SIGNS = {"petition": ("信", "访"), "accusation": ("控",), "dispute": ("调", "解"), "sheet": ("督",)}
"""The last character of a prefix tells what a number is of, so that a ledger can be read without asking."""
HEAD = re.compile(r"[^\d〔［\[(（【]*")
TYPED = re.compile(r"^(\D*?)[〔［\[(（【\-—.·]*(\d{4})\D{1,3}(\d{1,6})号?$")


def written_number(prefix: str, year: int, position: int) -> str:
    """The number of the ``position``-th of a series in a year; four digits, more when a year needs them."""
    return f"{prefix}〔{year}〕{position:04d}号"


def track_of_number(number: str) -> str | None:
    """The track that a number speaks for, by the last character before its year: 太信… and XF… are petitions, so are
    太控… of the accusations, 太调… are disputes, anything else says nothing (contract §5)."""
    text = _before_the_year(number)
    if text.upper().startswith("XF") or text.endswith((*SIGNS["petition"], *SIGNS["accusation"])):
        return "petition"
    return "dispute" if text.endswith(SIGNS["dispute"]) else None


def is_of_accusation(number: str) -> bool:
    """Whether a number speaks for an accusation, by the last character before its year."""
    return _before_the_year(number).endswith(SIGNS["accusation"])


def _before_the_year(number: str) -> str:
    head = HEAD.match(number)
    assert head is not None  # it may be empty
    return head.group().strip()


def read_number(typed: str, prefixes: Mapping[str, str]) -> str:
    """A number as it was typed, without blanks, in the way it is written: any brackets do for 〔〕, leading zeros may
    be missing. ``prefixes`` says what a typed beginning stands for; others stay as they are."""
    found = TYPED.match(typed)
    if found is None or found.group(1) not in prefixes:
        return typed
    return written_number(prefixes[found.group(1)], int(found.group(2)), int(found.group(3)))
