"""AB角: while A is away or out of a case, B acts, sees the item and is charged; then A is back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from caseapp.actions.absences import end_absence, enter_absence
from caseapp.actions.accounts import add_post, add_user
from caseapp.actions.deadlines import sweep
from caseapp.actions.interests import declare_interest, undo
from caseapp.actions.teams import fill_seat
from caseapp.db import db, unit_of_work
from caseapp.domain.access.models import Interest
from caseapp.domain.cases.queries import find_case, load_history
from caseapp.domain.deadlines.models import Flag
from caseapp.domain.deadlines.queries import my_items, overdue_list
from caseapp.kernel.errors import Conflict, NotAllowed, OutOfScope, RuleViolation
from tests.cases.make import do, head, log, moment

pytestmark = pytest.mark.either_database


@pytest.fixture
def held(system, as_user, clock) -> str:
    """A dispute followed by a liaison cadre A with a deputy B."""
    clock.set(2026, 11, 23, 9, 0)
    with unit_of_work(db.session):
        add_post(system, add_user(system, "liaison-b", "驻村乙", "correct horse"), "liaison", "TH-SH")
    number = log(as_user("grid"), head())
    do(as_user("grid"), number, "follow_up", method="visit", note="到场")  # the next one is due on 7 December, a Monday
    with unit_of_work(db.session):
        fill_seat(as_user("office"), number, "liaison", ("liaison", "liaison-b"), "")
    return number


def desk(ctx) -> list[str]:
    """What is on somebody's desk: kinds of due items."""
    return [item.deadline.kind for item in my_items(ctx.actor, ctx.today).items(db.session, ctx.units)]


def charged(ctx) -> list[tuple[str, bool]]:
    """Who is charged with what is overdue."""
    items = overdue_list(ctx.actor, ctx.today).items(db.session, ctx.units)
    return [(item.responsible, item.acting) for item in items if item.deadline.kind == "follow_up"]


def test_b_acts_while_a_is_away_and_a_is_back_afterwards(held, as_user, clock, system):
    with unit_of_work(db.session):
        enter_absence(as_user("office"), "liaison", "training", date(2026, 12, 7), date(2026, 12, 9))
    clock.set(2026, 12, 4, 9, 0)
    assert ("follow_up" in desk(as_user("liaison")), "follow_up" in desk(as_user("liaison-b"))) == (True, False)
    clock.set(2026, 12, 8, 9, 0)
    assert ("follow_up" in desk(as_user("liaison")), "follow_up" in desk(as_user("liaison-b"))) == (False, True)
    assert charged(as_user("office")) == [("驻村乙", True)]
    with unit_of_work(db.session):
        sweep(system, date(2026, 12, 8))
    flag = db.session.query(Flag).filter_by(kind="follow_up", rung="seat").one()
    assert (flag.seat, flag.person, flag.acting) == ("liaison", "liaison-b", True)
    clock.set(2026, 12, 10, 9, 0)
    assert ("follow_up" in desk(as_user("liaison")), "follow_up" in desk(as_user("liaison-b"))) == (True, False)
    assert charged(as_user("office")) == [("驻村甲", False)]


def test_work_is_put_down_to_the_seat_of_who_does_it_unless_it_says_whose_it_was(held, as_user, system):
    for who, told in (("liaison", {}), ("liaison-b", {}), ("office", {}), ("office", {"by_seat": "liaison"})):
        do(as_user(who), held, "follow_up", method="visit", note="到场", **told)
    case = find_case(db.session, system.actor, held)
    done = [event.data for event in load_history(db.session, case, system.units).events if event.kind == "followed_up"]
    seats = [(one.get("by_seat"), one.get("acting")) for one in done[-4:]]
    assert seats == [("liaison", None), ("liaison", True), (None, None), ("liaison", None)]


def test_when_both_are_away_a_stays_charged(held, as_user, clock):
    with unit_of_work(db.session):
        for person in ("liaison", "liaison-b"):
            enter_absence(as_user("office"), person, "leave", date(2026, 12, 7), date(2026, 12, 14))
    clock.set(2026, 12, 8, 9, 0)
    assert charged(as_user("office")) == [("驻村甲", False)]


def test_who_comes_back_early_is_charged_again_from_that_day(held, as_user, clock):
    with unit_of_work(db.session):
        absence = enter_absence(as_user("liaison"), "liaison", "illness", date(2026, 12, 7), date(2026, 12, 14))
    clock.set(2026, 12, 8, 9, 0)
    with unit_of_work(db.session):
        end_absence(as_user("liaison"), absence.id)
    assert charged(as_user("office")) == [("驻村甲", False)]


def test_an_absence_is_entered_ahead_and_by_who_may(held, as_user, clock):
    day = date(2026, 11, 23)
    with pytest.raises(RuleViolation, match="before it is over"):
        enter_absence(as_user("liaison"), "liaison", "leave", day - timedelta(days=3), day - timedelta(days=1))
    with pytest.raises(RuleViolation, match="before the first"):
        enter_absence(as_user("liaison"), "liaison", "leave", day, day - timedelta(days=1))
    with pytest.raises(NotAllowed):
        enter_absence(as_user("grid2"), "liaison", "leave", day, day)


def test_who_declares_an_interest_is_out_at_once_and_the_deputy_acts(held, as_user, clock):
    clock.set(2026, 12, 8, 9, 0)
    with unit_of_work(db.session):
        declare_interest(as_user("liaison"), held, "当事人是我表兄")
    assert desk(as_user("liaison")) == []
    assert charged(as_user("office")) == [("驻村乙", True)]
    with pytest.raises(OutOfScope):
        do(as_user("liaison"), held, "follow_up", method="visit", note="到场")
    with pytest.raises(RuleViolation):
        fill_seat(as_user("office"), held, "grid", ("liaison", None), "换人")


def test_coming_back_takes_two_others(held, as_user, clock):
    with unit_of_work(db.session):
        declare_interest(as_user("liaison"), held)
    interest = db.session.query(Interest).one().id
    with pytest.raises(OutOfScope):
        undo(as_user("liaison"), interest)
    with unit_of_work(db.session):
        undo(as_user("office"), interest)
    with pytest.raises(Conflict):
        undo(as_user("office"), interest)
    with unit_of_work(db.session):
        undo(as_user("leader"), interest)
    do(as_user("liaison"), held, "follow_up", at=moment(2026, 11, 23, 9, 0), method="phone", note="回来了")
