"""协办: a task and a date of their own; silence shows on the main handler's desk; units sign for what they are sent."""

from __future__ import annotations

from datetime import date

import pytest

from caseapp.actions.co_handlers import ask_to_help, release, say_word, sign_for
from caseapp.actions.teams import staff_case
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.queries import CaseFilter, CaseList, find_case
from caseapp.domain.meetings.queries import other_tasks
from caseapp.domain.teams.queries import held_by_posts, unsigned
from caseapp.kernel.errors import Conflict, NotAllowed, RuleViolation
from tests.cases.make import do, head, log

pytestmark = pytest.mark.either_database


@pytest.fixture
def number(as_user) -> str:
    found = log(as_user("grid"), head())
    with unit_of_work(db.session):
        staff_case(as_user("office"), found)
    return found


def desk(ctx) -> list[str]:
    return [task.text for task in other_tasks(db.session, ctx.actor, ctx.now, ctx.today) if task.kind == "asked"]


def test_a_co_handler_sees_the_case_until_the_part_is_over(number, as_user):
    assert find_case(db.session, as_user("grid2").actor, number) is None
    with unit_of_work(db.session):
        task = ask_to_help(as_user("station"), number, "grid2", "核对界址", date(2026, 11, 28)).id
    assert find_case(db.session, as_user("grid2").actor, number) is not None
    assert (desk(as_user("grid2")), desk(as_user("station"))) == (["核对界址"], [])
    with unit_of_work(db.session):
        release(as_user("station"), task)
    assert find_case(db.session, as_user("grid2").actor, number) is None


def test_three_silent_days_show_on_the_main_handlers_desk(number, as_user, clock):
    with unit_of_work(db.session):
        task = ask_to_help(as_user("station"), number, "grid2", "核对界址", date(2026, 12, 20)).id
    clock.pass_by(days=3, minutes=1)
    assert desk(as_user("station")) == desk(as_user("leader")) == ["核对界址"]
    with unit_of_work(db.session):
        say_word(as_user("grid2"), task, "图纸已调", done=False)
    assert desk(as_user("station")) == []
    with unit_of_work(db.session):
        say_word(as_user("grid2"), task, "界址已核", done=True)
    assert desk(as_user("grid2")) == []


def test_only_the_main_handler_asks_and_only_the_asked_reports(number, as_user):
    with pytest.raises(NotAllowed):
        ask_to_help(as_user("grid"), number, "grid2", "核对界址", date(2026, 11, 28))
    with unit_of_work(db.session):
        task = ask_to_help(as_user("leader"), number, "grid2", "核对界址", date(2026, 11, 28)).id
    with pytest.raises(NotAllowed):
        say_word(as_user("leader"), task, "做完了", done=True)
    with pytest.raises(RuleViolation, match="past"):
        ask_to_help(as_user("leader"), number, "grid2", "核对界址", date(2026, 11, 1))


def test_who_is_complained_of_is_not_asked_to_help(as_user):
    found = log(as_user("office"), head(about=("grid2",)))
    with pytest.raises(RuleViolation, match="complains of"):
        ask_to_help(as_user("office"), found, "grid2", "核对界址", date(2026, 11, 28))


def waiting(ctx) -> int:
    found = (CaseFilter(clauses=(unsigned(), held)) for held in held_by_posts(ctx.actor))
    return sum(CaseList(ctx.actor, one).count(db.session) for one in found)


def test_the_unit_that_a_case_is_sent_to_signs_for_it_once_a_move(number, as_user):
    do(as_user("grid"), number, "escalate", to="TH-SH", reason="调解未成")
    assert (waiting(as_user("village")), waiting(as_user("grid"))) == (1, 0)
    with unit_of_work(db.session):
        sign_for(as_user("village"), number)
    assert waiting(as_user("village")) == 0
    with pytest.raises(Conflict):
        sign_for(as_user("village"), number)
    do(as_user("village"), number, "send_down", to="TH-SH-01", requirement="再调一次")
    assert waiting(as_user("grid")) == 1
