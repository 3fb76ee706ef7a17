"""Days on which leaders receive petitioners: posted two days ahead, seen by everybody, and what came of each visit is
in its case and, where something was promised, owed by its day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook
from sqlalchemy import select

from caseapp.actions.accounts import add_post, add_user
from caseapp.actions.accusations import take_as_accusation
from caseapp.actions.interests import declare_interest
from caseapp.actions.receptions import DayPosted, VisitTold, call_off, post_day, record_visit
from caseapp.db import db, unit_of_work
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.cases.events import Party
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_history
from caseapp.domain.meetings.models import MeetingDecision
from caseapp.domain.receptions.models import Reception, ReceptionDay
from caseapp.domain.receptions.queries import received_on
from caseapp.kernel.errors import NotAllowed, RuleViolation
from tests.cases.make import head, log, petition

DAY = DayPosted(date(2026, 11, 25), "09:00", "11:30", "镇政府一楼接访室", "leader")
VISIT = VisitTold("", "已听取，请民政办三日内核实。", "核实家庭收入", "station", date(2026, 12, 2))


def posted(as_user, **more: object) -> int:
    with unit_of_work(db.session):
        return post_day(as_user("office"), "TH", replace(DAY, **more)).id


def received(as_user, day: int, visit: VisitTold) -> Reception:
    with unit_of_work(db.session):
        return record_visit(as_user("office"), day, visit)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"day": date(2026, 11, 24)}, "day"), ({"day": date(2028, 1, 1)}, "day"), ({"begins": "9:00"}, "begins"),
        ({"ends": "25:00"}, "ends"), ({"ends": "08:00"}, "ends"), ({"place": " "}, "place"), ({"leader": "grid"}, "leader"),
        ({"leader": "nobody"}, "leader"),
    ],
)  # fmt: skip
@pytest.mark.one_database
def test_a_day_is_posted_whole_and_two_days_ahead(as_user, wrong, field):
    with pytest.raises(RuleViolation) as refused:
        posted(as_user, **wrong)
    assert refused.value.field == field


def test_who_leads_or_runs_the_office_posts_it_and_once(as_user):
    posted(as_user)
    with pytest.raises(RuleViolation):
        posted(as_user)
    for who in ("grid", "village", "station", "auditor"):
        with pytest.raises(NotAllowed), unit_of_work(db.session):
            post_day(as_user(who), "TH", DAY)


def test_everybody_reads_of_it_until_it_is_called_off(as_user, app, browse):
    day = posted(as_user)
    public = app.test_client()
    assert "镇政府一楼接访室" in public.get("/track").text
    assert "09:00–11:30" in public.get("/track").text
    with unit_of_work(db.session):
        call_off(as_user("leader"), day, "领导外出开会")
    assert "镇政府一楼接访室" not in public.get("/track").text
    page = browse("grid").get("/receptions").text
    assert "已取消" in page
    with pytest.raises(RuleViolation), unit_of_work(db.session):
        call_off(as_user("leader"), day, "再次")


def test_what_was_said_is_in_the_case_and_what_was_promised_is_owed(as_user, clock):
    number, day = log(as_user("office"), petition(unit="TH")), posted(as_user)
    with pytest.raises(RuleViolation):
        received(as_user, day, replace(VISIT, number=number))  # it has not come
    clock.set(2026, 11, 25, 15, 0)
    row = received(as_user, day, replace(VISIT, number=number))
    case = db.session.get_one(Case, row.case_id)
    event = load_history(db.session, case, as_user("office").units).events[-1]
    assert (event.kind, event.data["method"], event.at.hour) == ("followed_up", "meeting", 3)  # 11:30, in UTC
    assert event.text("note") == "领导接访（镇领导甲）：已听取，请民政办三日内核实。"
    decision = db.session.scalars(select(MeetingDecision)).one()
    assert (decision.case_id, decision.responsible, decision.due_on) == (case.id, "station", date(2026, 12, 2))
    told = received_on(db.session, as_user("office").actor, [db.session.get_one(ReceptionDay, day)])
    assert [one.said for one in told] == [event.text("note")]
    with pytest.raises(RuleViolation):
        received(as_user, day, replace(VISIT, number=number))


def test_all_of_a_visit_is_kept_or_nothing(as_user, clock):
    number, day = log(as_user("office"), petition(unit="TH")), posted(as_user)
    clock.set(2026, 11, 25, 15, 0)
    for wrong, field in (
        ({"answer": ""}, "answer"),
        ({"due_on": None}, "due_on"),
        ({"responsible": "nobody"}, "responsible"),
    ):
        with pytest.raises(RuleViolation) as refused:
            received(as_user, day, replace(VISIT, number=number, **wrong))
        assert refused.value.field == field
    assert db.session.query(MeetingDecision).count() == db.session.query(Reception).count() == 0
    assert db.session.scalars(select(Case.length).where(Case.number == number)).one() == 1
    received(as_user, day, VisitTold(number, "已当场解释。"))
    assert db.session.query(MeetingDecision).count() == 0


def test_somebody_who_came_for_the_first_time_may_be_logged_after_the_hours(as_user, clock):
    day = posted(as_user)
    clock.set(2026, 11, 25, 14, 0)
    number = log(as_user("office"), petition(unit="TH"))
    clock.set(2026, 11, 25, 15, 0)
    row = received(as_user, day, VisitTold(number, "已受理。"))
    events = load_history(db.session, db.session.get_one(Case, row.case_id), as_user("office").units).events
    assert events[-1].at == events[0].at


def test_a_visit_that_somebody_does_not_see_is_not_counted_for_them(as_user, clock, browse):
    number, day = log(as_user("office"), petition(unit="TH")), posted(as_user)
    clock.set(2026, 11, 25, 15, 0)
    received(as_user, day, VisitTold(number, "已听取。"))
    clock.set(2026, 11, 26, 9, 0)
    assert "1 件" in browse("office").get("/receptions").text
    assert "0 件" in browse("village").get("/receptions").text


def test_a_day_is_called_off_until_it_is_over_and_visits_before_that_are_put_down(as_user, clock, system):
    """Whether it can be does not tell of a visit that is kept from who calls it off."""
    with unit_of_work(db.session):
        add_post(system, add_user(system, "leader2", "镇领导乙", "correct horse"), "leader", "TH")
    number, before, on_it = (
        log(as_user("office"), petition(unit="TH")),
        posted(as_user),
        posted(as_user, leader="leader2"),
    )
    with unit_of_work(db.session):
        call_off(as_user("office"), before, "领导外出开会")
    clock.set(2026, 11, 25, 15, 0)
    with unit_of_work(db.session):
        call_off(as_user("office"), on_it, "领导中途离开")
    with pytest.raises(RuleViolation):
        received(as_user, before, VisitTold(number, "已听取。"))
    received(as_user, on_it, VisitTold(number, "已听取。"))
    clock.set(2026, 11, 26, 9, 0)
    past = db.session.get_one(ReceptionDay, on_it)
    past.cancelled_at = past.cancelled_by = None
    with pytest.raises(RuleViolation, match="over"):
        call_off(as_user("office"), on_it, "误发")


def test_a_leader_who_is_out_of_a_case_receives_nobody_in_it(as_user, clock):
    number, day = log(as_user("office"), petition(unit="TH")), posted(as_user)
    with unit_of_work(db.session):
        declare_interest(as_user("leader"), number, "亲属")
    clock.set(2026, 11, 25, 15, 0)
    with pytest.raises(RuleViolation) as refused:
        received(as_user, day, replace(VISIT, number=number))
    assert refused.value.field == "number"
    assert db.session.query(Reception).count() == 0


def test_who_does_not_see_a_case_reads_nothing_of_its_visit(as_user, clock, browse):
    number, day = log(as_user("office"), petition(unit="TH", title="低保独此一件")), posted(as_user)
    clock.set(2026, 11, 25, 15, 0)
    received(as_user, day, replace(VISIT, number=number))
    page = browse("grid").get(f"/receptions/{word_of(day)}").text
    assert "镇领导甲" in page
    assert number not in page
    assert "核实家庭收入" not in page
    with unit_of_work(db.session):
        take_as_accusation(as_user("office"), number, "反映干部问题")
    for who in ("office", "leader", "discipline"):
        assert "低保独此一件" not in browse(who).get(f"/receptions/{word_of(day)}").text


def word_of(key: int) -> str:
    """The id of a day as an address has it."""
    from flask import current_app

    return str(current_app.url_map.converters["key"](current_app.url_map).to_url(key))


def test_the_pages_post_a_day_put_a_visit_down_and_give_out_the_sheet(as_user, clock, browse):
    number = log(as_user("office"), petition(unit="TH", parties=(Party("petitioner", "李乙二", "13900009999"),)))
    client = browse("office")
    told = {
        "unit": "TH",
        "leader": "leader",
        "day": "2026-11-25",
        "begins": "09:00",
        "ends": "11:30",
        "place": "接访室",
    }
    assert client.post("/receptions/new", data={**told, "day": "2026-11-24"}).status_code == 422
    where = client.post("/receptions/new", data=told).headers["Location"]
    notice = Document(BytesIO(client.get(f"{where}/notice.docx").data))
    assert any("2026年11月25日（星期三）09:00至11:30" in one.text for one in notice.paragraphs)
    clock.set(2026, 11, 25, 15, 0)
    client = browse("leader")
    visit = {
        "number": number,
        "answer": "已听取。",
        "promise": "核实",
        "responsible": "station",
        "due_on": "2026-12-02",
    }
    assert client.post(where, data={**visit, "number": "太信〔2026〕9999号"}).status_code == 422
    assert client.post(where, data=visit).status_code == 302
    assert number in client.get(where).text
    sheet = load_workbook(BytesIO(client.get("/receptions.xlsx?year=2026").data)).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert any(number in row and "李乙二" in row and "镇领导甲" in row for row in cells)
    assert not any("13900009999" in str(cell) for row in cells for cell in row)
    actions = set(db.session.scalars(select(AuditEntry.action)))
    assert {"reception_posted", "reception_recorded", "report_taken"} <= actions


@pytest.mark.one_database
def test_a_dispute_can_be_received_too(as_user, clock):
    number, day = log(as_user("grid"), head()), posted(as_user)
    clock.set(2026, 11, 25, 10, 0)
    row = received(as_user, day, VisitTold(number, "现场协调。"))
    assert row.seq == db.session.scalars(select(Case.length).where(Case.number == number)).one()
