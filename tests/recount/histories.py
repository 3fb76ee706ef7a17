"""Invented histories: every kind of event, in every order that the rules allow, from a seed.

Candidate by candidate an event is thought up and kept when the whole history stays legal by the program's own check.
What a report makes of such a history is judged elsewhere.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from caseapp.domain.cases import words
from caseapp.domain.cases.judging import check_history
from caseapp.domain.cases.law import Law
from caseapp.domain.cases.merging import ENDINGS, Other
from caseapp.domain.cases.snapshot import Snapshot, handle_due
from caseapp.domain.exchange.casefile import read_case
from caseapp.domain.org.tree import Tree
from caseapp.kernel.clock import SHANGHAI
from caseapp.kernel.errors import RuleViolation
from tests.conftest import NOW

HOURS = (time(0, 0), time(0, 30), time(7, 59), time(8, 0), time(9, 15), time(15, 40), time(23, 59), time(23, 59, 59))
WAITS = {
    "quick": (0, 0, 0, 1, 1, 2, 3, 4, 5, 7),
    "steady": (0, 0, 1, 2, 3, 6, 7, 8, 14, 15, 16, 30),
    "slow": (0, 1, 7, 15, 16, 30, 31, 45, 60, 61, 90, 91, 180, 181, 365),
}
SPANS = (1, 7, 8, 14, 15, 16, 30, 31, 60, 75, 90, 180)
LATENESS = (
    *(timedelta(0),) * 8, timedelta(hours=3), timedelta(hours=72), timedelta(hours=72, seconds=1), timedelta(days=4),
    timedelta(days=9), timedelta(days=25), timedelta(days=70),
)  # fmt: skip
UNITS = ("TH", "TH-SH", "TH-SH", "TH-SH-01", "TH-SH-01", "TH-SH-02", "TH-DS", "TH-DS-01", "XT-AA")
USERS = (None, "grid", "village", "station", "office", "office2", "不在册的人")
NAMES = ("周甲一", "李乙二", "王丙三", "赵丁四", "钱戊五", "", " ")
WEIGHTS = {
    "followed_up": 8, "mediated": 5, "resolved": 15, "return_visited": 16, "rated": 8, "reopened": 5, "amended": 7,
    "notice_served": 9, "accepted": 9, "extended": 5, "seat_filled": 3, "seat_cleared": 2, "team": 3, "replied": 12,
    "escalated": 4, "sent_down": 4, "plan_filed": 2, "archived": 3, "repeated": 2, "withdrawn": 2, "terminated": 3,
    "transferred_out": 1.7, "redirected": 1.7, "refused": 1.7, "voided": 0.5, "merged": 0.7,
}  # fmt: skip


class Author:
    """Writes histories. ``dice`` decides everything, so that a seed gives the same cases for ever."""

    def __init__(self, dice: random.Random, tree: Tree, numbers: list[str], first_day: date) -> None:
        self.dice, self.tree, self.numbers, self.first_day = dice, tree, numbers, first_day
        self.waits = WAITS["steady"]
        self.others: dict[str, Other] = {}

    def write(self, number: str) -> dict[str, Any]:
        """One case with a legal history, at a pace of its own."""
        self.waits = WAITS[self.dice.choice(("quick", "quick", "steady", "steady", "steady", "slow"))]
        while True:
            line = self.head(number)
            line["events"] = [self.registration()]
            now = self.legal(line)
            if now is not None:
                break
        for _ in range(self.dice.choice((4, 10, 18, 26, 36, 48))):
            for event in self.candidates(line, now):
                grown = {**line, "events": [*line["events"], event]}
                after = self.legal(grown)
                if after is not None:
                    line, now = grown, after
        self.others[number] = self.other(line)
        return line

    def legal(self, line: dict[str, Any]) -> Snapshot | None:
        """Where the case stands after its history, when the program allows it."""
        try:
            head, events = read_case(line, self.tree)
            return check_history(head, events, Law(self.tree), NOW, others=self.others)
        except RuleViolation:
            return None

    def other(self, line: dict[str, Any]) -> Other:
        """What those written after it ask before they are merged into it."""
        head, events = read_case(line, self.tree)
        ends = [event.at for event in events if event.kind in ENDINGS]
        return Other(min(event.at for event in events), head.sealed, ends[0] if ends else None)

    # The head

    def head(self, number: str) -> dict[str, Any]:
        """A case without its events; what may be left out is left out at times."""
        dice = self.dice
        line: dict[str, Any] = {"number": number, "unit": dice.choice(UNITS), "title": "诉求"}
        line["track"] = dice.choice(words.TRACKS)
        if line["track"] == "petition":
            line["petition_class"] = dice.choice(("appeal",) * 3 + ("suggestion",) * 4 + ("accusation",))
        for field in ("risk", "headcount", "category", "parties"):
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
            return dice.choice((1, 2, 2, 3, 5, 6, 40))
        if field == "category":
            return dice.choice(("land", "labour", "family", "other"))
        if field == "about":
            return dice.choice((["TH-SH"], ["village"], ["TH-DS-01", "查无此人"], []))
        if field == "parties":
            roles = dice.choices(
                ("petitioner", "petitioner", "representative", "party", "respondent"), k=dice.randint(0, 2)
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
        kind = self.dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        at = self.next_instant(line)
        if kind == "team":
            made = [
                {"kind": "seat_filled", "seat": seat, "holder": self.dice.choice(("leader", "station"))}
                for seat in words.SEATS
            ]
            return [self.entered(one, at) for one in made]
        event = {"kind": kind, **self.fields(kind, line, now)}
        if kind == "extended":
            at = min(at, datetime.combine(date.fromisoformat(event["told_on"]), time(23, 59), SHANGHAI))
        if kind == "notice_served" and not any(one["kind"] == kind for one in line["events"]):
            start = parsed(line["events"][0]["at"])
            at = start + timedelta(days=self.dice.choice((0, 1, 4, 10, 14, 15, 16, 20)), minutes=5)
        by = self.dice.choice(USERS)
        return [self.entered(event | ({"by": by} if by else {}), at)]

    def fields(self, kind: str, line: dict[str, Any], now: Snapshot) -> dict[str, Any]:
        """What an event of a kind says."""
        dice = self.dice
        match kind:
            case "escalated":
                return {"to": self.tree.place(now.holder).parent or "TH", "reason": "超出职权"}
            case "sent_down":
                below = [code for code in self.tree.subtree(now.holder) if code != now.holder]
                return {"to": dice.choice(below or ["TH-SH"]), "requirement": "限期办结"}
            case "extended":
                head, _ = read_case(line, self.tree)
                due = handle_due(head, now)
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
            case "merged":
                return {"into": dice.choice(list(self.others) or self.numbers)}
            case "followed_up" | "mediated":
                return self.work(kind)
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
            "replied": {"outcome": words.OUTCOMES},
            "terminated": {"advice": ("可以起诉",)},
            "withdrawn": {"reason": ("自愿",)},
            "return_visited": {"result": words.VISIT_RESULTS},
            "reopened": {"reason": ("反弹",)},
            "voided": {"reason": ("误录",)},
            "rated": {"score": words.SCORES},
        }
        return {name: dice.choice(many) for name, many in choices.get(kind, {}).items()}


def parsed(text: str) -> datetime:
    """An instant of a line; without an offset it is Asia/Shanghai."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


def write_cases(seed: int, count: int, tree: Tree) -> list[dict[str, Any]]:
    """So many cases; those of one seed refer to each other."""
    dice = random.Random(seed)
    numbers = [f"H{seed}-{place:03}" for place in range(count)]
    first_day = date(2023, 1, 1) + timedelta(days=dice.randrange(900))
    author = Author(dice, tree, numbers, first_day)
    return [author.write(number) for number in numbers]
