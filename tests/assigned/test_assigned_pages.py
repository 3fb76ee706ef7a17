"""The pages of what was assigned from above: the log form with its letter, the case, the desk, the county's sheet, and
what the petitioner reads."""

from __future__ import annotations

from datetime import date

import pytest

from caseapp.actions.cases import case_for
from caseapp.actions.interests import declare_interest
from caseapp.db import db, unit_of_work
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.deadlines.models import Deadline
from caseapp.office.xlsx import read_book
from caseapp.papers.assigned_sheet import COLUMNS
from tests.cases.make import by_two, do, log, moment, petition
from tests.receipts.test_progress import page_of

pytestmark = pytest.mark.either_database

FORM = {
    "track": "petition", "story": "反映低保待遇未核定", "unit": "TH-SH-01", "category": "welfare", "name": "李乙二",
    "headcount": "1", "contact": "any", "petition_class": "appeal", "channel": "assigned_down", "risk": "green",
    "of_unit": "", "paper_kind": "photo", "token": "a-form",
}  # fmt: skip
LETTER = {
    "sender": "县信访局", "letter_no": "县信交〔2026〕31号", "answer_due": "2026-12-20", "report_wanted": "y",
    "requirement": "核实后报办理情况",
}  # fmt: skip
SAID = {
    "sender": "县信访局", "letter_no": "县信交〔2026〕31号", "received_on": "2026-11-23", "answer_due": "2026-12-20",
    "report_wanted": True, "requirement": "核实后报办理情况",
}  # fmt: skip


def test_the_log_form_puts_the_letter_down_with_the_case(browse):
    answer = browse("office").post("/cases/new", data=FORM | LETTER)
    assert answer.status_code == 302
    event = db.session.query(CaseEvent).filter_by(kind="assigned").one()
    assert event.facts["letter_no"] == "县信交〔2026〕31号"
    assert event.facts["received_on"] == "2026-11-23"
    assert event.facts["report_wanted"] is True
    assert db.session.query(Case).one().assigned_on == date(2026, 11, 23)


def test_what_is_missing_is_told_beside_its_field_and_nothing_is_lost(browse):
    office = browse("office")
    page = office.post("/cases/new", data=FORM | LETTER | {"letter_no": " ", "answer_due": ""})
    assert page.status_code == 422
    assert page.text.count("field-error") == 2
    assert 'id="letter_no-error"' in page.text
    assert 'id="answer_due-error"' in page.text
    assert "县信访局" in page.text
    early = office.post("/cases/new", data=FORM | LETTER | {"answer_due": "2026-11-01"})
    assert (early.status_code, 'id="answer_due-error"' in early.text) == (422, True)
    assert db.session.query(Case).count() == 0


def test_another_way_in_asks_for_no_letter_and_a_village_is_shown_none(browse):
    office, village = browse("office"), browse("village")
    assert office.post("/cases/new", data=FORM | {"channel": "visit"}).status_code == 302
    assert 'name="letter_no"' not in village.get("/cases/new").text
    assert 'name="letter_no"' in office.get("/cases/new").text
    assert village.post("/cases/new", data=FORM | LETTER | {"token": "other", "story": "另一件事"}).status_code == 302
    assert db.session.query(CaseEvent).filter_by(kind="assigned").count() == 0


def assigned(as_user, **said: object) -> str:
    """A petition that was assigned by the county."""
    office = as_user("office")
    number = log(office, petition(channel="assigned_down", title="低保待遇核定"))
    do(office, number, "take_assignment", **(SAID | said))
    return number


def test_the_page_of_the_case_says_what_was_assigned_and_offers_what_can_be_done(browse, as_user):
    number, office = assigned(as_user), browse("office")
    page = office.get(f"/cases/{number}").text
    assert "县信交〔2026〕31号" in page
    assert "异议期至2026年11月30日" in page
    for action in ("report", "object", "take_assignment"):
        assert f"/act/{action}/" in page
    again = office.get(f"/act/take_assignment/{number}").text
    assert 'value="县信交〔2026〕31号"' in again
    form = {
        "sender": "县信访局",
        "letter_no": "县信交〔2026〕32号",
        "received_on": "2026-11-23",
        "answer_due": "2026-12-25",
    }
    assert office.post(f"/act/take_assignment/{number}", data=form).status_code == 302
    assert db.session.query(Deadline).filter_by(kind="answer_above").one().due_on == date(2026, 12, 25)
    assert browse("village").get(f"/act/report/{number}").status_code == 403


