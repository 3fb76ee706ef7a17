"""What stands on a receipt (回执). Pure. No name and no matter: who finds one learns a number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from caseapp.domain.receipts.progress import Contact, StillToCome


@dataclass(frozen=True)
class Slip:
    """A receipt: the number, the day it came in, the office, what happens next by when, and the code."""

    number: str
    sealed: bool
    received_on: date
    contact: Contact
    due: tuple[StillToCome, ...]
    code: str
