"""The day counts of the office, in calendar days (contract §6, 信访工作条例 art. 23 and 34)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True)
class Limits:
    """How many days each duty has. The statutory ones (notice 15, petition 60, extension 30) may only be shortened."""

    notice: int = 15
    first_contact: int = 1
    follow_up: Mapping[str, int] = field(default_factory=lambda: {"green": 14, "yellow": 7, "red": 3})
    team: int = 3
    handle_petition: int = 60
    handle_dispute: int = 30
    extension: int = 30
    handle_reopened: int = 30
    perform: int = 30
    return_visits: tuple[int, ...] = (7, 30, 90)
    return_visits_end: int = 180
    backlog: int = 365
    group_over: int = 5
    archive_anyway: int = 180


LIMITS = Limits()
AT_REST = timedelta(days=190)
"""A case that is not open, and on which nothing happened for so long before a window, is in none of its sets: the
longest reach back is 180 days of awaiting confirmation, and 105 of a handling date after registration."""
