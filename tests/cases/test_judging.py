"""Judged when it happened: a new event and those after it are held against the rules, the settled past is a fact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from caseapp.domain.cases.events import Event, Head
from caseapp.domain.cases.judging import check_history
from caseapp.domain.cases.law import Law
from caseapp.domain.org.tree import Place, Tree
from caseapp.kernel.errors import RuleViolation

START = datetime(2024, 3, 4, 1, 0, tzinfo=UTC)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
HEAD = Head("dispute", "G", "事", number="N")
PLACES = [Place("T", "", "town", "镇", "镇"), *(Place(code, "T", "village", "村", code) for code in "VW")]
BEFORE = Tree([*PLACES, Place("G", "V", "group", "组", "组")])
AFTER = Tree([*PLACES, Place("G", "W", "group", "组", "组")])


@dataclass(frozen=True)
class Moved:
    """The group G moved from V to W on a day."""

    day: date

    def on(self, day: date) -> Tree:
        return AFTER if day >= self.day else BEFORE


def event(kind: str, day: int, late: int = 0, **data: object) -> Event:
    at = START + timedelta(days=day)
    return Event(kind, at, at + timedelta(days=late), None, data)


def sent_up(to: str, day: int, late: int = 0) -> Event:
    return event("escalated", day, late, to=to, reason="难")


REGISTERED = event("registered", 0)
MOVED = Moved(date(2024, 4, 1))  # day 28


def judge(events: list[Event], *settled: Event, law: Law | None = None) -> str:
    return check_history(HEAD, events, law or Law(MOVED), NOW, settled).holder


def test_an_event_is_held_against_the_tree_of_its_own_day():
    assert judge([REGISTERED, sent_up("V", 10)]) == "V"
    assert judge([REGISTERED, sent_up("W", 30)]) == "W"
    for to, day in (("V", 30), ("W", 10)):
        with pytest.raises(RuleViolation, match="right above"):
            judge([REGISTERED, sent_up(to, day)])


def test_what_is_on_record_is_a_fact_whatever_the_rules_say_now():
    wrong = sent_up("W", 10)
    assert judge([event("mediated", 40, result="failed")], REGISTERED, wrong) == "W"
    assert judge([], REGISTERED, wrong) == "W"


def test_what_came_after_a_late_entry_is_held_against_the_rules_again():
    resolved = event("resolved", 10, method="mediation", evidence="协议")
    visited = event("return_visited", 12, result="fulfilled")
    judge([event("reopened", 13, late=7, reason="反弹")], REGISTERED, resolved, visited)
    with pytest.raises(RuleViolation, match="not possible"):
        judge([event("reopened", 11, late=7, reason="反弹")], REGISTERED, resolved, visited)


def test_what_was_legal_as_known_when_it_was_recorded_stays_legal():
    """The move was entered on 1 May and holds from 1 April on: meanwhile the case was sent up to the old village."""
    entered = datetime(2024, 5, 1, tzinfo=UTC)
    law = Law(MOVED, as_known_at=lambda instant: Law(MOVED if instant >= entered else BEFORE))
    assert judge([REGISTERED, sent_up("V", 30)], law=law) == "V"
    with pytest.raises(RuleViolation, match="right above"):
        judge([REGISTERED, sent_up("V", 30, late=60)], law=law)
