"""A case being told: one event at a time, who does it, in what words. When things happen is ``spells.py``.

What is planned for after the demo's last instant is simply not told: a legal history cut short is legal.
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

from caseapp.demo import phrases
from caseapp.demo.cast import LEADERS, SEATS, TOWN, VILLAGES, Cast, Seats, cadre, grid, neighbour, village_of
from caseapp.demo.pace import limit_of
from caseapp.demo.plans import Plan


class Story:
    """One case being told. ``holder``, ``seats`` and ``risk`` are where it stands after the last event told."""

    def __init__(self, rng: random.Random, plan: Plan, cast: Cast, today: date, other: str | None = None) -> None:
        self.rng = rng
        self.plan = plan
        self.cast = cast
        self.today = today
        self.limit = limit_of(today)
        self.calm = today - timedelta(days=30)
        self.events: list[dict[str, object]] = []
        self.last = plan.registered
        self.holder = TOWN if plan.about else plan.unit
        self.risk = plan.risk
        self.seats: Seats = {}
        self.lead_seen: date | None = None
        self.other = other
        self.received_on = plan.registered.date()

    # -- saying one thing

    def say(self, kind: str, at: datetime, by: str | None = None, **fields: object) -> datetime:
        """Add an event, after those already told; nothing once the demo's last instant is past."""
        together = kind == "seat_filled" and at == self.last
        self.last = at if together else max(at, self.last + timedelta(minutes=self.rng.randint(4, 25)))
        if self.last > self.limit:
            return self.last
        event: dict[str, object] = {"kind": kind, "at": self.last.isoformat()}
        entered = self.last + timedelta(hours=self.rng.randint(75, 190))
        if kind in ("followed_up", "return_visited") and self.rng.random() < 0.03 and entered < self.limit:
            event["recorded_at"] = entered.isoformat()
        if by:
            event["by"] = by
        self.events.append({**event, **{name: value for name, value in fields.items() if value is not None}})
        return self.last

    def also(self, kind: str, at: datetime, by: str, **fields: object) -> None:
        """Add an event that belongs to the one before it, and leave nothing of it to chance."""
        self.last = max(at, self.last + timedelta(minutes=5))
        if self.last <= self.limit:
            self.events.append({"kind": kind, "at": self.last.isoformat(), "by": by, **fields})

    def told(self, kind: str) -> bool:
        """Whether something happened already."""
        return any(event["kind"] == kind for event in self.events)

    def one_of(self, texts: tuple[str, ...]) -> str:
        """One of the phrases."""
        return self.rng.choice(texts).replace("{n}", str(self.rng.randint(2, 6)))

    @property
    def office(self) -> str:
        """Who of the petition office writes it down."""
        return "office" if self.rng.random() < 0.7 else "office-2"

    @property
    def chief(self) -> str:
        """The town leader who approves: the case's own, or one of the others."""
        return self.seats["lead"][0] if "lead" in self.seats else self.rng.choice(LEADERS)

    def second(self, by: str) -> str:
        """Who approves what somebody asked for: the town leader, or another one."""
        chief = self.chief
        return next(name for name in (chief, *LEADERS) if name != by)

    # -- who

    def local(self) -> str:
        """The grid official of the place; where the village is complained of, somebody else's."""
        if self.plan.about:
            return self.team()["grid"][0]
        if self.plan.unit[-2:].isdigit():
            return grid(self.plan.unit)
        return grid(f"{village_of(self.plan.unit)}-01")

    def team(self) -> Seats:
        """The five who take the case: the standing team; the neighbours where the village is complained of."""
        home = village_of(self.plan.unit)
        seats = dict(self.cast.teams[home].seats)
        if self.plan.about:
            beside = self.cast.teams[neighbour(home)].seats
            others = {seat: beside[seat] for seat in ("village", "grid")}
            return {**seats, **others, "liaison": (beside["liaison"][0], None)}
        own, first = self.local_grid(), seats["grid"][0]
        if own not in seats["grid"] and self.plan.key % 2:
            seats["grid"] = (own, first)
        return seats

    def local_grid(self) -> str:
        """The grid official of the group the case arose in."""
        unit = self.plan.unit
        return grid(unit) if unit[-2:].isdigit() else self.cast.teams[village_of(unit)].seats["grid"][0]

    def resolver(self) -> str:
        """Who settles it: the tier that holds it."""
        if self.holder[-2:].isdigit():
            return self.local()
        if self.holder != TOWN:
            away = self.holder != village_of(self.plan.unit)
            return cadre(self.holder) if away or "village" not in self.seats else self.seats["village"][0]
        seated = [self.seats[seat][0] for seat in ("dept", "liaison", "lead") if seat in self.seats]
        return self.rng.choice(seated) if seated else self.office

    def visitor(self, resolver: str) -> str:
        """Who visits afterwards: the grid official, or another who did not settle it (交叉回访)."""
        seated = [self.seats[seat][0] for seat in ("grid", "liaison", "village") if seat in self.seats]
        others = [name for name in (self.local(), *seated, "office", "office-2") if name != resolver]
        return others[1] if self.rng.random() < 0.15 else others[0]

    def acting(self, seat: str) -> dict[str, Any]:
        """Who works for a seat: its holder, now and then the deputy, the local grid official while it is empty."""
        if seat not in self.seats:
            return {"by": self.local()}
        holder, deputy = self.seats[seat]
        if deputy and self.rng.random() < 0.05:
            return {"by": deputy, "by_seat": seat, "acting": True}
        return {"by": holder, "by_seat": seat}

    # -- from registration to the first end

    def begin(self) -> None:
        """Register the case; a paper may have come in some days before."""
        plan = self.plan
        received = self.came_in()
        by = self.registrar()
        self.last = plan.registered - timedelta(hours=1)
        self.say("registered", plan.registered, by, received_on=received)
        if self.other and plan.ending != "merged":
            self.say("repeated", plan.registered + timedelta(minutes=12), self.office, of=self.other)

    def came_in(self) -> str | None:
        """The day a paper came in, when it was some days before it was registered."""
        plan = self.plan
        if plan.channel not in ("letter", "online", "assigned_down") or self.rng.random() >= 0.35 or plan.lapse:
            return None
        self.received_on = plan.registered.date() - timedelta(days=self.rng.randint(1, 4))
        return self.received_on.isoformat()

    def registrar(self) -> str:
        """Who registers the case: the petition office or the village; of a dispute in a group, its own official."""
        plan = self.plan
        if plan.track == "petition" and (plan.unit == TOWN or plan.about or self.rng.random() < 0.7):
            return self.office
        return self.local() if plan.track == "dispute" and plan.unit[-2:].isdigit() else cadre(village_of(plan.unit))

    def accept(self, at: datetime) -> None:
        """Accept a petition; nearly all appeals are the town's own to decide (信访工作条例 art. 31, route 6)."""
        route = None if self.plan.petition_class != "appeal" else self.rng.choices((6, 5, 4, 1), (91, 4, 3, 2))[0]
        by = cadre(self.holder) if self.holder in VILLAGES and self.rng.random() < 0.3 else self.office
        self.say("accepted", at, by, route=route)

    @property
    def noticed(self) -> bool:
        """Whether the petitioner has had a notice."""
        return any(event["kind"] == "notice_served" for event in self.events)

    @property
    def no_contact(self) -> bool:
        """Whether the first party asked not to be contacted."""
        return bool(self.plan.parties) and self.plan.parties[0].get("contact") == "none"

    # -- work and tiers

    def work(self, at: datetime) -> None:
        """A follow-up, or in a dispute an attempt at mediation."""
        first = not any(event["kind"] in ("followed_up", "mediated") for event in self.events)
        if not first and self.plan.track == "dispute" and self.rng.random() < 0.22:
            self.mediate(at, self.rng.choice(["failed", "adjourned", "partial", "adjourned"]))
            return
        seat = "grid" if first else self.whose_turn(at.date())
        method = self.method(first=first)
        note = phrases.NOTES[self.kind_of_note(method, seat, first=first)]
        if seat == "lead":
            self.lead_seen, method = at.date(), "meeting" if method != "desk" else "desk"
        at = self.say("followed_up", at, method=method, note=self.one_of(note), **self.acting(seat))
        if self.rng.random() < 0.02:
            self.amend(at + timedelta(minutes=30))

    @staticmethod
    def kind_of_note(method: str, seat: str, *, first: bool) -> str:
        """What is written about a follow-up: the first one, one of the lead, or one by some way."""
        if first and method != "desk":
            return f"first_{method}"
        return "lead" if seat == "lead" else method

    def amend(self, at: datetime) -> None:
        """Something is put right: one more person concerned, or a word added to the description."""
        count, reason = self.plan.headcount, self.one_of(phrases.AMENDED)
        if count < 5 and self.rng.random() < 0.5:
            self.say("amended", at, self.local(), field="headcount", to=count + 1, reason=reason)
        else:
            text = self.plan.description + self.one_of(phrases.ADDED)
            self.say("amended", at, self.local(), field="description", to=text, reason=reason)

    def send_down(self, at: datetime) -> None:
        """The town gives the case to a village, with what is asked and by when."""
        if self.holder != TOWN:
            return
        home = self.plan.unit == TOWN
        self.holder = self.rng.choice(list(VILLAGES)) if home else village_of(self.plan.unit)
        due = (at.date() + timedelta(days=self.rng.choice((7, 10, 15)))).isoformat()
        self.say("sent_down", at, self.office, to=self.holder, requirement=self.one_of(phrases.SENT_DOWN), due_on=due)

    def whose_turn(self, day: date) -> str:
        """Whose seat works this time; the lead at least about once a month."""
        unseen = self.lead_seen is None or (day - self.lead_seen).days > 20
        if "lead" in self.seats and unseen and self.rng.random() < 0.75:
            return "lead"
        return self.rng.choices(SEATS, (0.06, 0.14, 0.5, 0.2, 0.1))[0] if "dept" in self.seats else "liaison"

    def method(self, *, first: bool) -> str:
        """How; who asked for no contact is not contacted."""
        if self.no_contact or not self.plan.parties:
            return "desk"
        if self.plan.parties[0].get("contact") == "phone":
            return "phone"
        return self.rng.choice(["visit", "visit", "phone"] if first else ["visit", "phone", "phone", "meeting", "desk"])

    def mediate(self, at: datetime, result: str) -> None:
        """A session of mediation."""
        seat = "village" if "village" in self.seats else "liaison"
        note = self.one_of(phrases.MEDIATION[result])
        self.say("mediated", at, result=result, note=note, **self.acting(seat))

    def climb(self, at: datetime) -> None:
        """Work that did not settle it, and the case goes one tier up."""
        if self.plan.track == "dispute":
            self.mediate(at, "failed")
        else:
            self.work(at)
        above = village_of(self.holder) if self.holder[-2:].isdigit() else TOWN
        by = self.local() if above != TOWN else self.acting("village")["by"]
        self.holder = above
        reason = self.one_of(phrases.ESCALATED)
        at = self.say("escalated", at + timedelta(minutes=50), str(by), to=above, reason=reason)
        if self.risk == "green" and self.rng.random() < 0.15:
            self.risk, reason = "yellow", self.one_of(phrases.RAISED)
            self.say("amended", at + timedelta(minutes=20), str(by), field="risk", to="yellow", reason=reason)
            self.fill(at + timedelta(minutes=40), list(SEATS))

    # -- seats

    def fill(self, at: datetime, seats: list[str]) -> None:
        """Fill those of the seats that are still empty, and file the plan."""
        by_town = self.plan.needs_team or self.holder == TOWN
        team, by = self.team(), self.office if by_town else cadre(village_of(self.plan.unit))
        taken = {person for pair in self.seats.values() for person in pair}
        for seat in seats:
            holder, deputy = team[seat]
            if seat not in self.seats and holder not in taken:
                self.seats[seat] = (holder, deputy)
                at = self.say("seat_filled", at, by, seat=seat, holder=holder, deputy=deputy)
        self.file_plan(at)

    def file_plan(self, at: datetime) -> None:
        """The lead files a plan, once, if there is a lead and mostly."""
        planned = any(event["kind"] == "plan_filed" for event in self.events)
        if "lead" in self.seats and not planned and self.rng.random() < 0.6:
            plan_at = at + timedelta(hours=self.rng.randint(1, 3))
            if plan_at < self.plan.end:
                self.say("plan_filed", plan_at, self.seats["lead"][0], text=self.one_of(phrases.PLANS))

    def reseat(self, at: datetime) -> None:
        """The deputy takes over a seat."""
        seat = self.rng.choice(["liaison", "village"])
        if seat not in self.seats or not self.seats[seat][1]:
            return
        holder, reason = str(self.seats[seat][1]), self.one_of(phrases.RESEATED)
        self.seats[seat] = (holder, None)
        self.say("seat_cleared", at, self.office, seat=seat, reason=reason)
        self.say("seat_filled", at + timedelta(minutes=5), self.office, seat=seat, holder=holder, reason=reason)
