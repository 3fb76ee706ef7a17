"""What lies on the demo accounts' desks on the last day: cases placed so that every desk and every lamp has something.

Ages are in days before the last day. Nothing else is placed by hand but a recent screening and a few old cases 积案.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice

from caseapp.demo.cast import HOME, VILLAGES
from caseapp.demo.pace import instant, office_minute
from caseapp.demo.plans import Plan, Planner

GROUP = f"{HOME}-01"
LATE_SHARE = 0.175
SCREENED = 32
RHYTHM = {"green": 14, "yellow": 7, "red": 3}
OLDEST = {"dispute": 50, "petition": 85}

Placed = dict[str, object]
OPEN: tuple[tuple[str, int, Placed], ...] = (
    # the grid official: first contacts due today and late
    ("dispute", 1, {"unit": GROUP, "lapse": "first_contact", "risk": "green"}),
    ("dispute", 3, {"unit": GROUP, "lapse": "first_contact", "risk": "green"}),
    # the liaison: follow-ups due tomorrow, today and late
    ("dispute", 22, {"unit": f"{HOME}-02", "quiet": 13, "risk": "green"}),
    ("dispute", 19, {"unit": f"{HOME}-03", "quiet": 14, "risk": "green"}),
    ("petition", 12, {"unit": HOME, "quiet": 7, "risk": "yellow"}),
    ("dispute", 17, {"unit": GROUP, "quiet": 16, "risk": "green"}),
    ("dispute", 9, {"unit": f"{HOME}-04", "quiet": 5, "risk": "red"}),
    # the leader: handling near its end and past it
    ("dispute", 28, {"unit": HOME, "risk": "yellow", "lapse": "handle"}),
    ("dispute", 25, {"unit": f"{HOME}-03", "risk": "yellow", "lapse": "handle"}),
    ("dispute", 33, {"unit": f"{HOME}-02", "risk": "yellow", "lapse": "handle"}),
    ("petition", 58, {"unit": HOME, "risk": "green", "lapse": "handle", "petition_class": "appeal"}),
    # the office: notices due tomorrow, today and late; teams due today and late
    ("petition", 14, {"unit": "TH-QL", "lapse": "notice"}),
    ("petition", 15, {"unit": "TH-WH", "lapse": "notice"}),
    ("petition", 17, {"unit": "TH-YT", "lapse": "notice"}),
    ("dispute", 3, {"unit": "TH-LY-02", "risk": "yellow", "lapse": "team"}),
    ("dispute", 5, {"unit": "TH-SB-03", "risk": "yellow", "lapse": "team"}),
)
VISITS = ((30, 7), (16, 9), (43, 30))  # age, resolved so many days ago: due today, late, due today
BACKLOG = (("petition", 388, "TH-WL"), ("dispute", 430, "TH-QL-02"), ("dispute", 512, "TH-SB"))


def placed(planner: Planner) -> list[Plan]:
    """All cases placed by hand."""
    today, plans = planner.today, []
    for track, age, fixed in OPEN:
        plans.append(_open(planner, track, today - timedelta(days=age), fixed))
    for age, ago in VISITS:
        plans.append(_resolved(planner, today - timedelta(days=age), today - timedelta(days=ago)))
    for track, age, unit in BACKLOG:
        old: Placed = {"unit": unit, "lapse": "handle", "risk": "green", "category": "land"}
        plans.append(_open(planner, track, today - timedelta(days=age), old))
    for _ in range(SCREENED):
        plans.append(_screened(planner))
    return plans


def _open(planner: Planner, track: str, day: date, fixed: Placed) -> Plan:
    """A case of that very day, still open on the last one; an appeal with a named petitioner when a petition."""
    petition: Placed = {"petition_class": "appeal"} if track == "petition" else {}
    plan = planner.plan(track, day, **{
        "registered": instant(day, office_minute(planner.rng)), "end": planner.limit + timedelta(days=40),
        "ending": "resolved", "climbs": 0, "headcount": planner.rng.randint(2, 4), "about": (), "channel": "visit",
        **petition, **fixed,
    })  # fmt: skip
    return plan if plan.named or track == "dispute" else _open(planner, track, day, fixed)


def _resolved(planner: Planner, day: date, resolved: date) -> Plan:
    """A settled dispute in the grid official's own group, whose next return visit is not made yet."""
    end = instant(resolved, office_minute(planner.rng))
    fixed: Placed = {"unit": GROUP, "lapse": "return_visit", "risk": "yellow", "end": end, "relapse": 0}
    return _open(planner, "dispute", day, fixed)


