"""Handing over: all open seats of a leaver in one action, each with an event, none lost."""

from __future__ import annotations

import pytest

from caseapp.actions.accounts import add_post, add_user
from caseapp.actions.handover import hand_over
from caseapp.actions.teams import fill_seat, staff_case
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import CaseEvent
from caseapp.domain.teams.models import CaseSeat
from caseapp.kernel.errors import NotAllowed, RuleViolation
from tests.cases.make import head, log
from tests.sizes import many

SEATS = many(60, 200)


@pytest.fixture
def successor(system) -> str:
    with unit_of_work(db.session):
        add_post(system, add_user(system, "next", "继任", "correct horse"), "grid", "TH-SH")
    return "next"


def held_by(person: str) -> int:
    return db.session.query(CaseSeat).filter_by(holder=person).count()


def staffed(as_user, count: int) -> list[str]:
    numbers = [log(as_user("grid"), head(title=f"第{place}件")) for place in range(count)]
    with unit_of_work(db.session):
        for number in numbers:
            staff_case(as_user("office"), number)
    return numbers


@pytest.mark.slow
def test_all_seats_change_hands_in_one_action_with_an_event_each(as_user, successor):
    numbers = staffed(as_user, SEATS)
    before = db.session.query(CaseEvent).count()
    with unit_of_work(db.session):
        done = hand_over(as_user("office"), "grid", successor, "调离")
    assert (sorted(done.moved), done.kept) == (sorted(numbers), [])
    assert (held_by("grid"), held_by(successor)) == (0, SEATS)
    assert db.session.query(CaseEvent).count() == before + SEATS
    with unit_of_work(db.session):
        again = hand_over(as_user("office"), successor, "grid", "调回")
    assert (len(again.moved), held_by("grid")) == (SEATS, SEATS)


def test_a_case_where_the_successor_may_not_sit_stays_and_is_named(as_user, successor):
    first, second, third = staffed(as_user, 3)
    with unit_of_work(db.session):
        fill_seat(as_user("office"), first, "village", (successor, None), "换人")
    with unit_of_work(db.session):
        done = hand_over(as_user("office"), "grid", successor, "调离")
    assert sorted(done.moved) == [second, third]
    assert [number for number, _why in done.kept] == [first]


def test_only_who_keeps_the_teams_hands_over_and_only_with_a_reason(as_user, successor):
    staffed(as_user, 1)
    with pytest.raises(NotAllowed):
        hand_over(as_user("village"), "grid", successor, "调离")
    with pytest.raises(RuleViolation, match="say why"):
        hand_over(as_user("office"), "grid", successor, " ")
    with pytest.raises(RuleViolation):
        hand_over(as_user("office"), "grid", "nobody", "调离")
