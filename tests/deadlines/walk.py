"""A walk through everything that changes who owes what today, one random step after another."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from caseapp.actions.absences import end_absence, enter_absence
from caseapp.actions.accounts import add_post, add_user, end_post
from caseapp.actions.co_handlers import ask_to_help
from caseapp.actions.context import Ctx
from caseapp.actions.deadlines import sweep
from caseapp.actions.duties import turn_day
from caseapp.actions.handover import hand_over
from caseapp.actions.interests import declare_interest, undo
from caseapp.actions.org import bring_tree_in_line, record_changes
from caseapp.actions.settings import set_value
from caseapp.actions.teams import fill_seat, staff_case
from caseapp.db import db, unit_of_work
from caseapp.domain.access.models import Interest
from caseapp.domain.cases.models import Case
from caseapp.domain.org.chronicle import Change
from caseapp.domain.people.models import Absence, Post
from caseapp.domain.people.queries import user_named
from caseapp.domain.people.roles import ROLES
from caseapp.domain.teams.seats import ROLE_OF_SEAT, SEATS
from caseapp.kernel.errors import CaseappError
from tests.cases.make import by_two, do, head, log, name, petition
from tests.conftest import HandClock

PLACES = ("TH", "TH-SH", "TH-SH-01", "TH-SH-02", "TH-DS", "TH-DS-01", "XT", "XT-AA")
ACTS: dict[str, dict[str, Any]] = {
    "follow_up": {"method": "visit", "note": "到场"},
    "mediate": {"result": "partial"},
    "accept": {"route": 6},
    "serve_notice": {"notice": "accepted"},
    "escalate": {"to": "TH-SH", "reason": "调解未成"},
    "send_down": {"to": "TH-SH-01", "requirement": "再调一次"},
    "resolve": {"method": "mediation", "evidence": "协议"},
    "reply": {"outcome": "supported"},
    "return_visit": {"result": "performing"},
    "reopen": {"reason": "反弹"},
    "transfer_out": {"to": "县人社局"},
    "archive": {},
    "agree": {"form": "oral", "effective_on": "2026-11-23", "text": "分期付清"},
    "undertake": {"nth": 1, "who": "周甲一", "what": "付清", "due_on": "2026-12-10"},
    "perform": {"nth": 1, "note": "收条"},
    "breach": {"nth": 1, "then": "enforce", "reason": "未付"},
}


SECOND = {
    "leader-b": ("leader", "TH"), "station-b": ("station", "TH"), "liaison-b": ("liaison", "TH-DS"),
    "village-b": ("village", "TH-SH"), "grid-b": ("grid", "TH-SH-02"),
}  # fmt: skip
"""Somebody else for each seat: as B, or for A."""


class Walk:
    """One walk in the small world. Steps that a rule refuses are no steps; ``taken`` counts the others."""

    def __init__(self, seed: int, clock: HandClock, as_user: Callable[[str], Ctx], system: Ctx) -> None:
        self.chance, self.clock = random.Random(seed), clock
        self.as_user, self.began = as_user, system
        self.people = [
            "grid",
            "village",
            "liaison",
            "station",
            "leader",
            "office",
            "office2",
            "grid2",
            "village2",
            *SECOND,
        ]
        self.taken: dict[str, int] = {}
        with unit_of_work(db.session):
            for person, (role, unit) in SECOND.items():
                add_post(system, add_user(system, person, f"{person} 乙", "correct horse"), role, unit)
        for unit in PLACES[:4]:
            log(as_user("office"), petition(unit=unit))

    def step(self) -> None:
        """Do something."""
        steps = [
            self.log, self.log, self.act, self.act, self.act, self.act, self.seat, self.seat, self.seat, self.away,
            self.back, self.post, self.out, self.name, self.help, self.hand_over, self.unit, self.setting, self.days,
            self.night, self.join, self.leave,
        ]  # fmt: skip
        step = self.chance.choice(steps)
        try:
            step()
        except CaseappError:
            return
        self.taken[step.__name__] = self.taken.get(step.__name__, 0) + 1

    @property
    def system(self) -> Ctx:
        """The system, with the tree and the rules of today."""
        return Ctx(db.session, self.began.actor, self.clock)

    def one(self, *some: str) -> str:
        """One of some."""
        return self.chance.choice(some)

    def number(self) -> str:
        """One of the cases, rather a late one."""
        numbers = list(db.session.scalars(db.select(Case.number).order_by(Case.id))) or [""]
        return self.one(*numbers[-6:])

    def log(self) -> None:
        """A matter comes in."""
        who, risk, unit = (
            self.one("office", "grid", "village"),
            self.one("green", "yellow", "red"),
            self.one(*PLACES[:6]),
        )
        log(self.as_user(who), self.chance.choice((head, petition))(unit=unit, risk=risk))

    def act(self) -> None:
        """Something is done on a case."""
        action = self.one(*ACTS)
        data = ACTS[action] | ({"to": self.one(*PLACES[:6])} if action in ("escalate", "send_down") else {})
        do(self.as_user(self.one("office", "leader", "grid", "village", "station")), self.number(), action, **data)

    def join(self) -> None:
        """A petition is handled with another case, as one matter of many people."""
        by_two(self.as_user("office"), self.as_user("leader"), self.number(), "join_matter", of=self.number())

    def leave(self) -> None:
        """It is handled by itself again."""
        do(self.as_user("office"), self.number(), "leave_matter", reason="诉求不同")

    def seat(self) -> None:
        """A seat is filled, or all that are free."""
        number, seat = self.number(), self.one(*SEATS)
        fit = [person for person in self.people if person.removesuffix("-b").rstrip("2") == ROLE_OF_SEAT[seat]]
        deputy = self.chance.choice((None, *fit))
        with unit_of_work(db.session):
            if self.chance.random() < 0.3:
                staff_case(self.as_user("office"), number)
            else:
                fill_seat(self.as_user("office"), number, seat, (self.one(*fit), deputy), "调整")

    def away(self) -> None:
        """Somebody will be away, from today or a later day on."""
        first = self.as_user("office").today + timedelta(days=self.chance.choice((0, 0, 1, 4)))
        with unit_of_work(db.session):
            who = self.one(*self.people)
            enter_absence(self.as_user(who), who, "leave", first, first + timedelta(days=self.chance.randrange(6)))

    def back(self) -> None:
        """Somebody is back early, or will not go."""
        absences = list(db.session.scalars(db.select(Absence).where(Absence.ended_on.is_(None))))
        if absences:
            absence = self.chance.choice(absences)
            with unit_of_work(db.session):
                end_absence(self.as_user(absence.username), absence.id)

    def post(self) -> None:
        """Somebody is given a post, or one ends; seldom one of an office, without which little can be done."""
        who, admin = self.one("grid", "village", "liaison", "station", "grid2", "village2"), self.as_user("admin")
        user = user_named(db.session, who)
        assert user is not None
        with unit_of_work(db.session):
            if self.chance.random() < 0.5:
                add_post(self.system, user, self.one(*ROLES[:4]), self.one(*PLACES))
            else:
                held = db.session.scalars(db.select(Post.id).where(Post.user_id == user.id, Post.ended_on.is_(None)))
                end_post(admin, who, self.chance.choice(list(held) or [0]))

    def out(self) -> None:
        """Somebody declares an interest, or takes it back."""
        there = list(db.session.scalars(db.select(Interest.id).where(Interest.undone_at.is_(None))))
        with unit_of_work(db.session):
            if there and self.chance.random() < 0.5:
                undo(self.as_user(self.one("office", "leader")), self.chance.choice(there))
            else:
                declare_interest(self.as_user(self.one(*self.people)), self.number(), "亲属")

    def name(self) -> None:
        """Somebody, or a unit, is complained of."""
        name(
            self.as_user("office"), self.as_user("leader"), self.number(), self.one("village", "grid", "TH-SH", "TH-DS")
        )

    def help(self) -> None:
        """Somebody from elsewhere is asked to help."""
        office = self.as_user("office")
        with unit_of_work(db.session):
            ask_to_help(office, self.number(), self.one(*self.people), "核实", office.today + timedelta(days=5))

    def hand_over(self) -> None:
        """Somebody gives what they hold to somebody else."""
        with unit_of_work(db.session):
            hand_over(self.as_user("office"), self.one(*self.people), self.one(*self.people), "调岗")

    def unit(self) -> None:
        """A group moves to another village or is merged, today or on a later day."""
        day = self.system.today + timedelta(days=self.chance.choice((0, 2)))
        code = self.one("TH-SH-02", "TH-DS-01")
        fresh = self.system
        with unit_of_work(db.session):
            if self.chance.random() < 0.2:
                record_changes(fresh, [Change(code, "merged", day, {"into": "TH-SH-01"}, reason="合并")])
            else:
                record_changes(
                    fresh, [Change(code, "moved", day, {"parent": self.one("TH-SH", "TH-DS", "XT-AA")}, reason="划转")]
                )

    def setting(self) -> None:
        """The office shortens or lengthens its own limits, for what is running too."""
        key = self.one("days.follow_up_green", "days.first_contact", "days.team")
        with unit_of_work(db.session):
            set_value(self.as_user("office"), key, str(self.chance.randrange(1, 4)), self.system.today, recompute=True)

    def days(self) -> None:
        """Days pass, and nothing runs at night."""
        self.clock.pass_by(days=self.chance.choice((1, 1, 3, 9)))

    def night(self) -> None:
        """A night passes, with what it does."""
        self.clock.pass_by(days=1)
        fresh = self.system
        with unit_of_work(db.session):
            bring_tree_in_line(fresh)
            turn_day(fresh)
        with unit_of_work(db.session):
            sweep(fresh, fresh.today - timedelta(days=1))