def _screened(planner: Planner) -> Plan:
    """A dispute found in the screening of the last days, of this month if it has begun, which takes its time."""
    rng = planner.rng
    day = planner.today - timedelta(days=rng.randint(1, max(3, min(9, planner.today.day - 1))))
    end = planner.limit + timedelta(days=rng.randint(1, 20))
    unit = f"{rng.choice([code for code in VILLAGES if code != HOME])}-{rng.randint(1, 4):02d}"
    return planner.plan("dispute", day, channel="screening", unit=unit, end=end, ending="resolved")


def weigh(plans: list[Plan], by_hand: list[Plan], rng: random.Random, planner: Planner) -> list[Plan]:
    """Bring the open stock to a believable share of late cases.

    What the draw would leave open beyond any extension is settled in time; then as many are left lying as are wanted.
    """
    plans = [_in_time(plan, planner, rng) for plan in plans]
    stock = [plan for plan in (*plans, *by_hand) if plan.open_at(planner.limit) and plan.petition_class != "accusation"]
    late = sum(_lies(plan, planner.today) for plan in by_hand)
    wanted = max(0, round(LATE_SHARE * len(stock)) - late)
    candidates = [plan for plan in stock if plan not in by_hand and plan.climbs == 0]
    changes = _left_lying(rng.sample(candidates, len(candidates)), planner.today, wanted)
    changes.update(_unvisited(plans, planner.today, rng))
    return [changes.get(plan.key, plan) for plan in plans]


def _left_lying(candidates: list[Plan], today: date, wanted: int) -> dict[int, Plan]:
    """The first of some cases whose age allows a lapse, as many as are wanted, each with it."""
    lapses = ((plan.key, _lapsed(plan, today)) for plan in candidates)
    return dict(islice(((key, lapsed) for key, lapsed in lapses if lapsed), wanted))


def _in_time(plan: Plan, planner: Planner, rng: random.Random) -> Plan:
    age = (planner.today - plan.registered.date()).days
    if plan.petition_class == "accusation" or age <= OLDEST[plan.track] or not plan.open_at(planner.limit):
        return plan
    day = plan.registered.date() + timedelta(days=int(age * rng.uniform(0.5, 0.95)))
    return replace(plan, end=instant(day, office_minute(rng)))


def _lies(plan: Plan, today: date) -> bool:
    """Whether a case placed by hand is late on the last day."""
    age = (today - plan.registered.date()).days
    limits = {"first_contact": 1, "notice": 15, "team": 3, "handle": 30 if plan.track == "dispute" else 61}
    if plan.lapse == "return_visit":
        return False
    return age > limits.get(plan.lapse, 10_000) or (plan.quiet or 0) > RHYTHM[plan.risk]


def _lapsed(plan: Plan, today: date) -> Plan | None:
    """The same case with a duty left undone, as its age allows."""
    age, every = (today - plan.registered.date()).days, RHYTHM[plan.risk]
    if plan.unit.startswith(HOME) or plan.about:
        return None
    if 2 <= age <= 4 and plan.risk != "red":
        return replace(plan, lapse="first_contact")
    if 31 <= age < 55 and plan.track == "dispute":
        return replace(plan, lapse="handle")
    return replace(plan, quiet=every + 1 + plan.key % 3) if age > every + 5 else None


def _unvisited(plans: list[Plan], today: date, rng: random.Random) -> dict[int, Plan]:
    """A few settled cases elsewhere whose return visit is late."""
    ripe = [
        plan for plan in plans
        if plan.ending == "resolved" and not plan.unit.startswith(HOME) and plan.petition_class != "accusation"
        and (today - plan.end.date()).days in (*range(8, 14), *range(31, 38))
    ]  # fmt: skip
    chosen = rng.sample(ripe, min(len(ripe), 6))
    return {plan.key: replace(plan, lapse="return_visit", relapse=0) for plan in chosen}
