"""What a petition asks for, one by one: put down, amended, passed to another organ, answered, and the reply that needs an
opinion on each (信访工作条例 art. 23, 32)."""

from __future__ import annotations

import pytest

from caseapp.db import db
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.cases.queries import load_history
from caseapp.domain.cases.requests import outcome_of
from tests.cases.make import do, log, petition

LAND, ROAD = "更正承包地确权面积", "修复被压坏的机耕路"
ANSWER = {
    "outcome": "supported",
    "facts": "经实测，少登记0.6亩。",
    "ground": "《农村土地承包法》第二十四条",
    "text": "予以更正登记。",
}


@pytest.fixture
def number(as_user) -> str:
    """An accepted petition that the town holds."""
    found = log(as_user("office"), petition(unit="TH"))
    do(as_user("office"), found, "accept", route=6)
    return found


def send(client, action: str, number: str, **form):
    length = str(db.session.query(Case).filter_by(number=number).one().length)
    return client.post(f"/act/{action}/{number}", data={"length": length, **form})


def asked(client, number: str, *texts: str) -> None:
    for nth, text in enumerate(texts, start=1):
        assert send(client, "add_request", number, nth=nth, text=text).status_code == 302


def now(as_user, number: str):
    db.session.expire_all()
    case = db.session.query(Case).filter_by(number=number).one()
    return load_history(db.session, case, as_user("office").units).now


def test_requests_are_numbered_and_each_shows_where_it_stands(browse, number):
    client = browse("office")
    asked(client, number, LAND, ROAD)
    passed = send(client, "pass_request", number, nth=2, how="redirected", to="县交通运输局", reason="属县道管护范围")
    assert passed.status_code == 302
    assert send(client, "answer_request", number, nth=1, **ANSWER).status_code == 302
    page = client.get(f"/cases/{number}").text
    for told in (LAND, ROAD, "县交通运输局", "支持", "《农村土地承包法》第二十四条", "予以更正登记。"):
        assert told in page
    assert "诉求由其他单位处理：第2项" in page
    assert "经实测，少登记0.6亩。" in page, "what was found stands in the course"


def test_a_request_is_amended_with_its_words_before_it_and_a_reason(as_user, browse, number):
    client = browse("office")
    asked(client, number, LAND)
    assert LAND in client.get(f"/act/amend_request/{number}?nth=1").text
    assert send(client, "amend_request", number, nth=1, text="更正两块承包地的面积", reason="").status_code == 422
    changed = send(client, "amend_request", number, nth=1, text="更正两块承包地的面积", reason="信访人补充说明")
    assert changed.status_code == 302
    assert [one.text for one in now(as_user, number).requests] == ["更正两块承包地的面积"]
    send(client, "answer_request", number, nth=1, **ANSWER)
    assert "没有尚待答复的诉求" in send(client, "amend_request", number, nth=1, text=LAND, reason="误").text


def test_the_last_request_that_stays_is_not_passed_on_alone(browse, number):
    client = browse("office")
    asked(client, number, LAND)
    page = send(client, "pass_request", number, nth=1, how="transferred", to="县自然资源局", reason="属其职责")
    assert page.status_code == 422
    assert "没有其他诉求留在本单位" in page.text


def test_no_reply_before_each_request_that_stays_has_its_opinion(as_user, browse, number):
    client = browse("office")
    asked(client, number, LAND, ROAD)
    reply = {"outcome": "supported", "text": "见逐项意见。", "ground": "信访工作条例第三十二条"}
    refused = send(client, "reply", number, **reply)
    assert refused.status_code == 422
    assert "第1项诉求尚无处理意见" in refused.text
    assert f"/act/reply/{number}" not in client.get(f"/cases/{number}").text
    send(client, "answer_request", number, nth=1, **ANSWER | {"outcome": "explained"})
    assert "第2项诉求尚无处理意见" in send(client, "reply", number, **reply).text
    send(client, "answer_request", number, nth=2, **ANSWER | {"outcome": "not_supported"})
    form = client.get(f"/act/reply/{number}").text
    assert 'value="explained"' in form
    assert "第2项：予以更正登记。" in form
    assert 'value="supported"' not in form
    assert send(client, "reply", number, **reply).status_code == 422
    assert send(client, "reply", number, **reply | {"outcome": "explained"}).status_code == 302
    assert now(as_user, number).standing == "closed_unresolved"


def test_a_petition_that_is_taken_up_again_has_its_requests_and_no_answers(as_user, browse, number):
    client = browse("office")
    asked(client, number, LAND, ROAD, "补发粮食补贴")
    send(client, "pass_request", number, nth=2, how="transferred", to="县交通运输局", reason="属其职责")
    for nth in (1, 3):
        send(client, "answer_request", number, nth=nth, **ANSWER | {"outcome": "explained"})
    do(as_user("office"), number, "reply", outcome="explained")
    do(as_user("office"), number, "reopen", reason="责令重新办理")
    left = now(as_user, number).requests
    assert [(one.nth, one.to, one.outcome, one.answer) for one in left] == [
        (1, "", "", ""),
        (2, "县交通运输局", "", ""),
        (3, "", "", ""),
    ]


def test_two_people_who_add_a_request_at_once_have_two_numbers(as_user, browse, number):
    client, length = browse("office"), str(db.session.query(Case).filter_by(number=number).one().length)
    form = {"length": length, "nth": 1}
    assert client.post(f"/act/add_request/{number}", data=form | {"text": LAND}).status_code == 302
    again = client.post(f"/act/add_request/{number}", data=form | {"text": LAND})
    assert again.status_code == 302, "the same form once more is known"
    other = browse("office2").post(f"/act/add_request/{number}", data=form | {"text": ROAD})
    assert other.status_code == 409
    assert 'name="nth" type="hidden" value="2"' in other.text.replace("'", '"')
    assert db.session.query(CaseEvent).filter_by(kind="requested").count() == 1


def test_a_request_entered_late_keeps_the_number_that_it_is_given(as_user, browse, number, clock):
    office = as_user("office")
    do(office, number, "add_request", nth=1, text=LAND)
    clock.pass_by(days=2)
    do(office, number, "add_request", nth=2, text=ROAD)
    clock.pass_by(days=1)
    late = send(browse("office"), "add_request", number, nth=3, text="公开账目", at="2026-11-24T10:00")
    assert late.status_code == 302, late.text
    found = [(one.nth, one.text) for one in now(as_user, number).requests]
    assert found == [(1, LAND), (2, ROAD), (3, "公开账目")]


def test_what_is_called_how_it_is_passed_on_is_no_way_of_performing(browse, number):
    client = browse("office")
    asked(client, number, LAND, ROAD)
    form = client.get(f"/act/pass_request/{number}?nth=2").text
    assert "处理方式" in form
    assert "履行方式" not in form


def test_requests_are_of_petitions_alone(as_user, browse):
    number = log(as_user("grid"))
    page = browse("village").get(f"/cases/{number}").text
    assert "add_request" not in page


@pytest.mark.parametrize(
    ("outcomes", "whole"),
    [
        ((), ""),
        (("not_supported",), "not_supported"),
        (("not_supported", "explained"), "explained"),
        (("explained", "supported", "not_supported"), "supported"),
    ],
)
def test_a_reply_supports_as_soon_as_it_supports_one_request(outcomes, whole):
    assert outcome_of(outcomes) == whole
