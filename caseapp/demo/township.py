"""The demo township in one call: ``build(seed, today)`` gives its units, people, standing teams and cases.

Everything follows from the two arguments; no clock is read, nothing is stored.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from caseapp.demo.agreements import agreements
from caseapp.demo.beside import at_of
from caseapp.demo.buyers import buyers, registered_at
from caseapp.demo.cast import DemoUser, StandingTeam, cast, units
from caseapp.demo.desks import placed, weigh
from caseapp.demo.endings import finish
from caseapp.demo.from_above import with_its_letter
from caseapp.demo.histories import Story
from caseapp.demo.pace import registration_days
from caseapp.demo.plans import OPINIONS, Plan, Planner
from caseapp.demo.requests import requests
from caseapp.demo.reviews import reviews
from caseapp.demo.spells import tell_spell
from caseapp.kernel.numbering import written_number

OFFICE = {
    "office.phone": "000-0000-0110",
    "office.address": "太和镇政府一楼群众来访接待室",
    "office.hours": "工作日 8:30—12:00，14:30—17:30",
    "paper.organ": "太和镇人民政府",
    "paper.sign": "太信",
    "paper.review": "县人民政府",
    "paper.court": "县人民法院",
}
"""What the office of the invented township says of itself."""
PREFIXES = {"petition": "太信", "accusation": "太控", "dispute": "太调", "sheet": "太督"}

CASES = 1260
REPEATED = 0.11  # of the appeals that are answered
ANSWERED = ("resolved", *OPINIONS)
Line = dict[str, Any]


@dataclass(frozen=True)
class Township:
    """All that the demo loads. ``cases`` are lines of contract §4, in the order of registration, without numbers."""

    units: list[dict[str, str]]
    users: list[DemoUser]
    teams: list[StandingTeam]
    cases: list[Line]


def build(seed: int, today: date) -> Township:
    """An invented township as it stands when ``today`` begins; the same for the same arguments."""
    rng = random.Random(seed)
    people = cast(rng)
    planner = Planner(rng, people, today)
    plans = planned(planner)
    told = _numbered(plans, today)
    number_of = {plan.key: number for number, plan in told if plan}
    bought = iter(buyers(people, today, [number for number, plan in told if plan is None]))
    cases = [
        _line(Story(rng, plan, people, today, number_of.get(plan.refers or 0))) if plan else next(bought)
        for _number, plan in told
    ]
    return Township(units(), people.users, list(people.teams.values()), cases)


def _numbered(plans: list[Plan], today: date) -> list[tuple[str, Plan | None]]:
    """The plans, and the petitions of the buyers (None), in the order of registration, each with its number."""
    told: list[tuple[datetime, Plan | None]] = [(plan.registered, plan) for plan in plans]
    told += [(at, None) for at in registered_at(today)]
    told.sort(key=lambda one: one[0])
    numbers = numbers_of((_series(plan) if plan else "petition", at) for at, plan in told)
    return [(number, plan) for number, (_at, plan) in zip(numbers, told, strict=True)]


def planned(planner: Planner) -> list[Plan]:
    """All plans in the order of registration, with the cases that double or repeat others pointing at them."""
    ordinary = [planner.ordinary(day) for day in registration_days(planner.rng, planner.today, CASES)]
    by_hand = placed(planner)
    plans = weigh(ordinary, by_hand, planner.rng, planner) + by_hand
    plans = [plan for plan in plans if plan.registered < planner.limit]
    return refer(sorted(plans, key=lambda plan: plan.registered), planner)


def _series(plan: Plan) -> str:
    return "accusation" if plan.petition_class == "accusation" else plan.track


def numbers_of(cases: Iterable[tuple[str, datetime]]) -> list[str]:
    """The numbers that cases without one will be given: counted by series and year of registration, in this order."""
    counts: Counter[tuple[str, int]] = Counter()
    numbers = []
    for series, registered in cases:
        counts[series, registered.year] += 1
        numbers.append(written_number(PREFIXES[series], registered.year, counts[series, registered.year]))
    return numbers


def refer(plans: list[Plan], planner: Planner) -> list[Plan]:
    """Merged cases double an earlier one; some petitions repeat an earlier one. Both tell its matter again."""
    done: list[Plan] = []
    for plan in plans:
        again = plan.petition_class == "appeal" and not plan.lapse and planner.rng.random() < REPEATED
        window = (0, 25) if plan.ending == "merged" else (25, 300) if again and plan.ending in ANSWERED else None
        done.append(_like(plan, _candidates(plan, done, window), planner) if window else plan)
    return done


def _candidates(plan: Plan, earlier: list[Plan], days: tuple[int, int]) -> list[Plan]:
    """Earlier cases of the same track and class that stand for themselves."""
    nearest, oldest = (plan.registered - timedelta(days=count) for count in days)
    return [
        other for other in earlier
        if oldest <= other.registered <= nearest and other.petition_class == plan.petition_class
        and other.track == plan.track and other.refers is None and not other.lapse and other.quiet is None
        and other.ending not in ("voided", "merged")
    ]  # fmt: skip


def _like(plan: Plan, candidates: list[Plan], planner: Planner) -> Plan:
    """The plan about the matter of one of the candidates; a double that finds none is void instead."""
    if not candidates:
        return replace(plan, ending="voided") if plan.ending == "merged" else plan
    one = planner.rng.choice(candidates)
    climbs = min(plan.climbs, one.climbs)
    return replace(
        plan, refers=one.key, unit=one.unit, category=one.category, title=one.title, description=one.description,
        parties=one.parties, headcount=one.headcount, about=one.about, climbs=climbs,
    )  # fmt: skip


def _line(story: Story) -> Line:
    """The case as a line of contract §4."""
    plan = story.plan
    _tell(story)
    line: Line = {"track": plan.track}
    if plan.petition_class:
        line["petition_class"] = plan.petition_class
    names = ("channel", "unit", "category", "title", "description", "headcount", "risk")
    line |= {name: getattr(plan, name) for name in names}
    return {
        **line,
        "parties": [dict(one) for one in plan.parties],
        "about": list(plan.about),
        "events": _with_what_is_beside(story),
    }


def _with_what_is_beside(story: Story) -> list[Line]:
    """The events of a case with what is told beside them, as far as the demo's last instant allows."""
    events = with_its_letter(story)
    more = (*agreements(story, events), *reviews(story, events), *requests(story, events))
    return sorted([*events, *(one for one in more if at_of(one) <= story.limit)], key=at_of)


def _tell(story: Story) -> None:
    """From registration to the end, as far as the demo's last instant allows."""
    plan = story.plan
    story.begin()
    if plan.petition_class == "accusation":
        _tell_sealed(story)
        return
    tell_spell(story, plan.registered, plan.end)
    finish(story)


def _tell_sealed(story: Story) -> None:
    """An accusation goes to its own desk; nobody else works on it."""
    plan = story.plan
    if plan.named:
        taken = plan.registered + timedelta(days=1)
        story.also("accepted", taken - timedelta(minutes=30), "discipline")
        story.say("notice_served", taken, "discipline", notice="accepted", method="in_person", received_by="本人")
    if plan.ending == "resolved":
        evidence = "核查报告一份，已依规处理并向实名举报人反馈。"
        story.say("resolved", plan.end, "discipline", method="other", evidence=evidence)
    else:
        story.say("transferred_out", plan.end, "discipline", to="县纪委监委")
