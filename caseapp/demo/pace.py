"""How time runs in the demo: seasons, weekdays, office hours, and how long things take.

A written reply to a petition takes as long as real ones do (median 11 days, a quarter above 22, one in twenty above
67). What people settle among themselves, in the group, the village or at the reception desk, goes quicker.
"""

from __future__ import annotations

import math
import random
from datetime import date, datetime, time, timedelta
from statistics import NormalDist

from caseapp.kernel.clock import SHANGHAI

YEARS = 2
MONTH_WEIGHT = {1: 1.25, 2: 0.8, 3: 1.1, 4: 1.15, 5: 1.0, 6: 1.0, 7: 1.15, 8: 1.1, 9: 0.9, 10: 0.85, 11: 0.95, 12: 1.15}
WEEKDAY_WEIGHT = (1.1, 1.0, 1.0, 1.0, 1.0, 0.3, 0.22)
REPLY_DAYS = (12.0, 1.08)
SETTLED_DAYS = (3.0, 0.95)


def instant(day: date, minute: int) -> datetime:
    """A minute of a day, in Asia/Shanghai."""
    return datetime.combine(day, time(), SHANGHAI) + timedelta(minutes=minute)


def limit_of(today: date) -> datetime:
    """The last instant of the demo: the midnight its last day begins with, so that it loads at any hour of that day."""
    return instant(today, 0)


def office_minute(rng: random.Random) -> int:
    """A minute of the working day; now and then an evening, when people are at home."""
    if rng.random() < 0.05:
        return rng.randint(18 * 60, 20 * 60)
    return rng.randint(8 * 60 + 10, 11 * 60 + 50) if rng.random() < 0.55 else rng.randint(14 * 60, 17 * 60 + 20)


def at_work(rng: random.Random, day: date, not_before: date | None = None) -> datetime:
    """An instant of that day; most work of a weekend was done on the Friday before it."""
    earlier = day - timedelta(days=max(0, day.weekday() - 4))
    if earlier != day and rng.random() < 0.8 and (not_before is None or earlier > not_before):
        day = earlier
    return instant(day, office_minute(rng))


def shortly(rng: random.Random, start: datetime, end: datetime) -> datetime:
    """Within two hours of ``start``, and well before ``end``."""
    half = int((end - start).total_seconds() // 120)
    return start + timedelta(minutes=min(half, rng.randint(20, 110)))


GOLDEN = 0.6180339887498949


def days_taken(rng: random.Random, nth: int, *, written: bool) -> float:
    """How many days a matter takes until it is answered in writing, or settled without.

    The nth written answer takes its turn through the whole spread, so that few of them already show its true shape.
    """
    median, sigma = REPLY_DAYS if written else SETTLED_DAYS
    share = nth * GOLDEN % 1 if written else rng.random()
    return min(median * math.exp(sigma * NormalDist().inv_cdf(min(max(share, 0.001), 0.999))), 240.0)


def registration_days(rng: random.Random, today: date, count: int) -> list[date]:
    """The days on which so many cases come in over the demo's years, in order."""
    first = date(today.year - YEARS, today.month, 1)
    days = [first + timedelta(days=nth) for nth in range((today - first).days)]
    weights = [MONTH_WEIGHT[day.month] * WEEKDAY_WEIGHT[day.weekday()] for day in days]
    return sorted(rng.choices(days, weights, k=count))
