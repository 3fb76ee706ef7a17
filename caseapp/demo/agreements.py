"""What some mediations of the demo came to: the agreement, what one side undertook in it, and that it was performed.

It is told after everything else and by no dice, so that the rest of the township stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from caseapp.demo import phrases
from caseapp.demo.beside import Line, at_of, beside, day_of
from caseapp.demo.histories import Story

EACH = 2
"""Each second matter has its agreement on record; the others are of before the office put them down."""
DAYS = (10, 20, 30)
COURT_EACH = 8
"""Each eighth is taken to the court by both sides."""
MINUTES = 24 * 60


def agreements(story: Story, events: Sequence[Line]) -> Iterator[Line]:
    """The events to add to those of a case."""
    if story.plan.track != "dispute" or story.plan.key % EACH:
        return
    for nth, event in enumerate(events):
        if event["kind"] == "mediated" and event["result"] == "agreed":
            after = _until_it_is_back(events[nth + 1 :])
            yield from _agreed(story, event, after)
            if story.plan.key % COURT_EACH == 0 and story.plan.key % 10 and _lasts(event, events[nth + 1 :]):
                yield from _before_a_court(story.plan.key, event)


def _until_it_is_back(events: Sequence[Line]) -> list[Line]:
    """What follows, as long as the agreement is in force."""
    back = next((nth for nth, event in enumerate(events) if event["kind"] in ("reopened", "voided", "merged")), None)
    return list(events[:back])


def _lasts(session: Line, events: Sequence[Line]) -> bool:
    """Whether for ten days nothing else comes of the agreement, and the matter does not come back at all."""
    soon = at_of(session) + timedelta(days=10)
    done = [one for one in events if one.get("result") == "fulfilled" or one["kind"] == "archived"]
    return len(_until_it_is_back(events)) == len(events) and all(at_of(one) > soon for one in done)


def _agreed(story: Story, session: Line, after: Sequence[Line]) -> Iterator[Line]:
    key, on = story.plan.key, day_of(session)
    form = "oral" if key % 10 == 0 else "written"
    number = {"agreement_no": f"太和人调字〔{on.year}〕{key % 200 + 1}号"} if form == "written" else {}
    what, yuan = phrases.UNDERTAKEN.get(story.plan.category, phrases.UNDERTAKEN["other"])
    said = {"form": form, "effective_on": on.isoformat(), "text": f"双方自愿达成协议：{what}，互不再追究。", **number}
    yield beside(session, 5, "agreed", **said)
    due = (on + timedelta(days=DAYS[key % len(DAYS)])).isoformat()
    amount = {"amount": str(yuan * (key % 7 + 1)), "way": "当面交付"} if yuan else {}
    yield beside(session, 10, "undertaken", nth=1, what=what, due_on=due, **_sides(story), **amount)
    seen = next((one for one in after if one.get("result") == "fulfilled" or one["kind"] == "archived"), None)
    if seen is not None:
        minutes = -1 if seen["kind"] == "archived" else 1
        yield beside(seen, minutes, "performed", nth=1, note="双方确认已经履行。")


def _before_a_court(key: int, session: Line) -> Iterator[Line]:
    asked_on = day_of(session) + timedelta(days=3)
    yield beside(session, 3 * MINUTES, "confirmation_asked", court="平安县人民法院", asked_on=asked_on.isoformat())
    number = f"（{asked_on.year}）平调确{key % 90 + 1}号"
    yield beside(session, 9 * MINUTES, "confirmation_decided", result="confirmed", letter_no=number)


def _sides(story: Story) -> dict[str, str]:
    """Who undertakes it, and to whom; of a case with one party the other is not named."""
    names = [str(one["name"]) for one in story.plan.parties if one.get("name")]
    return {"who": names[-1], "to": names[0]} if len(names) > 1 else {"who": names[0] if names else "对方当事人"}
