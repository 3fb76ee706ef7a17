"""Assigned from above (上级交办): a due item beside the statutory one, an objection, a report that may come back, and
who may close the case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from caseapp.actions.assigning import register_assigned
from caseapp.actions.cases import Act, RegisterCase, case_for, propose, record
from caseapp.actions.context import Ctx
from caseapp.actions.deadlines import sweep
from caseapp.db import unit_of_work
from caseapp.domain.cases.assignments import assignments
from caseapp.domain.cases.models import CaseEvent
from caseapp.domain.cases.queries import load_history
from caseapp.domain.cases.states import ROWS
from caseapp.domain.deadlines.models import Deadline, Duty, Flag
from caseapp.domain.deadlines.rules import owed_at, spans
from caseapp.domain.deadlines.undone import check_all_done
from caseapp.domain.moves.organ import CLOSING
from caseapp.domain.moves.queries import Ways, why_not
from caseapp.domain.notices.models import Notice
from caseapp.domain.reports.queries import read_report
from caseapp.domain.reports.report import as_json
from caseapp.kernel.errors import NotAllowed, RuleViolation
from caseapp.kernel.periods import Month
from tests.cases.make import by_two, do, head, log, moment, petition
from tests.rates.make import appeal, dispute, event, on, suggestion

pytestmark = pytest.mark.either_database

SAID: dict[str, Any] = {
    "sender": "县信访局", "letter_no": "县信交〔2026〕31号", "received_on": "2026-11-23", "answer_due": "2026-12-20",
    "report_wanted": True,
}  # fmt: skip


def assigned(day: str = "06-01", due: str = "2026-06-20", *, report: bool = True) -> Any:
    """A matter assigned from above, received that day."""
    said = SAID | {"received_on": f"2026-{day}", "answer_due": due, "report_wanted": report}
    return event("assigned", day, **{name: value for name, value in said.items() if value})


def answers(history: Any, day: str) -> list[date]:
    """By when an answer is owed at the end of a day."""
    return [item.due_on for item in owed_at(history, on(day)) if item.kind == "answer_above"]


REGISTERED = ("registered", "06-01")
SENT, BACK = ("reported", "06-10"), event("report_returned", "06-15", reason="缺附件")


def test_the_answer_is_owed_beside_the_handling_until_the_report_and_again_by_the_same_day_when_it_comes_back():
    history = appeal(REGISTERED, assigned(), SENT, BACK, ("reported", "06-25"))
    assert {item.kind for item in owed_at(history, on("06-09"))} >= {"answer_above", "handle"}
    found = [answers(history, day) for day in ("06-09", "06-10", "06-14", "06-15", "06-24", "06-25")]
    assert found == [[on("06-20")], [], [], [on("06-20")], [on("06-20")], []]
    (told,) = assignments(history)
    assert (told.returns, told.answered_on, told.nth) == (1, on("06-25"), 1)
    kept = [(one.from_on, one.to_on) for one in spans(history) if one.item.kind == "answer_above"]
    assert sorted(kept) == [(on("06-01"), on("06-10")), (on("06-15"), on("06-25"))]


def test_a_report_is_owed_whatever_became_of_the_matter_and_keeps_it_from_being_archived():
    settled = event("resolved", "06-05", method="policy", evidence="x")
    history = dispute(REGISTERED, assigned(), settled)
    assert answers(history, "06-06")
    with pytest.raises(RuleViolation, match="assigned it is still to be answered"):
        check_all_done(dispute(REGISTERED, assigned(), event("withdrawn", "06-05", reason="x")), on("06-06"))


def test_where_no_report_is_wanted_the_settling_or_the_reply_answers_and_a_reopening_asks_for_no_second_one():
    settled = event("resolved", "06-05", method="policy", evidence="x")
    plain = assigned(report=False)
    assert answers(dispute(REGISTERED, plain), "06-04")
    assert not answers(dispute(REGISTERED, plain, settled, event("reopened", "06-08", reason="x")), "06-08")
    reply = event("replied", "06-06", outcome="supported")
    assert not answers(appeal(REGISTERED, ("accepted", "06-02"), plain, reply), "06-06")


def test_said_anew_while_it_runs_it_is_corrected_and_once_answered_another_one_begins():
    later = assigned("06-05", "2026-06-30")
    assert answers(dispute(REGISTERED, assigned(), later), "06-05") == [on("06-30")]
    again = dispute(REGISTERED, assigned(), SENT, assigned("06-12", "2026-07-12"))
    assert [(one.nth, one.answer_due) for one in assignments(again)] == [(1, on("06-20")), (2, on("07-12"))]


def test_a_suggestion_owes_an_answer_and_an_accusation_stays_at_its_desk():
    assert {item.kind for item in owed_at(suggestion(REGISTERED, assigned()), on("06-02"))} == {
        "notice",
        "answer_above",
    }
    assert not owed_at(appeal(REGISTERED, assigned(), petition_class="accusation"), on("06-02"))


def log_assigned(ctx: Ctx, what: Any = None, **said: Any) -> str:
    """A case that came from above, logged by the town."""
    with unit_of_work(ctx.session):
        command = RegisterCase(what or petition(channel="assigned_down"), "from-above")
        return register_assigned(ctx, command, SAID | said).number


def kinds(ctx: Ctx, number: str) -> list[str]:
    """What is on record of a case, in order."""
    rows = ctx.session.query(CaseEvent).filter_by(case_id=case_for(ctx, number).id).order_by(CaseEvent.seq)
    return [row.kind for row in rows]


def test_it_is_logged_in_one_step_once_however_often_the_form_comes_and_charged_to_the_office(as_user):
    office = as_user("office")
    number = log_assigned(office)
    assert log_assigned(office) == number
    assert kinds(office, number) == ["registered", "assigned"]
    (row,) = office.session.query(Deadline).filter_by(kind="answer_above")
    assert (row.due_on, row.charged_to, row.start_on) == (date(2026, 12, 20), "office", date(2026, 11, 23))
    (duty,) = office.session.query(Duty).filter_by(kind="answer_above")
    assert duty.town_id == office.units.id_of["TH"]


@pytest.mark.parametrize(
    ("said", "field"),
    [({"sender": " "}, "sender"), ({"letter_no": ""}, "letter_no"), ({"answer_due": None}, "answer_due"),
     ({"answer_due": "2026-11-01"}, "answer_due"), ({"received_on": "2026-12-01"}, "received_on")],
)  # fmt: skip
def test_what_is_missing_or_cannot_be_is_told_by_its_field_and_nothing_is_logged(as_user, said, field):
    with pytest.raises(RuleViolation) as problem:
        log_assigned(as_user("office"), **said)
    assert problem.value.field == field
    assert as_user("office").session.query(CaseEvent).count() == 0


def test_only_the_town_receives_what_is_assigned(as_user):
    with pytest.raises(NotAllowed, match="received by the town"):
        log_assigned(as_user("village"))
    number = log(as_user("grid"))
    with pytest.raises(NotAllowed), unit_of_work(as_user("village").session):
        record(as_user("village"), Act(number, "take_assignment", SAID))
    do(as_user("leader"), number, "take_assignment", **SAID)
    assert kinds(as_user("office"), number) == ["registered", "assigned"]


DATA = {
    "resolve": {"method": "policy", "evidence": "已兑付补贴"}, "withdraw": {"reason": "本人撤回"},
    "terminate": {"advice": "可向法院起诉"}, "void": {"reason": "误录"},
}  # fmt: skip


@pytest.mark.parametrize("action", DATA)
def test_a_lower_unit_does_not_close_it_though_it_works_on_it(as_user, action):
    number = log_assigned(as_user("office"), head(channel="assigned_down"))
    village = as_user("village")
    act = record if action == "resolve" else propose
    with pytest.raises(NotAllowed, match="only the town's organ closes it"), unit_of_work(village.session):
        act(village, Act(number, action, DATA[action]))
    do(village, number, "follow_up", method="visit", note="到户核实")
    assert not offered(village, number) & set(CLOSING)
    assert offered(as_user("office"), number) >= {"resolve", "withdraw", "terminate", "void"}


def offered(ctx: Ctx, number: str) -> set[str]:
    """The acts that somebody is offered now."""
    case = case_for(ctx, number)
    history = load_history(ctx.session, case, ctx.units)
    return {row.action for row in ROWS if why_not(ctx, case, history, row.action, Ways(seated=False)) is None}


def test_a_case_that_nobody_assigned_is_closed_by_the_village_as_before(as_user):
    number = log(as_user("village"))
    do(as_user("village"), number, "resolve", **DATA["resolve"])
    assert case_for(as_user("village"), number).state == "resolved"


def test_the_town_objects_by_two_and_where_the_sender_agrees_the_case_has_left(as_user):
    office = as_user("office")
    number = log_assigned(office)
    by_two(office, as_user("leader"), number, "object", reason="属县人社局职权")
    do(office, number, "answer_objection", answer="agreed", words="同意退回")
    assert kinds(office, number)[-3:] == ["objected", "objection_answered", "transferred_out"]
    case = case_for(office, number)
    assert (case.state, case.standing) == ("transferred_out", "left")
    assert office.session.query(Deadline).filter_by(kind="answer_above", to_on=None).count() == 0
    do(as_user("village"), number, "reopen", reason="县局再次要求本镇办理")
    do(as_user("village"), number, "resolve", **DATA["resolve"])  # nothing is assigned any more


def test_where_the_sender_refuses_the_town_goes_on(as_user):
    office = as_user("office")
    number = log_assigned(office)
    by_two(office, as_user("leader"), number, "object", reason="属县人社局职权")
    do(office, number, "answer_objection", answer="refused")
    assert case_for(office, number).standing == "open"
    assert {"report", "resolve"} <= offered(office, number)
    assert not {"object", "answer_objection"} & offered(office, number)


def test_the_objection_is_made_within_five_working_days_of_the_receipt(as_user, clock):
    office = as_user("office")
    number = log_assigned(office)  # received on Monday 23 November: the fifth working day is Monday 30
    clock.set(2026, 11, 30, 23, 59)
    assert "object" in offered(as_user("office"), number)
    clock.set(2026, 12, 1, 0, 0)
    assert "object" not in offered(as_user("office"), number)
    with pytest.raises(RuleViolation, match="2026-11-30"), unit_of_work(office.session):
        propose(as_user("office"), Act(number, "object", {"reason": "属县局职权"}))


def test_a_report_that_comes_back_is_told_to_the_office_and_the_lead(as_user):
    office = as_user("office")
    number = log_assigned(office)
    do(office, number, "fill_seat", seat="lead", holder="leader")
    do(office, number, "report", report_no="太信报〔2026〕1号")
    with pytest.raises(RuleViolation, match="answered already"):
        do(office, number, "report")
    do(as_user("office2"), number, "return_report", reason="未附处理意见书")
    told = [row.recipient for row in office.session.query(Notice).filter_by(kind="report_returned")]
    assert sorted(told) == ["leader", "office"]
    (row,) = office.session.query(Duty).filter_by(kind="answer_above")
    assert row.due_on == date(2026, 12, 20)


def test_what_was_assigned_is_not_merged_into_another_case(as_user):
    office = as_user("office")
    number, other = log_assigned(office), log(office, replace(petition(), title="另一件"))
    with pytest.raises(RuleViolation, match="merge the other one into it"), unit_of_work(office.session):
        propose(office, Act(number, "merge", {"into": other}))
    by_two(office, as_user("leader"), other, "merge", into=number)
    assert case_for(office, other).merged_into == number


def test_an_act_that_happened_earlier_takes_its_place(as_user, clock):
    office = as_user("office")
    number = log_assigned(office)
    clock.set(2026, 12, 22, 9, 0)
    do(as_user("office"), number, "report", at=moment(2026, 12, 18, 9))
    (row,) = office.session.query(Deadline).filter_by(kind="answer_above")
    assert (row.to_on, row.late_from) == (date(2026, 12, 18), None)


def test_what_is_not_answered_in_time_is_late_like_anything_else(as_user, system, clock):
    office = as_user("office")
    number = log_assigned(office)
    clock.set(2026, 12, 22, 0, 0)
    with unit_of_work(system.session):
        sweep(system, date(2026, 12, 21))
    flags = system.session.query(Flag).filter_by(kind="answer_above")
    assert {(flag.due_on, flag.seat, flag.person) for flag in flags} == {(date(2026, 12, 20), "office", None)}
    told = [row.recipient for row in system.session.query(Notice).filter_by(kind="overdue", item="answer_above:1")]
    assert sorted(told) == ["office", "office2"]
    overdue = as_json(read_report(system.session, system.actor, system.units, "TH", Month(2026, 12), as_of=system.now))[
        "overdue"
    ]
    late = {"case": number, "kind": "answer_above", "due": "2026-12-20", "days_late": 11}
    assert late in overdue
