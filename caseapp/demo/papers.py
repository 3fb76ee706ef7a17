"""What the petitioners of the demo are told in writing: notices of what is on record, and written replies."""

from __future__ import annotations

from datetime import datetime, timedelta

from caseapp.demo import phrases
from caseapp.demo.histories import Story

ACT_OF = {
    "accepted": "accepted", "redirected": "redirected", "refused": "refused", "transferred": "transferred_out",
    "replied": "replied", "resolved": "resolved",
}  # fmt: skip
ON_PAPER = ("refused", "replied")
ON_THE_WAY = timedelta(days=14)


def serve(story: Story, at: datetime, notice: str) -> None:
    """Tell the petitioner in writing what became of the petition, once it is on record."""
    if story.told(ACT_OF[notice]):
        way = story.one_of(phrases.PAPER_WAYS if notice in ON_PAPER else phrases.NOTICE_WAYS)
        story.say("notice_served", at, story.office, notice=notice, method=way, received_by=received_by(way))


def received_by(way: str) -> str:
    """Who signed for a paper."""
    return phrases.RECEIVED_BY.get(way, "本人")


def hand_over(story: Story, at: datetime, notice: str) -> None:
    """The same at a visit to the office, by which nothing else is moved."""
    told = {"notice": notice, "method": "in_person", "received_by": received_by("in_person")}
    story.also("notice_served", at, "office", **told)


def reply(story: Story, at: datetime, by: str, outcome: str) -> datetime:
    """The written opinion, and handing it over; of the latest ones some are still on the way."""
    ground = phrases.GROUNDS[story.plan.key % len(phrases.GROUNDS)]
    at = story.say("replied", at, by, outcome=outcome, text=phrases.REPLIES[outcome], ground=ground)
    if at <= story.limit - ON_THE_WAY:
        hand_over(story, at + timedelta(hours=1 + story.plan.key % 4), "replied")
    return story.last


def tell_what_is_left(story: Story) -> None:
    """Before the papers are put away: what the petitioner was not told of yet."""
    if not story.plan.named or story.plan.track != "petition" or story.plan.petition_class == "accusation":
        return
    for notice, act in ACT_OF.items():
        if _is_left(story, notice, act):
            hand_over(story, story.last + timedelta(minutes=30), notice)


def _is_left(story: Story, notice: str, act: str) -> bool:
    """Whether an act is on record whose notice was not served; that it was resolved is told where nothing else was."""
    served = {event["notice"] for event in story.events if event["kind"] == "notice_served"}
    fits = notice != "resolved" or not (story.told("accepted") or served)
    return bool(story.told(act)) and notice not in served and fits
