"""督办: drafted once by the sweep, issued by a person, answered by the seat, accepted or returned by the issuer."""

from __future__ import annotations

from datetime import date

import pytest

from caseapp.actions import supervision
from caseapp.actions.teams import staff_case
from caseapp.db import db, unit_of_work
from caseapp.domain.supervision.models import Sheet
from caseapp.domain.supervision.queries import sheets_waiting
from caseapp.kernel.errors import NotAllowed, OutOfScope, RuleViolation
from tests.cases.make import do, head, log, petition

pytestmark = pytest.mark.either_database


@pytest.fixture
def number(as_user) -> str:
    found = log(as_user("grid"), head())
    with unit_of_work(db.session):
        staff_case(as_user("office"), found)
    return found


def drafted(system, day: date) -> list[str]:
    with unit_of_work(db.session):
        supervision.draft_sheets(system, day)
    return sorted(sheet.ground for sheet in db.session.query(Sheet))


def put(as_user, number: str) -> int:
    """An issued sheet."""
    with unit_of_work(db.session):
        sheet = supervision.draft_by_hand(as_user("office"), number, "handle_passed")
        return supervision.issue(as_user("office"), sheet.id, "三日内到场", None).id


def desk(ctx) -> list[str]:
    return [sheet.state for sheet in sheets_waiting(db.session, ctx.actor, ctx.today)]


def test_half_the_time_without_a_word_drafts_a_sheet_once(number, system, clock, as_user):
    clock.set(2026, 12, 30, 9, 0)
    assert drafted(system, date(2026, 12, 8)) == []
    assert drafted(system, date(2026, 12, 9)) == ["half_time"]
    assert drafted(system, date(2026, 12, 10)) == ["half_time"]
    assert desk(as_user("office")) == ["draft"]


def test_a_follow_up_missed_twice_and_a_passed_date_draft_theirs(number, system, clock, as_user):
    do(as_user("grid"), number, "follow_up", method="visit", note="到场")  # the next are due on 7 and 21 December
    clock.set(2027, 1, 30, 9, 0)
    assert drafted(system, date(2026, 12, 21)) == []
    assert drafted(system, date(2026, 12, 22)) == ["follow_up_missed"]
    assert drafted(system, date(2026, 12, 24)) == ["follow_up_missed", "handle_passed"]


def test_a_reopened_case_and_one_raised_again_are_drafted(number, system, clock, as_user):
    do(as_user("grid"), number, "resolve", method="mediation", evidence="协议书")
    assert drafted(system, date(2026, 11, 23)) == []
    do(as_user("grid"), number, "reopen", reason="又漏水")
    assert drafted(system, date(2026, 11, 23)) == ["raised_again"]
    first = log(as_user("office"), petition())
    again = log(as_user("office"), petition())
    do(as_user("office"), again, "mark_repeat", of=first)
    assert drafted(system, date(2026, 11, 23)) == ["raised_again", "raised_again"]


def test_a_sheet_is_issued_answered_returned_answered_and_accepted(number, as_user):
    sheet_id = put(as_user, number)
    sheet = db.session.get(Sheet, sheet_id)
    assert (sheet.number, sheet.answer_on) == ("太督〔2026〕0001号", date(2026, 11, 30))
    assert (desk(as_user("leader")), desk(as_user("office"))) == (["issued"], [])
    with pytest.raises(NotAllowed, match="the seat"):
        supervision.answer(as_user("grid"), sheet_id, "已办")
    with unit_of_work(db.session):
        supervision.answer(as_user("leader"), sheet_id, "已约双方")
    assert (desk(as_user("leader")), desk(as_user("office"))) == ([], ["answered"])
    with pytest.raises(NotAllowed, match="their own"):
        supervision.judge(as_user("leader"), sheet_id, accepted=True)
    with unit_of_work(db.session):
        supervision.judge(as_user("office"), sheet_id, accepted=False, text="请附照片")
    with unit_of_work(db.session):
        supervision.answer(as_user("leader"), sheet_id, "照片已附")
        supervision.judge(as_user("office"), sheet_id, accepted=True)
    assert [step.kind for step in db.session.get(Sheet, sheet_id).steps] == [
        "drafted", "issued", "answered", "returned", "answered", "accepted",
    ]  # fmt: skip
    with pytest.raises(RuleViolation):
        supervision.answer(as_user("leader"), sheet_id, "再答")


def test_one_open_sheet_a_case_and_ground(number, as_user):
    put(as_user, number)
    with pytest.raises(RuleViolation, match="open sheet"):
        supervision.draft_by_hand(as_user("office"), number, "handle_passed")


def test_a_dropped_draft_is_not_drafted_again_for_the_same_reason(number, system, clock, as_user):
    clock.set(2026, 12, 30, 9, 0)
    drafted(system, date(2026, 12, 9))
    with unit_of_work(db.session):
        supervision.drop(as_user("office"), db.session.query(Sheet).one().id, "已电话催办")
    assert drafted(system, date(2026, 12, 10)) == ["half_time"]
    assert db.session.query(Sheet).one().state == "dropped"


def test_who_does_not_see_the_case_finds_no_sheet(number, as_user):
    sheet_id = put(as_user, number)
    for stranger in ("grid2", "village2", "outsider", "discipline"):
        with pytest.raises(OutOfScope):
            supervision.answer(as_user(stranger), sheet_id, "…")
