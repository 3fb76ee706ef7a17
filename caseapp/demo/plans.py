"""What is to become of each demo case: drawn first, so that numbers are known and the open stock can be weighed.

A plan says how a matter comes in, how it ends and when; ``histories.py`` tells it event by event.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from caseapp.demo.cast import GROUPS, HOME, TOWN, VILLAGES, Cast, cadre, village_of
from caseapp.demo.matters import ACCUSATIONS, Matter, pick, write_down
from caseapp.demo.pace import at_work, days_taken, limit_of
from caseapp.demo.phrases import FIRMS

Parties = tuple[dict[str, str], ...]


@dataclass(frozen=True)
class Plan:
    """A case before it is told. ``end`` is when it is first answered or settled, perhaps after the demo's last day.

    ``lapse`` is the duty that lies unmet on the last day; ``quiet`` how many days nobody has worked on it by then;
    ``relapse`` the return visit that finds the matter back; ``refers`` the key of the case it repeats or doubles.
    """

    key: int
    track: str
    petition_class: str | None
    channel: str
    unit: str
    category: str
    title: str
    description: str
    headcount: int
    risk: str
    parties: Parties
    about: tuple[str, ...]
    registered: datetime
    end: datetime
    ending: str
    lapse: str = ""
    quiet: int | None = None
    relapse: int = 0
    climbs: int = 0
    refers: int | None = None

    @property
    def named(self) -> bool:
        """Whether a petitioner is named, so that a notice is owed."""
        return any(party["role"] == "petitioner" and party.get("name") for party in self.parties)

    @property
    def needs_team(self) -> bool:
        """Whether it needs all five seats as long as the group or village holds it (rates.md §3)."""
        return self.petition_class == "appeal" or self.risk != "green" or self.headcount > 5

    def open_at(self, instant: datetime) -> bool:
        """Whether it is not yet answered or settled then."""
        return self.end > instant


DISPUTES = {
    "neighbour": 20, "family": 13, "land": 14, "homestead": 10, "contract": 9, "damage": 10, "labour": 7, "traffic": 6,
    "enterprise": 3, "expropriation": 2, "environment": 3, "village_affairs": 2, "other": 4,
}  # fmt: skip
PETITIONS = {
    "roads": 17, "welfare": 16, "village_affairs": 12, "land": 9, "expropriation": 10, "environment": 9, "homestead": 8,
    "labour": 7, "enterprise": 5, "contract": 1, "damage": 1, "traffic": 1.5, "family": 0.5, "neighbour": 1, "other": 2,
}  # fmt: skip
BUSY = {("labour", 12): 3, ("labour", 1): 3.5, ("labour", 2): 1.5, ("land", 3): 1.7, ("land", 4): 2, ("land", 5): 1.6,
        ("land", 7): 1.6, ("land", 8): 1.7, ("roads", 6): 1.6, ("roads", 7): 1.8, ("roads", 8): 1.6,
        ("environment", 7): 1.7, ("environment", 8): 1.7, ("family", 2): 1.6}  # fmt: skip
CHANNELS = {
    "dispute": {"screening": 45, "reported_up": 25, "visit": 9, "phone": 6, "hotline": 3, "referral": 5, "worthy": 5,
                "other": 2},
    "petition": {"visit": 40, "online": 18, "hotline": 18, "letter": 7, "phone": 7, "assigned_down": 7, "referral": 3},
}  # fmt: skip
ENDINGS = {
    "dispute": {"resolved": 92, "terminated": 2.5, "withdrawn": 1, "voided": 2.8, "merged": 3.4},
    "petition": {"resolved": 60, "supported": 18, "explained": 7, "not_supported": 3, "withdrawn": 1.5, "voided": 3,
                 "merged": 3.8, "transferred_out": 2.5, "redirected": 3.5, "refused": 1.6},
}  # fmt: skip
OPINIONS = ("supported", "explained", "not_supported")
QUICK = ("voided", "merged", "transferred_out", "redirected", "refused")


def draw(rng: random.Random, weights: Mapping[str, float]) -> str:
    """One of the words, by weight."""
    return rng.choices(list(weights), list(weights.values()))[0]


class Planner:
    """Draws plans, one random stream and one cast for all."""

    def __init__(self, rng: random.Random, cast: Cast, today: date) -> None:
        self.rng = rng
        self.cast = cast
        self.today = today
        self.limit = limit_of(today)
        self.keys = 0
        self.answers = {True: 0, False: 0}

    def ordinary(self, day: date) -> Plan:
        """A case like any other that comes in on that day."""
        roll = self.rng.random()
        if roll < 0.025:
            return self.accusation(day)
        return self.plan("dispute" if roll < 0.63 else "petition", day)

    def plan(self, track: str, day: date, **fixed: object) -> Plan:
        """A case of the track; what is fixed is not drawn."""
        rng, self.keys = self.rng, self.keys + 1
        registered = at_work(rng, day)
        category = str(fixed.get("category") or self._category(track, day.month))
        unit = str(fixed.get("unit") or self._unit(track))
        risk = str(fixed.get("risk") or draw(rng, {"green": 80, "yellow": 15, "red": 5}))
        headcount = int(str(fixed.get("headcount") or self._headcount(track, category)))
        ending = str(fixed.get("ending") or draw(rng, ENDINGS[track]))
        title, text, names = self._words(track, unit, pick(rng, track, category, day.month))
        drawn: dict[str, object] = {
            "key": self.keys, "track": track, "petition_class": self._class(track), "registered": registered,
            "channel": draw(rng, CHANNELS[track]), "unit": unit, "category": category, "title": title,
            "description": text, "headcount": headcount, "risk": risk, "ending": ending,
            "parties": self._parties(track, category, names, headcount),
            "about": self._about(track, unit, category), "end": self._end(track, ending, registered),
            "relapse": draw_relapse(rng), "climbs": self._climbs(track, unit),
        }  # fmt: skip
        return Plan(**{**drawn, **fixed})  # type: ignore[arg-type]

    def accusation(self, day: date) -> Plan:
        """A sealed case: who is complained of stands in ``about``, nobody but its own desk learns of it."""
        rng, village = self.rng, self.rng.choice(list(VILLAGES))
        title, text = rng.choice(ACCUSATIONS)
        words = {"v": VILLAGES[village], "n": str(rng.randint(2, 5)), "m": str(rng.randrange(20, 400) * 100)}
        about = (rng.choice([cadre(village), cadre(village, 2), village]),)
        parties = ({"role": "petitioner", "name": self.name()},) if rng.random() < 0.6 else ()
        end = at_work(rng, day + timedelta(days=rng.randint(3, 120)))
        return self.plan(
            "petition", day, petition_class="accusation", unit=village, category="village_affairs", about=about,
            title=title.format(**words), description=text.format(**words), parties=parties, headcount=1, risk="green",
            channel=rng.choice(["letter", "visit", "online"]), end=end, relapse=0, climbs=0,
            ending=rng.choice(["transferred_out", "resolved", "transferred_out"]),
        )  # fmt: skip

    def name(self) -> str:
        """An invented name that none of the cast bears."""
        return self.rng.choice(self.cast.names)

    def _category(self, track: str, month: int) -> str:
        base = DISPUTES if track == "dispute" else PETITIONS
        return draw(self.rng, {name: weight * BUSY.get((name, month), 1) for name, weight in base.items()})

    def _unit(self, track: str) -> str:
        village = self.rng.choices(list(VILLAGES), [1.5 if code == HOME else 1.0 for code in VILLAGES])[0]
        group = f"{village}-{self.rng.randint(1, len(GROUPS)):02d}"
        shares = {group: 78, village: 20, TOWN: 2} if track == "dispute" else {group: 30, village: 52, TOWN: 18}
        return draw(self.rng, shares)

    def _headcount(self, track: str, category: str) -> int:
        rng, many = self.rng, self.rng.random()
        if category in ("roads", "village_affairs", "labour", "enterprise", "expropriation", "environment", "land"):
            many += 0.1
        else:
            many *= 0.92
        if many < 0.9:
            return rng.choice((2, 2, 2, 2, 3, 3, 4, 5) if track == "dispute" else (1, 1, 1, 1, 2, 3, 4, 5))
        return rng.randint(6, 12) if many < 1.03 else rng.randint(13, 45)

    def _class(self, track: str) -> str | None:
        if track == "dispute":
            return None
        return "suggestion" if self.rng.random() < 0.1 else "appeal"

    def _words(self, track: str, unit: str, matter: Matter) -> tuple[str, str, tuple[str, str]]:
        """Title and description, and the two people in them."""
        rng, one, other = self.rng, self.name(), self.name()
        village = VILLAGES[rng.choice(list(VILLAGES)) if unit == TOWN else village_of(unit)]
        group = GROUPS[int(unit[-2:]) - 1] if unit[-2:].isdigit() else rng.choice(GROUPS)
        words = {
            "g": village + group if unit == TOWN else group,
            "v": village,
            "x": f"{one[0]}某",
            "y": f"{other[0]}某",
        }
        return (*write_down(rng, matter, track, words), (one, other))

    def _parties(self, track: str, category: str, names: tuple[str, str], headcount: int) -> Parties:
        rng, (one, other) = self.rng, names
        if track == "dispute":
            role = rng.choice(["party", "party", "respondent"])
            firm = category in ("enterprise", "environment") and role == "respondent"
            return (self._party("party", one), {"role": role, "name": rng.choice(FIRMS) if firm else other})
        if rng.random() < 0.05:
            return ()
        spokesmen = min(headcount // 4, 4) if headcount > 5 else 0
        return (self._party("petitioner", one), *(self._party("representative", self.name()) for _ in range(spokesmen)))

    def _party(self, role: str, name: str) -> dict[str, str]:
        party = {"role": role, "name": name}
        if self.rng.random() < 0.6:
            party["phone"] = f"000-0000-{self.rng.randint(1000, 9999)}"
        contact = draw(self.rng, {"any": 90, "phone": 7, "none": 3})
        return party if contact == "any" else {**party, "contact": contact}

    def _about(self, track: str, unit: str, category: str) -> tuple[str, ...]:
        """Now and then a petition complains of the village itself, and the town holds it from the start."""
        likely = 0.12 if category in ("village_affairs", "expropriation") else 0.02
        complains = track == "petition" and unit != TOWN and self.rng.random() < likely
        return (village_of(unit),) if complains else ()

    def _end(self, track: str, ending: str, registered: datetime) -> datetime:
        by_letter = ending in OPINIONS or (ending == "resolved" and self.rng.random() < 0.5)
        written = track == "petition" and by_letter
        self.answers[ending == "resolved"] += written
        nth = self.answers[ending == "resolved"]
        days = self.rng.uniform(0.5, 8) if ending in QUICK else days_taken(self.rng, nth, written=written)
        if ending in ("voided", "merged"):
            days = self.rng.uniform(0.1, 3)
        if days < 0.6:
            return registered + timedelta(hours=1.5 + 3 * days)
        day = (registered + timedelta(days=days)).date()
        return max(at_work(self.rng, day, registered.date()), registered + timedelta(hours=2))

    def _climbs(self, track: str, unit: str) -> int:
        """How many tiers it is sent up: most petitions reach the town, few disputes leave the village."""
        if unit == TOWN:
            return 0
        tiers = 2 if unit[-2:].isdigit() else 1
        shares = {"0": 45, "1": 20, "2": 35} if track == "petition" else {"0": 72, "1": 22, "2": 6}
        return min(tiers, int(draw(self.rng, shares)))


def draw_relapse(rng: random.Random) -> int:
    """Which return visit finds the matter back: hardly any does."""
    return rng.choices((0, 1, 2, 3), (95, 3, 1.5, 0.5))[0]
