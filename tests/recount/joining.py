"""Petitions that are handled with another case as one matter of many people, and leave it again: put down between what
else happened, by dice of its own, so that the other histories of a seed stay as they are."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

LATER = (timedelta(0), timedelta(0), timedelta(hours=3), timedelta(days=4), timedelta(days=40))


def joins_of(number: str, times: list[datetime], numbers: Sequence[str], limit: datetime) -> Iterator[dict[str, Any]]:
    """Events that might be put into a history whose others happened at these ``times``: some petitions join a matter, most of them stay in it, some leave it, on
    the same day or later, and a few of those join one again."""
    dice = random.Random(f"matters of {number}")
    if dice.random() < 0.75:
        return
    at = dice.choice(times) + timedelta(minutes=dice.choice((0, 2, 70)))
    for kind in ("joined_matter", "left_matter", "joined_matter")[: dice.choice((1, 1, 2, 2, 3))]:
        said = {"of": dice.choice(numbers)} if kind == "joined_matter" else {"reason": "诉求不同"}
        when = min(at, limit)
        recorded_at = min(when + dice.choice(LATER), limit)
        yield {"kind": kind, **said, "at": when.isoformat(), "recorded_at": recorded_at.isoformat()}
        at += timedelta(days=dice.choice((0, 1, 9, 45, 200)), minutes=5)
