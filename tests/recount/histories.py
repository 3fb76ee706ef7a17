"""Invented histories: every kind of event, in every order that the rules allow, from a seed.

Candidate by candidate an event is thought up and kept when the whole history stays legal by the program's own check.
What a report makes of such a history is judged elsewhere.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from caseapp.domain.cases import words
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.judging import check_history
from caseapp.domain.cases.law import Law
from caseapp.domain.cases.snapshot import Snapshot, handle_due
from caseapp.domain.exchange.casefile import read_case
from caseapp.domain.org.tree import Tree, Trees
from caseapp.kernel.clock import SHANGHAI
from caseapp.kernel.errors import RuleViolation
from tests.conftest import NOW
from tests.recount import agreeing
from tests.recount.agreeing import OF_AGREEMENTS, confirmations_of
from tests.recount.asking import requests_of
from tests.recount.assigning import of_above
from tests.recount.chances import (
    ALWAYS,
    DECIDED,
    HOURS,
    LATENESS,
    NAMES,
    OF_ASSIGNMENTS,
    OF_PETITIONS,
    SPANS,
    UNITS,
    USERS,
    WAITS,
    WEIGHTS,
)
from tests.recount.joining import joins_of
from tests.recount.merges import led_to, lives


class Author:
    """Writes histories. ``dice`` decides everything, so that a seed gives the same cases for ever."""

    def __init__(self, dice: random.Random, trees: Trees, numbers: list[str], first_day: date) -> None:
        self.dice, self.trees, self.numbers, self.first_day = dice, trees, numbers, first_day
        self.waits = WAITS["steady"]
        self.read: dict[str, list[Event]] = {}

    def write(self, number: str) -> dict[str, Any]:
        """One case with a legal history, at a pace of its own."""
        self.waits = WAITS[self.dice.choice(("quick", "quick", "steady", "steady", "steady", "slow"))]
        now = None
        while now is None:
            line = self.head(number)
            now = self.add(line, self.registration())
        for _ in range(self.dice.choice((3, 7, 12, 18, 24, 32))):
            for event in self.candidates(line, now):
                now = self.add(line, event) or now
        times = [parsed(event["at"]) for event in line["events"]]
        of_requests = requests_of(number, line["track"], times, NOW)
        for event in (*of_requests, *confirmations_of(line, NOW), *joins_of(number, times, self.numbers, NOW)):
            self.add(line, event)
        return line

    def add(self, line: dict[str, Any], event: dict[str, Any]) -> Snapshot | None:
        """Add an event when the program allows it, and say where the case then stands."""
        known = self.read.get(line["number"], []) if line["events"] else []
        try:
            head, new = read_case({**line, "events": [event]}, self.tree_at(parsed(event["at"])))
            after = check_history(head, known + new, Law(self.trees), NOW)
        except RuleViolation:
            return None
        self.read[line["number"]] = known + new
        line["events"].append(event)
        return after

    def tree_at(self, at: datetime) -> Tree:
        """The units of the day of an instant."""
        return self.trees.on(at.astimezone(SHANGHAI).date())

    # The head

    def head(self, number: str) -> dict[str, Any]:
        """A case without its events; what may be left out is left out at times."""
        dice = self.dice
        line: dict[str, Any] = {"number": number, "unit": dice.choice(UNITS), "title": "诉求", "events": []}
        line["track"] = dice.choice(words.TRACKS)
        if line["track"] == "petition":
            line["petition_class"] = dice.choice(("appeal",) * 4 + ("suggestion",) * 3 + ("accusation",))
        for field in ("risk", "headcount", "category", "channel", "parties"):
            if dice.random() < 0.85:
                line[field] = self.value(field)
        if dice.random() < 0.08:
            line["about"] = self.value("about")
        return line

    def value(self, field: str) -> Any:
        """What a field of the head may hold."""
        dice = self.dice
        if field == "risk":
            return dice.choice(("green", "green", "green", "yellow", "red"))
        if field == "headcount":
            return dice.choice((1, 2, 2, 4, 5, 5, 6, 40))
        if field == "channel":
            return dice.choice(("visit", "visit", "visit", "screening", *words.CHANNELS))
        if field == "category":
            return dice.choice(("land", "labour", "family", "other"))
        if field == "about":
            return dice.choice((["TH-SH"], ["village"], ["TH-DS-01", "查无此人"], []))
        if field == "parties":
            roles = dice.choices(
                ("petitioner", "petitioner", "representative", "party", "respondent"), k=dice.choice((0, 1, 1, 2))
            )
            return [{"role": role, "name": dice.choice(NAMES)} for role in roles]
        return dice.choice(("改一", "改二"))

    # Times

    def written(self, at: datetime) -> str:
        """An instant as a file may hold it: with an offset, in UTC, or without one."""
        return self.dice.choice(
            (at.isoformat(), at.isoformat(), at.astimezone(UTC).isoformat(), at.replace(tzinfo=None).isoformat())
        )

    def entered(self, event: dict[str, Any], at: datetime) -> dict[str, Any]:
        """The event with its two instants."""
        event["at"] = self.written(at)
        recorded_at = min(at + self.dice.choice(LATENESS), NOW)
        if recorded_at != at or self.dice.random() < 0.2:
            event["recorded_at"] = self.written(recorded_at)
        return event

    def some_instant(self, day: date) -> datetime:
        """An hour of a day, or of the last day of its month or year, or of a day from which a span ends with its month."""
        month_end = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        spans = [month_end - timedelta(days=span) for span in (7, 15, 180) if month_end - timedelta(days=span) >= day]
        day = self.dice.choice((*(day,) * 8, month_end, date(day.year, 12, 31), *spans))
        return datetime.combine(day, self.dice.choice(HOURS), SHANGHAI)

    def registration(self) -> dict[str, Any]:
        """A registration in the fourteen months from the first day on."""
        at = self.some_instant(
            self.first_day + timedelta(days=self.dice.choice((40, 150, 250, 420)) * self.dice.random())
        )
        event = self.entered({"kind": "registered"}, at)
        if self.dice.random() < 0.3:
            event["received_on"] = (at.date() - timedelta(days=self.dice.choice((0, 1, 5, 20)))).isoformat()
        return event

    def next_instant(self, line: dict[str, Any]) -> datetime:
        """When the next event happens: after the last one, rarely earlier (a late entry that is put in its place)."""
        times = sorted(parsed(event["at"]) for event in line["events"])
        if self.dice.random() < 0.12:
            return self.dice.choice(times) + timedelta(hours=self.dice.choice((0, 1, 30)))
        if self.dice.random() < 0.12:
            day = self.dice.choice(times).astimezone(SHANGHAI).date()
            return datetime.combine(day + timedelta(days=self.dice.choice(SPANS)), self.dice.choice(HOURS), SHANGHAI)
        wait = self.dice.choice(self.waits)
        if wait == 0:
            return times[-1] + timedelta(minutes=self.dice.choice((0, 5, 90)))
        return self.some_instant((times[-1] + timedelta(days=wait)).date())

    # The events

    def candidates(self, line: dict[str, Any], now: Snapshot) -> list[dict[str, Any]]:
        """One event that might happen next, or the five seats at once."""
        kind = self.kind(line, now)
        at = self.next_instant(line)
        if kind == "team":
            made = [
                {"kind": "seat_filled", "seat": seat, "holder": self.dice.choice(("leader", "station"))}
                for seat in words.SEATS
            ]
            return [self.entered(one, at) for one in made]
        event = {"kind": kind, **self.fields(kind, line, now, at)}
        if kind == "extended":
            at = min(at, datetime.combine(date.fromisoformat(event["told_on"]), time(23, 59), SHANGHAI))
        if kind == "notice_served" and not any(one["kind"] == kind for one in line["events"]):
            start = parsed(line["events"][0]["at"])
            at = start + timedelta(days=self.dice.choice((0, 1, 4, 10, 14, 15, 16, 20)), minutes=5)
        by = self.dice.choice(USERS)
        return [self.entered(event | ({"by": by} if by else {}), at)]

    def kind(self, line: dict[str, Any], now: Snapshot) -> str:
        """What kind of event might come next; at times one of another standing, for it may be put in earlier."""
        weights = WEIGHTS.get(now.standing if self.dice.random() < 0.9 else self.dice.choice(list(WEIGHTS)), ALWAYS)
        if now.review is not None and now.review.waits:
            weights = weights | DECIDED
        if now.assignment is not None:
            weights = weights | OF_ASSIGNMENTS["reported" if now.assignment.reported else now.assignment.objection]
        if now.agreement:
            weights = weights | OF_AGREEMENTS
        petition = line["track"] == "petition"
        barred = {"terminated"} if petition else set(OF_PETITIONS)
        if petition:
            barred.add("accepted" if now.accepted_on else "replied")
        kinds = [kind for kind in weights if kind not in barred]
        return self.dice.choices(kinds, [weights[kind] for kind in kinds])[0]

    def fields(self, kind: str, line: dict[str, Any], now: Snapshot, at: datetime) -> dict[str, Any]:
        """What an event of a kind says."""
        dice, tree = self.dice, self.tree_at(at)
        match kind:
            case "escalated":
                return {
                    "to": tree.place(dice.choice((now.holder, now.counted_with))).parent or "TH",
                    "reason": "超出职权",
                }
            case "sent_down":
                below = [code for code in tree.subtree(now.holder) if code != now.holder]
                return {"to": dice.choice(below or ["TH-SH"]), "requirement": "限期办结"}
            case "extended":
                due = handle_due(read_case(line, tree)[0], now)
                told = due - timedelta(days=dice.choice((0, 0, 1, 4, 20)))
                return {
                    "to": (due + timedelta(days=dice.randint(1, 30))).isoformat(),
                    "reason": "案情复杂",
                    "told_on": told.isoformat(),
                }
            case "amended":
                field = dice.choice(words.AMENDABLE)
                return {"field": field, "to": self.value(field), "reason": "更正"}
            case "repeated":
                return {"of": dice.choice(self.numbers)}
            case "replied":
                return self.reply(at.astimezone(SHANGHAI).date())
            case "agreed" | "undertaken" | "performed" | "breached":
                there = len(now.agreement.undertakings) if now.agreement else 0
                return agreeing.said(kind, dice, at.astimezone(SHANGHAI).date(), there)
            case "followed_up" | "mediated":
                return self.work(kind)
            case "assigned" | "review_asked":
                return of_above(kind, dice, at.astimezone(SHANGHAI).date(), now)
            case _:
                return self.words(kind)

    def work(self, kind: str) -> dict[str, Any]:
        """A contact or a mediation, often of the lead, at times by the deputy."""
        dice = self.dice
        said: dict[str, Any] = (
            {"by_seat": dice.choice(("lead", "lead", "lead", "grid", "dept"))} if dice.random() < 0.8 else {}
        )
        if said and dice.random() < 0.3:
            said["acting"] = dice.choice((True, True, False))
        if kind == "mediated":
            return said | {"result": dice.choice(words.MEDIATION_RESULTS)}
        return said | {"method": dice.choice(words.FOLLOW_UP_METHODS), "note": "了解情况"}

    def reply(self, on: date) -> dict[str, Any]:
        """A written opinion; one that supports the petitioner may say by when the promise is to be kept."""
        outcome = self.dice.choice(("supported", *words.OUTCOMES))
        if outcome != "supported" or self.dice.random() < 0.4:
            return {"outcome": outcome}
        by = on + timedelta(days=self.dice.choice((0, 5, 15, 29, 45, 90)))
        return {"outcome": outcome, "perform_by": by.isoformat()}

    def words(self, kind: str) -> dict[str, Any]:
        """What the other events say, chosen among the words there are."""
        dice = self.dice
        choices: dict[str, dict[str, Any]] = {
            "notice_served": {"notice": words.NOTICES},
            "accepted": {"route": (1, 2, 3, 4, 5, 6, None)},
            "redirected": {"to": ("人民法院",)},
            "refused": {"ground": words.REFUSE_GROUNDS},
            "transferred_out": {"to": ("县有关部门",)},
            "seat_filled": {"seat": words.SEATS, "holder": ("leader", "村干部丙"), "deputy": (None, "village")},
            "seat_cleared": {"seat": words.SEATS},
            "plan_filed": {"text": ("方案",)},
            "resolved": {"method": words.RESOLUTION_METHODS, "evidence": ("签字",)},
            "terminated": {"advice": ("可以起诉",)},
            "withdrawn": {"reason": ("自愿",)},
            "return_visited": {"result": words.VISIT_RESULTS},
            "reopened": {"reason": ("反弹",)},
            "voided": {"reason": ("误录",)},
            "rated": {"score": words.SCORES},
            "objected": {"reason": ("属县有关部门职权",)},
            "objection_answered": {"answer": words.OBJECTION_ANSWERS},
            "reviewed": {"result": words.REVIEW_RESULTS, "opinion": ("维持原处理意见",)},
            "reported": {"report_no": (None, "太信报〔2024〕1号")},
            "report_returned": {"reason": ("未附处理意见书",)},
        }
        return {name: dice.choice(many) for name, many in choices.get(kind, {}).items()}


def parsed(text: str) -> datetime:
    """An instant of a line; without an offset it is Asia/Shanghai."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


def write_cases(seed: int, count: int, trees: Trees) -> list[dict[str, Any]]:
    """So many cases; those of one seed refer to each other."""
    dice = random.Random(seed)
    numbers = [f"H{seed}-{place:03}" for place in range(count)]
    author = Author(dice, trees, numbers, first_day_of(seed))
    return merge_some(author, [author.write(number) for number in numbers])


def first_day_of(seed: int) -> date:
    """The day from which the cases of a seed are registered."""
    return date(2023, 1, 1) + timedelta(days=random.Random(seed).randrange(900))


def merge_some(author: Author, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Some of the cases end in another one, which lives at that time and is no accusation (contract §4)."""
    cases = {line["number"]: line for line in lines}
    for number, line in cases.items():
        if author.dice.random() < 0.2:
            at, into = author.next_instant(line), author.dice.choice(author.numbers)
            event = author.entered({"kind": "merged", "into": into}, at)
            if lives(cases[into], at) and not led_to(number, at, cases):
                author.add(line, event)
    return lines
