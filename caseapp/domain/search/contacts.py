"""The telephone and identity numbers that a case is looked up by: in one spelling, however they were typed. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from caseapp.domain.cases.events import Party

FEWEST = 6
"""Figures of the shortest number that tells one from others."""
BETWEEN = re.compile(r"[^0-9+\-(). ]+")
"""What stands between two telephone numbers in one field, or before an extension."""
DOCUMENT = re.compile(r"[A-Z]{0,3}\d{6,18}[A-Z]?")
"""How numbers of identity cards, passports and permits look."""
FROM_ABROAD = re.compile(r"(?:00)?86(?=1\d{10}$|0\d{9,11}$)")


def numbers_of(parties: Iterable[Party]) -> frozenset[str]:
    """The numbers of the parties of a case."""
    return frozenset(
        number for party in parties for number in (*_telephones(party.phone), *_documents(party.id_number))
    )


def numbers_typed(text: str) -> frozenset[str]:
    """The numbers that somebody typed to look a case up: each telephone number, or that of an identity document."""
    return frozenset((*_telephones(text), *_documents(text)))


def _telephones(text: str) -> Iterator[str]:
    """The telephone numbers of a field, without the code of the country and without extensions."""
    for told in BETWEEN.split(unicodedata.normalize("NFKC", text).replace("\n", "/").replace("\t", " ")):
        parts = [_figures(part) for part in told.split()]
        several = len(parts) > 1 and all(len(part) > FEWEST for part in parts)
        for number in parts if several else ["".join(parts)]:
            whole = FROM_ABROAD.sub("", number)
            if len(whole) >= FEWEST:
                yield whole


def _documents(text: str) -> Iterator[str]:
    """The number of an identity document: its figures and capital letters."""
    told = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text).upper())
    if DOCUMENT.fullmatch(told):
        yield told


def _figures(text: str) -> str:
    return "".join(sign for sign in text if sign in "0123456789")
