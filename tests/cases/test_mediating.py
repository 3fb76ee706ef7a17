"""Mediation begins with the consent of all (人民调解法 art. 17); what a session came to is on record with who was there."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from docx import Document
from sqlalchemy import select

from caseapp.db import db
from caseapp.domain.cases.models import Case
from caseapp.kernel.errors import RuleViolation
from tests.cases.make import do, head, log, petition

pytestmark = pytest.mark.either_database
SESSION = {"result": "adjourned", "place": "双合村村委会", "mediators": "王丙三、赵丁四", "invited": "周甲一的堂兄"}


def test_the_first_session_of_a_dispute_says_that_all_agreed_and_the_next_ones_need_not(as_user):
    number, village = log(as_user("grid")), as_user("village")
    with pytest.raises(RuleViolation, match="consent of all") as problem:
        do(village, number, "mediate", result="failed", agreed_to=None)
    assert problem.value.field == "agreed_to"
    do(village, number, "mediate", result="adjourned")
    do(village, number, "mediate", result="agreed", agreed_to=None)


def test_a_matter_that_is_taken_up_again_is_agreed_to_anew(as_user):
    number, village = log(as_user("grid")), as_user("village")
    do(village, number, "mediate", result="agreed")
    do(village, number, "resolve", method="mediation", evidence="协议")
    do(village, number, "reopen", reason="反悔")
    with pytest.raises(RuleViolation, match="consent of all"):
        do(village, number, "mediate", result="failed", agreed_to=None)


def test_after_a_party_refused_there_is_no_session_before_all_agree(as_user, browse):
    number, village = log(as_user("grid")), as_user("village")
    do(village, number, "mediate", result="adjourned")
    client = browse("village")
    length = db.session.scalars(select(Case.length).where(Case.number == number)).one()
    said = {"length": str(length), "who": "赵丁四", "note": "不愿再谈，已告知可以起诉"}
    assert client.post(f"/act/refuse_mediation/{number}", data=said).status_code == 302
    page = client.get(f"/cases/{number}").text
    assert "当事人不同意调解：赵丁四" in page
    assert "不愿再谈，已告知可以起诉" in page
    assert "refuse_mediation" in page
    with pytest.raises(RuleViolation, match="consent of all"):
        do(village, number, "mediate", result="failed", agreed_to=None)
    do(village, number, "mediate", result="agreed")


def test_talks_about_a_petition_are_no_mediation_of_a_dispute(as_user):
    number = log(as_user("office"), petition(unit="TH"))
    do(as_user("office"), number, "mediate", result="failed", agreed_to=None)


def test_place_mediators_and_guests_stand_on_the_page_and_in_the_record_to_sign(browse, as_user):
    number = log(as_user("office"), head(unit="TH"))
    office = browse("office")
    form = office.get(f"/act/mediate/{number}").text
    assert "调解员" in form
    assert 'name="agreed_to" type="checkbox" value="y"' in form.replace("required ", "")
    do(as_user("office"), number, "mediate", **SESSION)
    page = office.get(f"/cases/{number}").text
    record = Document(BytesIO(office.get(f"/forms/session/docx/{number}").data))
    cells = "".join(cell.text for table in record.tables for cell in table._cells)
    assert "各方同意调解 · 地点 双合村村委会 · 调解员 王丙三、赵丁四 · 受邀参加 周甲一的堂兄" in page
    for value in (SESSION["place"], SESSION["mediators"], SESSION["invited"]):
        assert value in page
        assert value in cells


def test_the_form_marks_the_consent_as_needed_says_that_it_is_missing_and_asks_once(browse, as_user):
    number, office = log(as_user("grid")), browse("office")
    page = office.get(f"/act/mediate/{number}").text
    assert re.search(r'<input[^>]*name="agreed_to"[^>]*required', page) or re.search(
        r'<input[^>]*required[^>]*name="agreed_to"', page
    )
    answer = office.post(f"/act/mediate/{number}", data={"length": "1", "result": "adjourned"})
    assert answer.status_code == 422
    assert "未经各方同意不得调解" in answer.text
    done = office.post(f"/act/mediate/{number}", data={"length": "1", "result": "adjourned", "agreed_to": "y"})
    assert done.status_code == 302
    assert 'name="agreed_to"' not in office.get(f"/act/mediate/{number}").text
