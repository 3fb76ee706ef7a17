"""What a phone may send from its queue, and when what it sends happened.

A phone without a line keeps what was typed and sends it later. It says how long ago that was by its own clock; only the
length of the wait is believed, because the clock itself may be wrong.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from caseapp.kernel.errors import N_, RuleViolation

KINDS = ("log", "follow_up", "return_visit", "photo")
LONGEST_WAIT = timedelta(days=30)
CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")


def check_record(kind: str, client_id: str) -> None:
    """A record is of a kind that is queued, and has an id made on the phone, too long to be guessed. Raises
    RuleViolation."""
    if kind not in KINDS:
        raise RuleViolation("kind", N_("nothing of this kind is sent from a phone"))
    if not CLIENT_ID.fullmatch(client_id):
        raise RuleViolation("client_id", N_("this record has no proper id of its own"))


def happened_at(now: datetime, made: int | None, sent: int | None) -> datetime:
    """When something was typed, worked out backwards from the server's clock: both milliseconds come from the phone's
    clock, so what is wrong with it cancels out. A wait that cannot be (negative, or longer than 30 days: the phone's
    clock was set meanwhile) is not believed, and the record is of now. Never in the future (contract §4)."""
    if made is None or sent is None:
        return now
    try:
        waited = timedelta(milliseconds=sent - made)
    except OverflowError:
        return now
    return now - waited if timedelta(0) <= waited <= LONGEST_WAIT else now
