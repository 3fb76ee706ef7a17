"""The telephone and identity numbers that a case is looked up by: in one spelling, however they were typed. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from caseapp.domain.cases.events import Party

BETWEEN = re.compile(r"[/;,、，；转*#]+")
"""What stands between two numbers in one field, or before an extension."""
FEWEST = 6
"""Figures and letters of the shortest number that tells one from others."""
FROM_ABROAD = re.compile(r"(?:00)?86(?=1\d{10}$)")


def spelled(number: str) -> str:
    """A number as it is compared: its figures and capital letters, without the code of the country; "" for what is too
    short to be one."""
    told = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", number).upper())
    told = FROM_ABROAD.sub("", told)
    return told if len(told) >= FEWEST else ""


def numbers_of(parties: Iterable[Party]) -> frozenset[str]:
    """The numbers of the parties of a case."""
    told = [part for party in parties for part in (*BETWEEN.split(party.phone), party.id_number)]
    return frozenset(filter(None, map(spelled, told)))
