"""What the county assigned (上级交办): the letter that a petition came with, the report on it, and of some its return.

It is told after everything else and by no dice, so that the rest of the township stays as it was.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from caseapp.demo.beside import Line, at_of
from caseapp.demo.cast import TOWN
from caseapp.demo.histories import Story

SETTLED = ("resolved", "replied", "terminated", "withdrawn", "transferred_out", "redirected", "refused")
DAYS = (30, 45, 60)
REQUIRED = "请调查核实、依法处理，于时限前书面报告办理情况。"


def with_its_letter(story: Story) -> list[Line]:
    """The events of a case that came from above and that the town settled, with its letter and the report; of any other
    as they are."""
    plan = story.plan
    events: list[Line] = story.events
    settled = _settled(events)
    from_above = plan.channel == "assigned_down" and plan.petition_class != "accusation" and story.holder == TOWN
    if not from_above or settled is None or story.told("merged") or story.told("voided"):
        return events
    letter = _letter(plan.key, events[0])
    answers = _answers(story, date.fromisoformat(letter["answer_due"]), date.fromisoformat(settled[:10]))
    return sorted([events[0], letter, *events[1:], *(one for one in answers if at_of(one) < story.limit)], key=at_of)


def _settled(events: list[Line]) -> str | None:
    """When a matter was settled the first time."""
    return next((event["at"] for event in events if event["kind"] in SETTLED), None)


def _letter(key: int, first: Line) -> Line:
    received = date.fromisoformat(str(first.get("received_on") or first["at"])[:10])
    entered: Line = {name: first[name] for name in ("at", "recorded_at") if name in first}
    return {
        "kind": "assigned", **entered, "by": "office", "sender": "县信访局", "report_wanted": True,
        "letter_no": f"县信交〔{received.year}〕{key % 180 + 1}号", "received_on": received.isoformat(),
        "answer_due": (received + timedelta(days=DAYS[key % len(DAYS)])).isoformat(), "requirement": REQUIRED,
    }  # fmt: skip


def _answers(story: Story, due: date, settled: date) -> list[Line]:
    """The report, the day after the matter was settled or on the last day; every seventh comes back and is sent
    anew."""
    on = min(due, settled + timedelta(days=1))
    number = f"太信报〔{on.year}〕{story.plan.key % 90 + 1}号"
    told = [_on(on, 10, "reported", report_no=number)]
    if story.plan.key % 7 == 0:
        told += [
            _on(on + timedelta(days=3), 9, "report_returned", reason="未附信访人签收的处理意见书。"),
            _on(on + timedelta(days=4), 16, "reported", report_no=number),
        ]
    return told


def _on(day: date, hour: int, kind: str, **said: str) -> Line:
    at = datetime.combine(day, time(hour, 30))
    return {"kind": kind, "at": f"{at.isoformat()}+08:00", "by": "office", **said}
