"""When a day on which leaders receive petitioners may be posted (公示). Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta

from caseapp.kernel.errors import N_, RuleViolation

AHEAD = timedelta(days=2)
"""It is posted so many days before, so that people can come (papers.md §3, 领导接访日)."""
FURTHEST = timedelta(days=366)
TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")


def check_day(day: date, today: date) -> None:
    """Raise RuleViolation for a day that is too near, or further off than a year."""
    if day < today + AHEAD:
        raise RuleViolation("day", N_("a day is posted two days before at least, so that people can come"))
    if day > today + FURTHEST:
        raise RuleViolation("day", N_("the day lies more than a year ahead"))


def was_held(day: date, cancelled_on: date | None, today: date) -> bool:
    """Whether somebody may have been received on a day: it has come, and was not called off before."""
    return day <= today and (cancelled_on is None or cancelled_on >= day)


def check_times(begins: str, ends: str) -> None:
    """Raise RuleViolation for hours that are none, or end before they begin."""
    for field, told in (("begins", begins), ("ends", ends)):
        if not TIME.fullmatch(told):
            raise RuleViolation(field, N_("the time of day is written as 09:00"))
    if ends <= begins:
        raise RuleViolation("ends", N_("it ends before it begins"))