def test_who_may_not_close_it_is_told_why(browse, as_user):
    number = assigned(as_user)
    page = browse("village").post(f"/act/resolve/{number}", data={"method": "policy", "evidence": "已兑付"})
    assert page.status_code == 403
    assert "只能由镇级机关办结" in page.text
    assert case_for(as_user("office"), number).state == "registered"


def test_the_desk_is_of_the_town_and_says_what_is_owed_answered_and_returned(browse, as_user):
    office = browse("office")
    assert "没有待回复的上级交办件" in office.get("/assigned").text
    number = assigned(as_user)
    for who, status in {"leader": 200, "village": 403, "grid": 403, "station": 403, "auditor": 403}.items():
        assert browse(who).get("/assigned").status_code == status, who
    assert number in office.get("/assigned").text
    assert number not in office.get("/assigned?show=done").text
    do(as_user("office"), number, "report", report_no="太信报〔2026〕1号")
    assert number not in office.get("/assigned").text
    assert "太信报〔2026〕1号" in office.get("/assigned?show=done&year=2026").text
    do(as_user("office"), number, "return_report", reason="未附处理意见书")
    page = office.get("/assigned").text
    assert "退回1次" in page
    assert "2026年12月20日" in page
    assert number not in office.get("/assigned?show=all&year=2025").text


def test_what_was_answered_on_the_day_it_came_and_what_was_handed_back_are_on_the_desk(browse, as_user):
    number = assigned(as_user)
    do(as_user("office"), number, "report")
    other = assigned(as_user)
    by_two(as_user("office"), as_user("leader"), other, "object", reason="属县局职权")
    do(as_user("office"), other, "answer_objection", answer="agreed")
    page = browse("office").get("/assigned?show=done").text
    assert number in page
    assert other in page
    assert "已退回交办单位" in page


def test_an_accusation_and_what_the_reader_is_out_of_are_not_on_the_desk(browse, as_user):
    office = as_user("office")
    sealed = log(office, petition(petition_class="accusation"))
    do(office, sealed, "take_assignment", **SAID)
    kept_from = assigned(as_user)
    with unit_of_work(db.session):
        declare_interest(as_user("leader"), kept_from)
    for who, seen in {"leader": False, "outsider": False, "office": True}.items():
        page = browse(who).get("/assigned?show=all").text
        assert (sealed in page, kept_from in page) == (False, seen), who


def test_the_county_gets_its_sheet_and_the_log_says_who_took_it(browse, as_user, clock):
    number = assigned(as_user)
    do(as_user("office"), number, "fill_seat", seat="lead", holder="leader")
    clock.set(2026, 12, 1, 9, 0)
    do(as_user("office"), number, "report", report_no="太信报〔2026〕1号")
    do(as_user("office"), number, "return_report", reason="补附件")
    do(as_user("office"), number, "resolve", method="policy", evidence="已补发")
    do(as_user("office"), number, "report", report_no="太信报〔2026〕2号", at=moment(2026, 12, 1, 9))
    answer = browse("office").get("/assigned.xlsx?year=2026&show=all")
    assert answer.status_code == 200
    (sheet,) = read_book(answer.data)
    rows = [list(row) for row in sheet.rows]
    at = rows.index(list(COLUMNS))
    assert rows[at - 1][0] == "太和镇上级交办事项登记表（2026年）"
    row = rows[at + 1]
    assert row[:2] == [1, "县信交〔2026〕31号"]
    assert [str(cell)[:10] for cell in (row[2], row[5], row[9])] == ["2026-11-23", "2026-12-20", "2026-12-01"]
    assert row[3:5] == ["低保待遇核定", "核实后报办理情况"]
    assert row[7] == "镇领导甲"
    assert row[10:] == ["太信报〔2026〕2号", 1]
    assert db.session.query(AuditEntry).filter_by(action="report_taken").count() == 1
    assert browse("village").get("/assigned.xlsx").status_code == 403


def test_the_petitioner_reads_nothing_of_the_sender(app, as_user):
    number = assigned(as_user)
    do(as_user("office"), number, "report", report_no="太信报〔2026〕1号")
    do(as_user("office"), number, "return_report", reason="未附处理意见书")
    for language in ("zh", "en"):
        page = page_of(app, number, language)
        for word in ("县信访局", "县信交", "太信报", "2026年12月20日", "交办", "assigned", "sender", "附处理意见书"):
            assert word not in page, word
