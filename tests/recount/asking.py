"""What an invented petition asks for, one by one: put down between what else happened, by dice of its own, so that the
other histories of a seed stay as they are."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from caseapp.domain.cases import words

LATER = (timedelta(0), timedelta(0), timedelta(hours=3), timedelta(days=4), timedelta(days=40))


def requests_of(number: str, track: str, times: list[datetime], limit: datetime) -> Iterator[dict[str, Any]]:
    """Events that might be put into a history whose others happened at these ``times``; most petitions part their
    requests, and a party to some disputes does not agree to be mediated with."""
    dice = random.Random(f"requests of {number}")
    if track == "dispute" and dice.random() < 0.3:
        yield _at(dice, dice.choice(times), limit, {"kind": "mediation_refused", "who": "赵丁四"})
    if track != "petition" or dice.random() < 0.25:
        return
    begun = sorted(times)[:3]
    asked = sorted(
        dice.choice(begun) + timedelta(minutes=dice.choice((0, 1, 30))) for _ in range(dice.choice((1, 2, 3)))
    )
    for nth, at in enumerate(asked, start=1):
        yield _at(dice, at, limit, {"kind": "requested", "nth": nth, "text": f"第{nth}项请求"})
    for _ in range(dice.choice((0, 2, 4, 6))):
        at = dice.choice(times) + timedelta(minutes=dice.choice((0, 1, 45)))
        yield _at(dice, at, limit, _said(dice, dice.randint(1, len(asked))))


def _said(dice: random.Random, nth: int) -> dict[str, Any]:
    kind = dice.choice(("request_answered", "request_answered", "request_passed", "request_amended"))
    if kind == "request_answered":
        return {"kind": kind, "nth": nth, "outcome": dice.choice(words.OUTCOMES), "ground": "条例", "text": "意见"}
    if kind == "request_passed":
        return {
            "kind": kind,
            "nth": nth,
            "how": dice.choice(words.PASSED_HOW),
            "to": "县有关部门",
            "reason": "属其职责",
        }
    return {"kind": kind, "nth": nth, "text": "更正后的请求", "reason": "补充说明"}


def _at(dice: random.Random, at: datetime, limit: datetime, event: dict[str, Any]) -> dict[str, Any]:
    at = min(at, limit)
    return event | {"at": at.isoformat(), "recorded_at": min(at + dice.choice(LATER), limit).isoformat()}
