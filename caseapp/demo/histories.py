"""Telling a case event by event while it is open: seats, papers, work in its rhythm, tiers, extensions.

What is planned for after the demo's last instant is simply not told: a legal history cut short is legal.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta

from caseapp.demo import phrases
from caseapp.demo.cast import LEADERS, SEATS, TOWN, Cast, Seats, cadre, grid, neighbour, village_of
from caseapp.demo.pace import at_work, instant, limit_of, office_minute
from caseapp.demo.plans import Plan

RHYTHM = {"green": 14, "yellow": 7, "red": 3}
Act = Callable[[datetime], None]
Beat = tuple[datetime, Act]


class Story:
    """One case being told. ``holder``, ``seats`` and ``risk`` are where it stands after the last event told."""

    def __init__(self, rng: random.Random, plan: Plan, cast: Cast, today: date) -> None:
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
        self.accepted_on: date | None = None
        self.received_on = plan.registered.date()

    # -- saying one thing

    def say(self, kind: str, at: datetime, by: str | None = None, **fields: object) -> datetime:
        """Add an event, after those already told; nothing once the demo's last instant is past."""
        self.last = max(at, self.last + timedelta(minutes=self.rng.randint(4, 25)))
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
            return {**seats, "liaison": (beside["liaison"][0], None), "village": beside["village"], "grid": beside["grid"]}
        own, first = self.local_grid(), seats["grid"][0]
        if own not in seats["grid"] and self.plan.key % 2:
            seats["grid"] = (own, first)
        return seats

    def local_grid(self) -> str:
        """The grid official of the group the case arose in."""
        return grid(self.plan.unit) if self.plan.unit[-2:].isdigit() else self.cast.teams[village_of(self.plan.unit)].seats["grid"][0]

    def acting(self, seat: str) -> dict[str, object]:
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
        received = None
        if plan.channel in ("letter", "online", "assigned_down") and self.rng.random() < 0.35 and not plan.lapse:
            self.received_on = plan.registered.date() - timedelta(days=self.rng.randint(1, 4))
            received = self.received_on.isoformat()
        village = village_of(plan.unit)
        by = self.local() if plan.track == "dispute" and plan.unit[-2:].isdigit() else cadre(village)
        if plan.track == "petition" and (plan.unit == TOWN or plan.about or self.rng.random() < 0.7):
            by = self.office
        self.last = plan.registered - timedelta(hours=1)
        self.say("registered", plan.registered, by, received_on=received)

    def spell(self, start: datetime, end: datetime, *, again: bool = False) -> None:
        """Tell an open spell: everything that happens in it, in the order of time."""
        work = self.rhythm(start, end, again=again)
        climbs = [] if again or self.plan.about else work[: self.plan.climbs]
        beats: list[Beat] = [(at, self.climb if at in climbs else self.work) for at in work]
        if not again:
            beats += self.seating(start, end, climbs) + self.papers(start, end)
        for at, act in sorted(beats, key=lambda beat: beat[0]):
            if at < end:
                act(at)

    def rhythm(self, start: datetime, end: datetime, *, again: bool) -> list[datetime]:
        """When somebody works on the case: first contact, then as its colour asks, some of it too late."""
        if self.plan.lapse == "first_contact":
            return []
        every = RHYTHM["yellow" if self.plan.climbs and self.risk == "green" else self.risk]
        times, at = [], self.contact(start, end, every if again else 0)
        stop = min(end, self.limit)
        while at < stop:
            times.append(at)
            gap = every * self.rng.uniform(0.55, 0.95)
            slow = every * self.rng.uniform(1.2, 1.9)
            late = self.rng.random() < 0.12 and (at + timedelta(days=slow)).date() < self.calm
            day = at.date() + timedelta(days=max(1, int(slow if late else gap)))
            at = at_work(self.rng, day, at.date())
        return self.hushed(times)

    def contact(self, start: datetime, end: datetime, every: int) -> datetime:
        """The first contact, mostly within a day; after a reopening the next one in the rhythm."""
        if every:
            return at_work(self.rng, start.date() + timedelta(days=max(1, every // 2)), start.date())
        roll = self.rng.random()
        if roll < 0.1 and start.date() < self.calm:
            at = instant(start.date() + timedelta(days=self.rng.randint(2, 5)), office_minute(self.rng))
        elif roll < 0.45:
            at = instant(start.date() + timedelta(days=1), office_minute(self.rng))
        else:
            at = start + timedelta(minutes=self.rng.randint(40, 150))
        return min(at, start + (end - start) * 0.6)

    def hushed(self, times: list[datetime]) -> list[datetime]:
        """Where nobody has worked for so many days: the last time on the first of them, none later."""
        if self.plan.quiet is None:
            return times
        final = self.today - timedelta(days=self.plan.quiet)
        return [at for at in times if at.date() < final] + [instant(final, office_minute(self.rng))]

    # -- work and tiers

    def work(self, at: datetime) -> None:
        """A follow-up, or in a dispute an attempt at mediation."""
        first = not any(event["kind"] in ("followed_up", "mediated") for event in self.events)
        if not first and self.plan.track == "dispute" and self.rng.random() < 0.22:
            self.mediate(at, self.rng.choice(["failed", "adjourned", "partial", "adjourned"]))
            return
        seat = "grid" if first else self.whose_turn(at.date())
        method = self.method(first)
        note = phrases.NOTES["first" if first and method != "desk" else "lead" if seat == "lead" else method]
        if seat == "lead":
            self.lead_seen, method = at.date(), "meeting" if method != "desk" else "desk"
        self.say("followed_up", at, method=method, note=self.one_of(note), **self.acting(seat))  # type: ignore[arg-type]

    def whose_turn(self, day: date) -> str:
        """Whose seat works this time; the lead at least about once a month."""
        unseen = self.lead_seen is None or (day - self.lead_seen).days > 20
        if "lead" in self.seats and unseen and self.rng.random() < 0.75:
            return "lead"
        return self.rng.choices(SEATS, (0.06, 0.14, 0.5, 0.2, 0.1))[0] if "dept" in self.seats else "liaison"

    def method(self, first: bool) -> str:
        """How; who asked for no contact is not contacted."""
        wish = self.plan.parties[0].get("contact", "any") if self.plan.parties else "any"
        if wish == "none" or not self.plan.parties:
            return "desk"
        if wish == "phone":
            return "phone"
        return self.rng.choice(["visit", "visit", "phone"] if first else ["visit", "phone", "phone", "meeting", "desk"])

    def mediate(self, at: datetime, result: str) -> None:
        """A session of mediation."""
        seat = "village" if "village" in self.seats else "liaison"
        note = self.one_of(phrases.MEDIATION[result])
        self.say("mediated", at, result=result, note=note, **self.acting(seat))  # type: ignore[arg-type]

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

    def seating(self, start: datetime, end: datetime, climbs: list[datetime]) -> list[Beat]:
        """Filling the seats: all five where a team is needed, three otherwise, the rest once the town holds it."""
        needed = self.plan.needs_team or self.holder == TOWN
        seats = list(SEATS) if needed else ["liaison", "village", "grid"]
        if self.plan.lapse == "team":
            seats = [seat for seat in seats if seat not in ("lead", "dept")]
        elif start.date() < self.calm and self.rng.random() < 0.02:
            seats.remove(self.rng.choice(seats))
        beats: list[Beat] = []
        if needed or self.rng.random() < 0.85:
            beats.append((self.seat_time(start), lambda at: self.fill(at, seats)))
        if len(climbs) == 2 or (climbs and not self.plan.unit[-2:].isdigit()):
            beats.append((self.seat_time(climbs[-1]), lambda at: self.fill(at, list(SEATS))))
        if self.plan.lapse != "team" and (end - start).days > 25 and self.rng.random() < 0.12:
            beats.append((start + (end - start) * 0.5, self.reseat))
        return beats

    def seat_time(self, start: datetime) -> datetime:
        """Mostly at once or the next days; a few late, long ago."""
        if start.date() < self.calm and self.rng.random() < 0.07:
            return instant(start.date() + timedelta(days=self.rng.randint(4, 9)), office_minute(self.rng))
        days = self.rng.choice((0, 0, 0, 1, 1, 2))
        if days == 0:
            return start + timedelta(minutes=self.rng.randint(15, 38))
        return instant(start.date() + timedelta(days=days), office_minute(self.rng))

    def fill(self, at: datetime, seats: list[str]) -> None:
        """Fill those of the seats that are still empty, and file the plan."""
        team, by = self.team(), self.office if self.plan.needs_team else cadre(village_of(self.plan.unit))
        taken = {person for pair in self.seats.values() for person in pair}
        for seat in seats:
            holder, deputy = team[seat]
            if seat not in self.seats and holder not in taken:
                self.seats[seat] = (holder, deputy)
                self.say("seat_filled", at, by, seat=seat, holder=holder, deputy=deputy)
        if "lead" in self.seats and self.rng.random() < 0.6:
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

    def papers(self, start: datetime, end: datetime) -> list[Beat]:  # told in papers.py
        raise NotImplementedError
