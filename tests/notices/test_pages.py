"""The inbox and the page of ways to be told."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from caseapp.db import db
from caseapp.domain.notices.models import Reach
from caseapp.web.entrance import word_of
from tests.cases.make import log, moment
from tests.notices.make import list_robots, notices, told
from tests.web.test_query_counts import MOST, counted

pytestmark = pytest.mark.one_database


@pytest.fixture
def number(as_user) -> str:
    return log(as_user("grid"), at=moment(2026, 11, 22, 9))


def test_who_is_not_logged_in_is_asked_to(app):
    for path in ("/inbox", "/inbox/reach"):
        assert app.test_client().get(path).status_code == 302


def test_an_empty_inbox_says_so(browse):
    assert "empty-title" in browse("grid").get("/inbox").text


def test_the_newest_come_first_twenty_five_a_page(browse, system, number):
    for place in range(30):
        told(system, number, "grid", item=f"u:{place}")
    client = browse("grid")
    page = client.get("/inbox").text
    assert page.count('class="case-row') == 25
    rest = client.get(f"/inbox?before={word_of(notices()[5].id)}").text
    assert rest.count('class="case-row') == 5
    assert f"/inbox?before={word_of(notices()[5].id)}" in page
    assert client.get("/inbox?before=x").status_code == 200


def test_opening_one_marks_it_read_and_leads_to_the_case(browse, system, number):
    told(system, number, "grid")
    client, row = browse("grid"), notices()[0]
    assert client.get("/inbox").text.count("light-red") == 1
    answer = client.post(f"/inbox/{word_of(row.id)}/read")
    assert answer.status_code == 302
    assert client.get(answer.location).status_code == 200
    assert client.get("/inbox").text.count("light-red") == 0
    assert client.get(f"/inbox/{word_of(row.id)}/read").status_code == 405


def test_somebody_elses_notice_is_not_found(browse, system, number):
    told(system, number, "grid")
    client = browse("leader")
    assert client.post(f"/inbox/{word_of(notices()[0].id)}/read").status_code == 404
    assert client.post(f"/inbox/{word_of(999999)}/read").status_code == 404


def test_all_can_be_marked_as_read(browse, system, number):
    for item in "ab":
        told(system, number, "grid", item=item)
    client = browse("grid")
    assert client.post("/inbox/read-all").status_code == 302
    assert client.get("/inbox").text.count("light-red") == 0


def test_a_way_to_be_told_is_set_and_its_secret_never_shown_again(system, browse):
    list_robots(system, "https://robot.example/send")
    client = browse("grid")
    form = {"dingtalk-address": "https://robot.example/send", "dingtalk-secret": "SECabc", "dingtalk-active": "y"}
    assert client.post("/inbox/reach/dingtalk", data=form).status_code == 302
    page = client.get("/inbox/reach").text
    assert "https://robot.example/send" in page
    assert "SECabc" not in page
    row = db.session.scalars(sa.select(Reach)).one()
    assert (row.username, row.secret, row.active) == ("grid", "SECabc", True)


def test_a_wrong_address_is_named_and_nothing_is_kept(browse):
    client = browse("grid")
    answer = client.post("/inbox/reach/email", data={"email-address": "nowhere", "email-active": "y"})
    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert "nowhere" in answer.text
    assert client.post("/inbox/reach/pager", data={}).status_code == 404
    assert db.session.scalars(sa.select(Reach)).all() == []


@pytest.mark.parametrize("page", ["/inbox", "/inbox/reach"])
def test_a_page_costs_the_same_with_few_notices_and_with_many(browse, system, number, page):
    client, counts = browse("grid"), []
    for more in (1, 20):
        for place in range(more):
            told(system, number, "grid", item=f"{more}:{place}")
        db.session.expire_all()
        with counted() as statements:
            assert client.get(page).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] <= MOST
