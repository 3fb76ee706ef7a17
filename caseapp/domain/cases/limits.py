"""Numbers of calendar days that no office sets: of the law, and of what rates mean (contract §6, rates.md §3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Limits:
    """Fixed numbers of days. What an office may set is ``org/settings.py: DAYS``; its lamps, its lists and what its
    cases may do go by that, rates by these."""

    notice: int = 15
    handle_petition: int = 60
    handle_dispute: int = 30
    extension: int = 30
    return_visits: tuple[int, ...] = (7, 30, 90)
    return_visits_end: int = 180
    backlog: int = 365
    group_over: int = 5
    archive_anyway: int = 180


LIMITS = Limits()
AT_REST = timedelta(days=190)
"""A case that is not open, and on which nothing happened for so long before a window, is in none of its sets: the
longest reach back is 180 days of awaiting confirmation, and 105 of a handling date after registration."""
