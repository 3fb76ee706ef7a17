"""What some petitioners of the demo ask for, one by one: what stays with an opinion of its own, and what a court is
competent for.

It is told after everything else and by no dice, so that the rest of the township stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from caseapp.demo import phrases
from caseapp.demo.beside import Line, beside
from caseapp.demo.histories import Story

EACH = 3
COURT, LOSSES = "平安县人民法院", "赔偿由此造成的损失"


def requests(story: Story, events: Sequence[Line]) -> Iterator[Line]:
    """The events to add to those of a case: of each third petition that was accepted."""
    accepted = next((one for one in events if one["kind"] == "accepted"), None)
    if accepted is None or story.plan.petition_class != "appeal" or story.plan.key % EACH:
        return
    yield from _asked(story, accepted)
    for reply in (one for one in events if one["kind"] == "replied"):
        yield from _answers(reply)


def _asked(story: Story, accepted: Line) -> Iterator[Line]:
    """What is put down when the petition is accepted; losses are a matter of the court."""
    plan = story.plan
    second = phrases.REQUESTED.get(plan.category, phrases.REQUESTED["other"])
    asked = [f"请求解决{plan.title.removeprefix('反映')}", second, *([LOSSES] if _with_losses(story) else [])]
    for nth, text in enumerate(asked, start=1):
        yield beside(accepted, nth, "requested", nth=nth, text=text)
    if _with_losses(story):
        said = {"how": "redirected", "to": COURT, "reason": "损失赔偿属于诉讼程序处理的事项。"}
        yield beside(accepted, 10, "request_passed", nth=3, **said)


def _with_losses(story: Story) -> bool:
    return story.plan.key % 2 == 0


def _answers(reply: Line) -> Iterator[Line]:
    """The opinions that a reply rests on: on the first request what the reply says, on the second an explanation."""
    second = "not_supported" if reply["outcome"] == "not_supported" else "explained"
    for nth, outcome in ((1, reply["outcome"]), (2, second)):
        said = {"outcome": outcome, "facts": phrases.FOUND[outcome], "ground": reply.get("ground", phrases.GROUNDS[0])}
        yield beside(reply, nth - 3, "request_answered", nth=nth, text=phrases.OPINIONS[outcome], **said)
