"""Review (复查) and re-review (复核) of a written reply by the organs above (信访工作条例 art. 35, 36). Pure.

A reply may be reviewed, and the review re-reviewed; after that the matter is concluded. Another reply begins anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from caseapp.domain.cases.events import Event

if TYPE_CHECKING:
    from caseapp.kernel.workdays import WorkCalendar

REVIEW, REREVIEW = "review", "rereview"
REDO = "redo"
DAYS = 30
"""From the day the reply, or the review, was received (art. 35, 36)."""


@dataclass(frozen=True)
class Review:
    """A review that was asked for, of which organ, and what came of it: ``result`` is "" while that is not known.
    ``received_on``: when the petitioner received it, as far as it is on record."""

    level: str
    organ: str
    asked_on: date
    result: str = ""
    received_on: date | None = None

    @property
    def waits(self) -> bool:
        """The organ above has not decided."""
        return not self.result

    @property
    def concluded(self) -> bool:
        """Nothing more can be asked for: a re-review stands (三级终结)."""
        return self.level == REREVIEW and self.result not in ("", REDO)


def asked(event: Event) -> Review:
    """After a review was asked for."""
    asked_on = event.day("asked_on")
    assert asked_on is not None
    return Review(event.text("level"), event.text("organ"), asked_on)


def decided(now: Review | None, event: Event) -> Review | None:
    """After it was decided."""
    return now and replace(now, result=event.text("result"), received_on=event.day("received_on"))


def next_level(now: Review | None) -> str | None:
    """What may be asked for next of a reply; None while one waits, or when the matter is concluded."""
    if now is None:
        return REVIEW
    if now.waits or now.concluded:
        return None
    return REVIEW if now.result == REDO else REREVIEW


def last_day(calendar: WorkCalendar, start: date, days: int = DAYS) -> date:
    """The last day of a petitioner's right: a day on which nobody works is not the last one."""
    day = start + timedelta(days=days)
    while not calendar.is_working(day):
        day += timedelta(days=1)
    return day
