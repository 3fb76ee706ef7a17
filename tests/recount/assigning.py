"""What an invented history says of a matter that was assigned from above."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from caseapp.domain.cases.reviews import next_level
from caseapp.domain.cases.snapshot import Snapshot


def of_above(kind: str, dice: random.Random, on: date, now: Snapshot) -> dict[str, Any]:
    """What is put down of the organs above: an assignment, or that they were asked for a review."""
    if kind == "assigned":
        return assignment(dice, on)
    return {"level": next_level(now.review) or "review", "organ": "县人民政府", "asked_on": on.isoformat()}


def assignment(dice: random.Random, on: date) -> dict[str, Any]:
    """An assignment that is put down on a day; the sender wants a report, wants none, or does not say."""
    received = on - timedelta(days=dice.choice((0, 0, 1, 3)))
    said: dict[str, Any] = {
        "sender": "县信访局", "letter_no": f"县信交〔{on.year}〕{dice.randint(1, 90)}号", "received_on": received.isoformat(),
        "answer_due": (received + timedelta(days=dice.choice((0, 5, 15, 30, 60)))).isoformat(),
    }  # fmt: skip
    wanted = dice.choice((True, True, False, None))
    return said if wanted is None else said | {"report_wanted": wanted}
