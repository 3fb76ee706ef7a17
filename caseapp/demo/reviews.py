"""Written replies of the demo that petitioners had reviewed by the county (复查), and what came of it.

It is told after everything else and by no dice, so that the rest of the township stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from caseapp.demo.beside import Line, beside, day_of
from caseapp.demo.histories import Story

EACH = 4
ASKED_AFTER, DECIDED_AFTER = timedelta(days=12), timedelta(days=26)
MINUTES = 24 * 60
ORGAN = "县人民政府"


def reviews(story: Story, events: Sequence[Line]) -> Iterator[Line]:
    """The events to add to those of a case: of each fourth reply that was handed over and left the matter closed, that
    a review was asked for and how it was decided."""
    reply = next((one for one in events if one["kind"] == "replied" and one["outcome"] != "supported"), None)
    served = next((one for one in events if one.get("notice") == "replied"), None)
    if reply is None or served is None or story.plan.key % EACH or story.told("reopened"):
        return
    asked_on = (day_of(served) + ASKED_AFTER).isoformat()
    yield beside(
        served, ASKED_AFTER.days * MINUTES, "review_asked", level="review", organ=ORGAN, asked_on=asked_on,
        request="对处理意见不服，请求重新认定。",
    )  # fmt: skip
    received_on = day_of(served) + DECIDED_AFTER
    number = f"平复查〔{received_on.year}〕{story.plan.key % 60 + 1}号"
    yield beside(
        served, DECIDED_AFTER.days * MINUTES, "reviewed", result="upheld", received_on=received_on.isoformat(),
        letter_no=number, opinion="事实清楚，依据正确，予以维持。",
    )  # fmt: skip
