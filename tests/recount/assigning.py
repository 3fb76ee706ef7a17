"""What an invented history says of a matter that was assigned from above."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any


def assignment(dice: random.Random, on: date) -> dict[str, Any]:
    """An assignment that is put down on a day; the sender wants a report, wants none, or does not say."""
    received = on - timedelta(days=dice.choice((0, 0, 1, 3)))
    said: dict[str, Any] = {
        "sender": "县信访局", "letter_no": f"县信交〔{on.year}〕{dice.randint(1, 90)}号", "received_on": received.isoformat(),
        "answer_due": (received + timedelta(days=dice.choice((0, 5, 15, 30, 60)))).isoformat(),
    }  # fmt: skip
    wanted = dice.choice((True, True, False, None))
    return said if wanted is None else said | {"report_wanted": wanted}
