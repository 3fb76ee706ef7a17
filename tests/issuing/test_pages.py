"""Letters by pages alone, without JavaScript: from the page of the petition to the slip and the register."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from docx import Document
from sqlalchemy import select

from caseapp.actions.accusations import take_as_accusation
from caseapp.db import db, unit_of_work
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.cases.events import Party
from caseapp.domain.issuing.models import Letter, LetterFile
from caseapp.domain.receipts.models import Receipt
from caseapp.web.entrance import word_of
from tests.documents.make import picture
from tests.issuing.make import OPINION, drafted, issued, petitioned, signed

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("office")]


def test_a_letter_goes_from_the_page_of_the_petition_to_the_register(browse, number):
    office, leader = browse("office"), browse("leader")
    assert "拟写受理告知书" in office.get(f"/cases/{number}").text
    assert "拟写信访处理意见书" not in office.get(f"/cases/{number}").text, "it is not accepted yet"
    write = office.post(f"/letters/draft/acceptance/{number}").location
    assert 'value="李乙二"' in office.get(write).text
    page = write.removesuffix("/write")
    assert office.post(write, data={"to": "李乙二", "matters": "", "route": "6"}).status_code == 302
    assert "尚未填写：事项（每行一项）" in office.get(page).text
    back = leader.post(f"{page}/check")
    assert back.location == f"{write}?lacking=1"
    assert re.search(r'id="matters-error">[^<]*请填写', leader.get(back.location).text)
    office.post(write, data={"to": "李乙二", "matters": "低保待遇核定", "route": "6"})
    for step in ("check", "sign_off"):
        assert "已记录" in leader.post(f"{page}/{step}", follow_redirects=True).text
    shown = office.post(f"{page}/issue", follow_redirects=True).text
    assert "太信受〔2026〕1号" in shown
    assert "尚未送达" in shown
    case = office.get(f"/cases/{number}").text
    assert "已制发，未送达" in case
    assert "拟写信访处理意见书" in case
    sent = {"receiver": "李乙二", "result": "served", "way": "in_person", "on": "2026-11-23", "received_by": ""}
    refused = office.post(f"{page}/serve", data=sent)
    assert refused.status_code == 422
    assert re.search(r'id="received_by-error">', refused.text)
    photo = {"received_by": "本人", "photos": (BytesIO(picture()), "slip.jpg")}
    assert "2026年11月23日送达" in office.post(f"{page}/serve", data=sent | photo, follow_redirects=True).text
    assert "已归档" in office.post(f"{page}/file", follow_redirects=True).text
    assert "太信受〔2026〕1号" in office.get("/letters?tab=issued").text


def test_what_is_typed_wrong_is_told_beside_its_field_and_nothing_is_lost(browse, as_user, number):
    issued(as_user, number)
    key = word_of(drafted(as_user, number, "opinion"))
    typed = {**OPINION, "outcome": "explained", "facts": "另有新的事实"}
    answer = browse("office").post(f"/letters/{key}/write", data=typed)
    assert answer.status_code == 422
    assert re.search(r'id="perform_by-error">', answer.text)
    assert "另有新的事实" in answer.text


def test_the_form_of_the_act_offers_its_letter(browse, number):
    client = browse("office")
    assert "/letters/draft/acceptance/" in client.get(f"/act/accept/{number}").text
    assert "/letters/draft" not in client.get(f"/act/follow_up/{number}").text


def test_a_draft_says_so_and_an_original_is_given_out_until_it_was_served(browse, as_user, number):
    key = signed(as_user, number)
    office, page = browse("office"), f"/letters/{word_of(key)}"
    draft = Document(BytesIO(office.get(f"{page}/original.docx").data))
    assert draft.sections[0].header.paragraphs[0].text == "草稿"
    office.post(f"{page}/issue")
    original = office.get(f"{page}/original.docx")
    assert "attachment" in original.headers["Content-Disposition"]
    assert Document(BytesIO(original.data)).sections[0].header.paragraphs[0].text == ""
    copies = [office.get(f"{page}/copy.docx").data for _ in range(2)]
    assert copies[0] == copies[1]
    assert Document(BytesIO(copies[0])).sections[0].header.paragraphs[0].text == "副本"
    assert browse("grid").get(f"{page}/original.docx").status_code in (403, 404)
    served = {"receiver": "李乙二", "result": "served", "way": "post", "on": "2026-11-23", "received_by": "本人"}
    office.post(f"{page}/serve", data=served | {"parcel": "XA00000000011"})
    assert office.get(f"{page}/original.docx").status_code == 404
    assert office.get(f"{page}/copy.docx").data == copies[0]
    taken = select(AuditEntry.detail).where(AuditEntry.action == "letter_taken")
    assert {one["which"] for one in db.session.scalars(taken)} == {"original", "copy"}


def test_the_pdf_is_made_once(browse, as_user, number):
    page = f"/letters/{word_of(issued(as_user, number).id)}"
    first = browse("office").get(f"{page}/copy.pdf").data
    assert first.startswith(b"%PDF")
    assert browse("leader").get(f"{page}/copy.pdf").data == first
    assert db.session.query(LetterFile).filter_by(name="copy.pdf").count() == 1


def test_the_slip_has_the_address_of_who_gets_it_and_that_is_on_record(browse, as_user):
    number = petitioned(as_user, parties=(Party("petitioner", "李乙二", "000-0000-5678", address="双合村八号"),))
    page = f"/letters/{word_of(issued(as_user, number).id)}"
    client = browse("office")
    table = Document(BytesIO(client.get(f"{page}/slip/1.docx").data)).tables[0]
    told = "".join(cell.text for row in table.rows for cell in row.cells)
    assert "双合村八号" in told
    assert "000-0000-5678" not in told
    seen = select(AuditEntry.detail).where(AuditEntry.action == "contacts_revealed")
    assert db.session.scalars(seen).one()["reason"] == "送达回证 太信受〔2026〕1号"
    assert client.get(f"{page}/slip/2.docx").status_code == 404


@pytest.mark.parametrize("kind", ["acceptance", "opinion"])
def test_blank_ones_are_printed_at_any_time(browse, kind):
    client = browse("grid")
    answer = client.get(f"/letters/blank/{kind}.docx")
    assert answer.status_code == 200
    assert "〔　　〕　号" in "".join(one.text for one in Document(BytesIO(answer.data)).paragraphs)
    assert client.get("/letters/blank/verdict.docx").status_code == 404


def test_the_public_page_shows_no_word_of_a_letter(browse, as_user, app, number):
    issued(as_user, number)
    issued(as_user, number, "opinion")
    token = db.session.scalar(select(Receipt.token))
    page = app.test_client().get(f"/track/{token}").text
    assert "支持" in page
    for word in (OPINION["facts"], OPINION["opinion"], OPINION["basis"], "李乙二", "太信意"):
        assert word not in page


def test_outside_the_town_there_are_none(browse, as_user, number):
    page = f"/letters/{word_of(issued(as_user, number).id)}"
    outsider = browse("outsider")
    for path in (page, f"{page}/copy.docx", f"{page}/slip/1.docx"):
        assert outsider.get(path).status_code == 404
    assert outsider.post(f"{page}/withdraw", data={"reason": "误"}).status_code == 404
    assert "太信受" not in outsider.get("/letters?tab=issued").text


def test_a_case_that_is_taken_as_an_accusation_takes_what_its_letters_say_along(as_user, number, run):
    key = issued(as_user, number).id
    with unit_of_work(db.session):
        take_as_accusation(as_user("office"), number)
    letter = db.session.get_one(Letter, key)
    assert (letter.written, letter.number) == ("", "太信受〔2026〕1号")
    assert db.session.query(LetterFile).count() == 0
    assert run("audit", "verify").exit_code == 0
