"""Who is told of what, through the acts themselves: seats, moves, requests, sheets, tasks, urging, the ladder, the day."""

from __future__ import annotations

from datetime import date

import pytest

from caseapp.actions import supervision
from caseapp.actions.cases import Act, decide, propose
from caseapp.actions.co_handlers import ask_to_help
from caseapp.actions.deadlines import sweep
from caseapp.actions.interests import declare_interest
from caseapp.actions.notices import tell_the_day
from caseapp.actions.teams import staff_case
from caseapp.actions.urging import urge
from caseapp.db import db, unit_of_work
from caseapp.domain.notices.models import Notice
from caseapp.kernel.errors import NotAllowed, RuleViolation
from tests.cases.make import do, head, log

pytestmark = pytest.mark.either_database


@pytest.fixture
def number(as_user) -> str:
    found = log(as_user("grid"), head())
    with unit_of_work(db.session):
        staff_case(as_user("office"), found)
    return found


def told(kind: str, rung: str = "") -> list[str]:
    rows = db.session.query(Notice).filter_by(kind=kind)
    return sorted(row.recipient for row in rows if not rung or row.rung == rung)


def test_who_is_given_a_seat_is_told(number):
    assert told("given") == ["grid", "leader", "liaison", "station", "village"]


def test_the_unit_that_a_case_is_sent_to_is_told(number, as_user):
    do(as_user("grid"), number, "escalate", to="TH-SH", reason="未成")
    assert told("sent_down") == ["village"]
    do(as_user("village"), number, "escalate", to="TH", reason="未成")
    assert told("sent_down") == ["office", "office2", "village"]


def test_who_may_decide_is_asked_and_the_asker_hears_of_it(number, as_user):
    with unit_of_work(db.session):
        asked = propose(as_user("grid"), Act(number, "extend", {"to": "2026-12-30", "reason": "待鉴定"}))
    assert told("asked") == ["leader", "office", "office2"]
    with unit_of_work(db.session):
        decide(as_user("leader"), asked.id, approved=True, told={"told_on": "2026-11-23", "told_how": "phone"})
    assert told("decided") == ["grid"]


def test_a_sheet_is_told_at_each_step(number, as_user):
    with unit_of_work(db.session):
        sheet = supervision.draft_by_hand(as_user("office"), number, "follow_up_missed")
        sheet_id = supervision.issue(as_user("office"), sheet.id, "到场", None).id
    assert told("supervision_issued") == ["leader", "liaison"]
    with unit_of_work(db.session):
        supervision.answer(as_user("liaison"), sheet_id, "已到场")
    assert told("supervision_answered") == ["office"]
    with unit_of_work(db.session):
        supervision.judge(as_user("office"), sheet_id, accepted=False, text="补照片")
    assert told("supervision_returned") == ["liaison"]


def test_the_ladder_tells_another_each_rung(number, system, clock):
    clock.set(2026, 12, 20, 0, 0)
    with unit_of_work(db.session):
        sweep(system, date(2026, 12, 19))
    assert told("overdue", "seat") == ["grid"]
    assert told("overdue", "lead") == ["leader"]
    assert told("overdue", "office") == ["office", "office2"]
    assert told("overdue", "heads") == ["leader"]
    before = db.session.query(Notice).count()
    with unit_of_work(db.session):
        sweep(system, date(2026, 12, 19))
    assert db.session.query(Notice).count() == before


def test_in_the_morning_each_is_told_what_is_due_that_day(number, system, clock):
    clock.set(2026, 11, 24, 7, 30)
    with unit_of_work(db.session):
        assert tell_the_day(system, date(2026, 11, 24)) == 1
    assert told("due_soon") == ["grid"]


def test_urging_reaches_who_owes_it_once_a_day(number, as_user, clock):
    clock.set(2026, 11, 26, 9, 0)
    for _press in range(2):
        with unit_of_work(db.session):
            assert urge(as_user("leader"), number, "first_contact") == "网格员甲"
    assert told("urged") == ["grid"]
    with pytest.raises(NotAllowed):
        urge(as_user("village"), number, "first_contact")
    with pytest.raises(RuleViolation, match="yours"):
        urge(as_user("leader"), number, "handle")


def test_who_is_asked_to_help_is_told_and_who_is_out_of_it_is_not(number, as_user, clock):
    with unit_of_work(db.session):
        ask_to_help(as_user("leader"), number, "grid2", "核对界址", date(2026, 11, 28))
    assert told("co_task") == ["grid2"]
    with unit_of_work(db.session):
        declare_interest(as_user("station"), number)
    do(as_user("grid"), number, "resolve", method="mediation", evidence="协议")
    with unit_of_work(db.session):
        declare_interest(as_user("liaison"), number)
    do(as_user("grid"), number, "reopen", reason="反弹")
    assert told("reopened") == ["leader"]
