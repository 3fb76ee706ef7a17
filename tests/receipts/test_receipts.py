"""The receipt: made with the case, handed over at once, printed later by somebody who does not handle the case."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image
from pypdfium2 import PdfDocument

from caseapp.actions.cases import RegisterCase, register
from caseapp.actions.imports import import_cases
from caseapp.actions.interests import declare_interest
from caseapp.actions.settings import set_value
from caseapp.actions.teams import staff_case
from caseapp.db import db, unit_of_work
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.receipts.codes import LENGTH, SIGNS, read_code, read_number, show_code
from caseapp.domain.receipts.models import Receipt
from tests.cases.make import do, head, log, petition
from tests.office.read_pdf import texts
from tests.receipts.make import receipt_of
from tests.web.test_query_counts import counted

pytestmark = pytest.mark.one_database

LOOK_ALIKES = set("0O1IL2Z5S8B")
ACCUSATION = {
    "token": "a1", "track": "petition", "petition_class": "accusation", "story": "举报内容", "unit": "TH-SH-01",
    "category": "village_affairs", "headcount": "1", "contact": "any", "channel": "visit", "risk": "green",
}  # fmt: skip


def test_a_case_has_its_receipt_with_its_number_once(as_user):
    for _ in range(2):
        with unit_of_work(db.session):
            register(as_user("grid"), RegisterCase(head(), "the same form"))
    row = db.session.query(Receipt).one()
    assert len(row.token) == 24
    assert len(row.code) == LENGTH
    assert set(row.code) <= set(SIGNS)
    assert row.issued_by == "grid"


def test_no_sign_of_a_code_is_taken_for_another():
    assert not set(SIGNS) & LOOK_ALIKES
    assert len(set(SIGNS)) == len(SIGNS) == 25


@pytest.mark.parametrize("typed", ["7kqm-4xrt", " 7KQM 4XRT ", "７ＫＱＭ４ＸＲＴ", "7KQM—4XRT"])
def test_a_code_is_read_as_people_type_it(typed):
    assert read_code(typed) == "7KQM4XRT"
    assert show_code("7KQM4XRT") == "7KQM-4XRT"


@pytest.mark.parametrize(
    "typed",
    ["太信〔2026〕0012号", "太信[2026]12", "太信(2026)0012号", "太信【2026】12号", " 太信 2026-12 ", "信2026 第12号"],
)
def test_a_number_is_read_as_people_type_it(typed):
    assert read_number(typed, {"太信": "太信", "信": "太信"}) == "太信〔2026〕0012号"


def test_a_number_from_elsewhere_is_kept_as_it_is():
    assert read_number("XF 2024/17", {}) == "XF2024/17"
    assert len(read_number("x" * 500, {})) == 60


def test_who_logs_a_case_lands_on_its_receipt(browse):
    form = {**ACCUSATION, "track": "dispute", "story": "两家争水", "category": "neighbour"}
    client = browse("grid")
    answer = client.post("/cases/new", data=form, follow_redirects=True)
    number = "太调〔2026〕0001号"
    code = receipt_of(number).code
    for told in (number, show_code(code), "2026年11月23日", "太和镇信访办", "最迟在2026年11月24日开始办理", "两家争水"):
        assert told in answer.text
    assert client.get(f"/receipts/svg/{number}").data.startswith(b"<svg")


def test_also_of_an_accusation_that_is_gone_from_their_sight_for_an_hour(browse, clock):
    client = browse("grid")
    answer = client.post("/cases/new", data=ACCUSATION, follow_redirects=True)
    number = "控〔2026〕1828号"
    assert show_code(receipt_of(number).code) in answer.text
    assert "举报内容" not in answer.text
    assert "专人" in answer.text
    assert client.get(f"/cases/{number}").status_code == 404
    clock.pass_by(minutes=20)
    assert client.get(f"/receipt/{number}").status_code == 200
    for minutes in (20, 21):
        clock.pass_by(minutes=minutes)
        client.get("/")
    assert client.get(f"/receipt/{number}").status_code == 404
    assert client.get(f"/receipts/png/{number}").status_code == 404


def test_a_declared_interest_ends_the_hour(browse, as_user):
    number = log(as_user("grid"))
    client = browse("grid")
    assert client.get(f"/receipt/{number}").status_code == 200
    with unit_of_work(db.session):
        declare_interest(as_user("grid"), number)
    assert client.get(f"/receipt/{number}").status_code == 404


def test_who_handles_a_case_does_not_see_its_code_and_the_office_prints_it(browse, as_user, clock):
    number = log(as_user("grid"))
    with unit_of_work(db.session):
        staff_case(as_user("leader"), number)
    clock.pass_by(hours=2)
    code = show_code(receipt_of(number).code)
    for who in ("grid", "village", "liaison", "station", "leader"):
        client = browse(who)
        answer = client.get(f"/receipt/{number}")
        assert (answer.status_code, code in answer.text) == (403, False), who
        assert "/receipt/" not in client.get(f"/cases/{number}").text
    for who, status in (("auditor", 403), ("admin", 404), ("village2", 404), ("outsider", 404), ("office", 200)):
        answer = browse(who).get(f"/receipt/{number}")
        assert (answer.status_code, code in answer.text) == (status, status == 200), who


def test_an_imported_case_gets_its_receipt_when_it_is_first_asked_for(browse, as_user, clock):
    line = {
        "number": "XF-1", "track": "dispute", "unit": "TH-SH", "title": "旧事",
        "events": [{"kind": "registered", "at": "2026-03-01T09:00:00+08:00"}],
    }  # fmt: skip
    with unit_of_work(db.session):
        import_cases(as_user("office"), [(1, line)])
    client = browse("office")
    page = client.get("/receipt/XF-1")
    assert "还没有回执" in page.text
    assert client.get("/receipts/png/XF-1").status_code == 404
    assert db.session.query(Receipt).count() == 0
    for _ in range(2):
        assert client.post("/receipt/XF-1").status_code == 302
    assert receipt_of("XF-1").issued_by == "office"
    assert db.session.query(AuditEntry).filter_by(action="receipt_issued").count() == 1
    assert show_code(receipt_of("XF-1").code) in client.get("/receipt/XF-1").text
    assert browse("auditor").post("/receipt/XF-1").status_code == 403


def test_the_receipt_as_a_picture_and_on_a5(browse, as_user, chinese_font):
    with unit_of_work(db.session):
        set_value(as_user("office"), "office.phone", "0000-000 1234", as_user("office").today)
        set_value(as_user("office"), "office.address", "镇政府一楼来访接待室", as_user("office").today)
    number = log(as_user("office"), petition())
    client = browse("office")
    picture = Image.open(BytesIO(client.get(f"/receipts/png/{number}").data))
    assert picture.size == (1184, 1680)
    assert 0.02 < sum(picture.histogram()[:128]) / (1184 * 1680) < 0.2
    pdf = client.get(f"/receipts/pdf/{number}").data
    with PdfDocument(pdf) as document:
        sizes = [[round(side / 72 * 25.4) for side in page.get_size()] for page in document]
    assert sizes == [[148, 210]]
    told = "".join("".join(texts(pdf)).split())
    for words in (number, "登记回执", "0000-0001234", "镇政府一楼来访接待室", "应在2026年12月8日前书面告知您是否受理",
                  show_code(receipt_of(number).code)):  # fmt: skip
        assert words in told
    assert "李乙二" not in told
    assert "低保" not in told


def test_without_a_font_it_says_so(browse, as_user, tmp_path, monkeypatch):
    number = log(as_user("office"), petition())
    monkeypatch.setattr("caseapp.office.fonts.usual_folders", lambda: [tmp_path])
    client = browse("office")
    for kind in ("png", "pdf"):
        answer = client.get(f"/receipts/{kind}/{number}")
        assert (answer.status_code, "CASEAPP_FONT" in answer.text) == (422, True)


def test_the_sheet_for_who_has_no_telephone_holds_no_code(browse, as_user):
    number = log(as_user("village"), petition(unit="TH-SH"))
    do(as_user("office"), number, "accept", route=6)
    for who in ("office", "village", "auditor"):
        page = browse(who).get(f"/progress/{number}").text
        assert "已受理" in page
        assert receipt_of(number).code not in page.replace("-", "")
        assert receipt_of(number).token not in page
    assert browse("village2").get(f"/progress/{number}").status_code == 404


@pytest.mark.parametrize("path", ["/receipt/", "/receipts/svg/", "/receipts/pdf/", "/progress/"])
def test_looking_at_it_writes_nothing_but_who_looked(browse, as_user, path, chinese_font):
    number = log(as_user("office"), petition())
    client = browse("office")
    client.get("/")
    with counted() as statements:
        assert client.get(path + number).status_code == 200
    written = re.findall(r"(?:INSERT INTO|\bUPDATE|DELETE FROM) (\w+)(?= \(| SET| WHERE)", "\n".join(statements))
    assert written == ([] if path == "/progress/" else ["audit_entry", "chain_head"])
    assert len(statements) <= 12
    with counted() as again:
        client.get(path + number)
    assert [one for one in again if not one.startswith("SELECT")] == []


def test_the_hour_ends_when_who_logged_the_case_closes_it(browse, as_user):
    """They saw the code after it, and rated their own work."""
    number = log(as_user("grid"))
    client, code = browse("grid"), show_code(receipt_of(number).code)
    assert code in client.get(f"/receipt/{number}").text
    do(as_user("grid"), number, "resolve", method="mediation", evidence="协议书")
    for path in ("/receipt/", "/receipts/svg/", "/receipts/png/"):
        assert client.get(path + number).status_code == 403


def test_somebody_else_makes_a_new_receipt_and_the_old_one_opens_nothing(app, browse, as_user):
    number = log(as_user("grid"))
    old = receipt_of(number).token
    logger = browse("grid")
    assert logger.post(f"/receipt/new/{number}").status_code == 403
    assert browse("auditor").post(f"/receipt/new/{number}").status_code == 403
    client = browse("office")
    assert "换发新回执" in client.get(f"/receipt/{number}").text
    assert client.post(f"/receipt/new/{number}").status_code == 302
    db.session.expire_all()
    new = receipt_of(number)
    assert (new.token != old, new.issued_by) == (True, "office")
    assert [app.test_client().get(f"/track/{one}").status_code for one in (old, new.token)] == [404, 200]
    assert db.session.query(AuditEntry).filter_by(action="receipt_renewed", subject=number).count() == 1
    assert logger.get(f"/receipt/{number}").status_code == 403
