"""The paper of the written reply opens to the receipt and the name together, and to neither alone."""

from __future__ import annotations

import re

import pytest

from caseapp.actions.track import TRIES
from caseapp.domain.cases.events import Party
from caseapp.domain.receipts.models import TrackAttempt
from tests.cases.make import do, log, petition
from tests.documents.make import add, paper
from tests.receipts.make import receipt_of

pytestmark = pytest.mark.one_database

NAME = "周庚七"


def of(name: str):
    """A petition of somebody."""
    return petition(parties=(Party("petitioner", name),))


@pytest.fixture
def replied(app, as_user):
    """A petition with its written reply on record, as a paper of two pages. Returns the token."""
    office = as_user("office")
    number = log(office, of(NAME))
    do(office, number, "accept", route=6)
    do(office, number, "reply", outcome="explained", served_on="2026-11-23")
    add(office, number, app.extensions["caseapp"].files, data=paper(2), kind="opinion")
    return receipt_of(number).token


def pictures(page: str) -> list[str]:
    return re.findall(r'<img src="([^"]+/reply/[^"]+)"', page)


def test_who_has_the_receipt_and_the_name_reads_it_page_by_page(app, replied):
    client = app.test_client()
    assert f"/track/{replied}/reply" in client.get(f"/track/{replied}").text
    answer = client.post(f"/track/{replied}/reply", data={"name": f" {NAME} "})
    found = pictures(answer.text)
    assert (answer.status_code, len(found)) == (200, 2)
    page = client.get(found[0])
    assert (page.status_code, page.mimetype, page.headers["Referrer-Policy"]) == (200, "image/jpeg", "strict-origin")
    assert page.data.startswith(b"\xff\xd8\xff")
    assert "sandbox" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["周", "周庚八", "'", ""])
def test_another_name_opens_nothing_and_tells_no_name(app, replied, name):
    answer = app.test_client().post(f"/track/{replied}/reply", data={"name": name})
    assert (answer.status_code, pictures(answer.text)) == (422, [])
    assert NAME not in answer.text


def test_ten_wrong_names_an_hour_and_the_right_one_waits_too(app, replied, clock):
    client = app.test_client()
    answers = [
        client.post(f"/track/{replied}/reply", data={"name": f"周{nth}"}).status_code for nth in range(TRIES + 2)
    ]
    assert answers == [422] * TRIES + [429] * 2
    assert client.post(f"/track/{replied}/reply", data={"name": NAME}).status_code == 429
    clock.pass_by(minutes=61)
    assert client.post(f"/track/{replied}/reply", data={"name": NAME}).status_code == 200


def test_a_picture_opens_to_no_other_receipt_and_to_no_made_up_grant(app, replied, as_user):
    client = app.test_client()
    found = pictures(client.post(f"/track/{replied}/reply", data={"name": NAME}).text)[0]
    other = receipt_of(log(as_user("office"), of("吴辛八"))).token
    assert client.get(found.replace(replied, other, 1)).status_code == 404
    assert client.get(f"/track/{replied}/reply/made-up/1").status_code == 404
    assert client.get(found[:-1] + "9").status_code == 404


def test_without_a_reply_on_record_or_without_its_paper_there_is_nothing_to_open(app, as_user):
    office = as_user("office")
    number = log(office, of(NAME))
    add(office, number, app.extensions["caseapp"].files, kind="opinion")
    token, client = receipt_of(number).token, app.test_client()
    assert "/reply" not in client.get(f"/track/{token}").text
    assert client.post(f"/track/{token}/reply", data={"name": NAME}).status_code == 404


def test_looking_writes_nothing_and_what_was_typed_is_not_kept(app, replied, system):
    client = app.test_client()
    client.post(f"/track/{replied}/reply", data={"name": "周某"})
    kept = system.session.query(TrackAttempt).one()
    assert "周" not in kept.key
    client.get(f"/track/{replied}")
    assert system.session.query(TrackAttempt).count() == 1
