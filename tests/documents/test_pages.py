"""The pages: photos come with the quick log and on the case, are looked at by who sees the case, and are served as files."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from flask import request
from PIL import Image

from caseapp.actions.interests import declare_interest
from caseapp.actions.store import Store
from caseapp.db import db, unit_of_work
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.cases.models import Case
from caseapp.domain.documents.models import Document
from caseapp.web.documents import uploads
from caseapp.web.entrance import word_of
from tests.cases.make import head, log, petition
from tests.documents.hostile import PAYLOAD
from tests.documents.make import add, paper, picture

pytestmark = pytest.mark.one_database

ALL = ("", "/thumbnail", "/1", "/file")


@pytest.fixture
def files(app):
    return app.extensions["caseapp"].files


def sent(*files, **fields):
    """A form with files: (bytes, name)."""
    return {"photos": [(BytesIO(data), name) for data, name in files], **fields}


def quick_log(**fields):
    base = {
        "token": "a-form", "track": "dispute", "story": "两家为围墙争执。", "unit": "TH-SH-01", "category": "neighbour",
        "headcount": "2", "contact": "any", "petition_class": "appeal", "channel": "screening", "risk": "green",
        "paper_kind": "photo",
    }  # fmt: skip
    return base | fields


def test_photos_are_added_on_the_case_and_what_is_not_taken_is_named_with_the_reason(browse, as_user):
    number = log(as_user("grid"), head())
    client = browse("grid")
    told = client.post(
        f"/papers/add/{number}",
        data=sent(
            (picture(), "墙.jpg"), (PAYLOAD, "说明.html"), (b"", "空.jpg"), (paper(2), "协议.pdf"), kind="evidence"
        ),
        follow_redirects=True,
    )
    assert "已添加 2 件。" in told.text
    assert "未收：说明.html——只收照片" in told.text
    assert "未收：空.jpg——文件为空" in told.text
    assert [(one.kind, one.form) for one in db.session.query(Document).order_by(Document.nth)] == [
        ("evidence", "picture"), ("evidence", "pdf"),
    ]  # fmt: skip
    assert told.text.count("/thumbnail") == 2


def test_a_form_without_files_says_so(browse, as_user):
    number = log(as_user("grid"), head())
    told = browse("grid").post(f"/papers/add/{number}", data={"kind": "photo"}, follow_redirects=True)
    assert "请先选择照片或材料。" in told.text


def test_the_same_form_sent_twice_adds_once(browse, as_user):
    number, data = log(as_user("grid"), head()), picture()
    client = browse("grid")
    for _ in range(2):
        client.post(f"/papers/add/{number}", data=sent((data, "墙.jpg"), token="a-form-of-the-case"))
    assert db.session.query(Document).count() == 1


def test_the_quick_log_takes_photos_and_registers_the_case_whatever_they_are(browse):
    client = browse("grid")
    form = quick_log()
    told = client.post(
        "/cases/new", data=sent((picture(), "墙.jpg"), (b"GIF89a", "动.gif"), **form), follow_redirects=True
    )
    case = db.session.query(Case).one()
    assert told.request.path == f"/receipt/{case.number}"
    assert "已添加 1 件。" in told.text
    assert "未收：动.gif——" in told.text
    assert db.session.query(Document).one().case_id == case.id
    again = client.post("/cases/new", data=sent((b"GIF89a", "动.gif"), **form), follow_redirects=True)
    assert again.status_code == 200
    assert db.session.query(Case).count() == db.session.query(Document).count() == 1


def test_an_accusation_keeps_the_photos_its_logger_never_sees_again(browse, files):
    client = browse("grid")
    form = quick_log(track="petition", petition_class="accusation", paper_kind="evidence")
    told = client.post("/cases/new", data=sent((picture(), "账本.jpg"), **form), follow_redirects=True)
    assert "已添加 1 件。" in told.text
    document = db.session.query(Document).one()
    for who, status in ((client, 404), (browse("leader"), 404), (browse("discipline"), 200)):
        assert [who.get(f"/papers/{word_of(document.id)}{path}").status_code for path in ALL] == [status] * 4


def test_a_form_that_comes_back_says_that_its_photos_are_lost(browse):
    told = browse("grid").post("/cases/new", data=sent((picture(), "墙.jpg"), **quick_log(story="")))
    assert (told.status_code, "请重新选择照片" in told.text) == (422, True)
    assert db.session.query(Case).count() == 0


def test_more_than_are_taken_at_once_are_refused_by_name(browse, as_user, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_AT_ONCE", 2)
    number = log(as_user("grid"), head())
    photos = [(picture(), f"{nth}.jpg") for nth in range(7)]
    told = browse("grid").post(f"/papers/add/{number}", data=sent(*photos), follow_redirects=True)
    assert "已添加 2 件。" in told.text
    assert "未收：2.jpg · 3.jpg · 4.jpg 等，另有 2 件——一次最多收 2 个文件" in told.text


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_forms_with_photos_may_be_larger_and_others_stay_small(app):
    assert app.before_request_funcs[None][0] is uploads.make_room  # before anything reads the form
    for path, most in (("/papers/add/1", uploads.LARGEST_REQUEST), ("/cases/new", uploads.LARGEST_REQUEST)):
        with app.test_request_context(path, method="POST"):
            uploads.make_room()
            assert request.max_content_length == most
    for path in ("/login", f"/papers/{word_of(1)}/withdraw"):
        with app.test_request_context(path, method="POST"):
            uploads.make_room()
            assert request.max_content_length == 20 * 1024 * 1024


def test_files_are_served_as_files_under_a_name_of_our_own(browse, as_user, files):
    number = log(as_user("grid"), head())
    photo = add(as_user("grid"), number, files, name="身份证<script>.jpg")
    bound = add(as_user("grid"), number, files, paper(2), kind="agreement")
    client = browse("office")
    for path, kind, way, name in (
        (f"{word_of(photo.id)}/thumbnail", "image/jpeg", "inline", "-photo-1.jpg"),
        (f"{word_of(photo.id)}/1", "image/jpeg", "inline", "-photo-1.jpg"),
        (f"{word_of(photo.id)}/file", "image/jpeg", "attachment", "-photo-1.jpg"),
        (f"{word_of(bound.id)}/2", "image/jpeg", "inline", "-agreement-2.jpg"),
        (f"{word_of(bound.id)}/file", "application/pdf", "attachment", "-agreement-2.pdf"),
    ):
        answer = client.get(f"/papers/{path}")
        assert (answer.status_code, answer.content_type) == (200, kind)
        disposition = answer.headers["Content-Disposition"]
        assert re.fullmatch(rf"{way}; filename=[\w-]+{re.escape(name)}", disposition, re.ASCII)
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, no-store"
        if kind == "image/jpeg":
            Image.open(BytesIO(answer.data)).load()
    for variant in ("0", "2", "3", "full", "pdf", "..", "thumbnail.svg"):
        assert client.get(f"/papers/{word_of(photo.id)}/{variant}").status_code == 404
    assert client.get(f"/papers/{word_of(999999)}/file").status_code == 404


def test_who_does_not_see_the_case_finds_none_of_its_papers(browse, as_user, files):
    number = log(as_user("grid"), head())
    document = add(as_user("grid"), number, files)
    with unit_of_work(db.session):
        declare_interest(as_user("office2"), number)
    for who in ("outsider", "grid2", "village2", "admin", "discipline", "office2"):
        client = browse(who)
        assert [client.get(f"/papers/{word_of(document.id)}{path}").status_code for path in ALL] == [404] * 4
        assert client.post(f"/papers/{word_of(document.id)}/withdraw", data={"reason": "x"}).status_code == 404
        assert client.post(f"/papers/add/{number}", data=sent((picture(), "x.jpg"))).status_code == 404
    auditor = browse("auditor")
    assert [auditor.get(f"/papers/{word_of(document.id)}{path}").status_code for path in ALL] == [200] * 4
    assert auditor.post(f"/papers/add/{number}", data=sent((picture(), "x.jpg"))).status_code == 403
    assert "paper-add" not in auditor.get(f"/cases/{number}").text
    assert db.session.query(Document).count() == 1


def test_one_looks_through_all_pages_forward_and_back(browse, as_user, files):
    number = log(as_user("grid"), head())
    first = add(as_user("grid"), number, files)
    second = add(as_user("grid"), number, files, paper(2), kind="agreement", name="协议<b>.pdf")
    client = browse("village")
    page = client.get(f"/papers/{word_of(first.id)}").text
    assert 'rel="prev"' not in page
    assert f'rel="next" href="/papers/{word_of(second.id)}"' in page
    page = client.get(f"/papers/{word_of(second.id)}").text
    assert f'rel="prev" href="/papers/{word_of(first.id)}"' in page
    assert f'rel="next" href="/papers/{word_of(second.id)}?page=2"' in page
    assert "协议&lt;b&gt;.pdf" in page
    page = client.get(f"/papers/{word_of(second.id)}?page=2").text
    assert ("第 3 / 3 张" in page, 'rel="next"' in page) == (True, False)
    assert client.get(f"/papers/{word_of(second.id)}?page=3").status_code == 404


def test_a_withdrawn_paper_stays_on_record_and_is_seen_by_who_files_alone(browse, as_user, files):
    number = log(as_user("grid"), head())
    document = add(as_user("grid"), number, files)
    grid, village, office = browse("grid"), browse("village"), browse("office")
    address = f"/papers/{word_of(document.id)}/withdraw"
    assert "请写明撤回理由" in grid.post(address, data={"reason": " "}, follow_redirects=True).text
    assert db.session.query(Document).one().withdrawn_at is None
    assert village.post(address, data={"reason": "x"}).status_code == 403
    told = grid.post(address, data={"reason": "拍错了地方"}, follow_redirects=True)
    assert ("已撤回：拍错了地方" in told.text, "/thumbnail" in told.text) == (True, False)
    for who in (grid, village, browse("leader"), browse("auditor")):
        assert [who.get(f"/papers/{word_of(document.id)}{path}").status_code for path in ALL] == [404] * 4
    assert [office.get(f"/papers/{word_of(document.id)}{path}").status_code for path in ALL] == [200] * 4
    noted = db.session.query(AuditEntry).filter_by(action="paper_withdrawn").one()
    assert (noted.actor, noted.subject) == ("grid", number)
    assert "此件已撤回" in office.post(address, data={"reason": "x"}, follow_redirects=True).text


def test_a_file_that_is_gone_is_said(browse, as_user, files):
    number = log(as_user("office"), petition())
    document = add(as_user("office"), number, files)
    Store(files).path(document.pages[0].digest).unlink()
    answer = browse("office").get(f"/papers/{word_of(document.id)}/1")
    assert (answer.status_code, "文件缺失" in answer.text) == (404, True)
