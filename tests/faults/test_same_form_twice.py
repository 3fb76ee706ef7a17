"""The same form sent twice: at one moment, or again because the answer was lost. It is done once, and both are told so."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from io import BytesIO
from threading import Barrier
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from caseapp.actions.cases import Act, propose
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case, CaseEvent, Proposal
from caseapp.domain.documents.models import Document
from caseapp.web.entrance import word_of
from tests.cases.make import do, log
from tests.documents.make import picture
from tests.queue.make import LOG, record
from tests.sizes import many
from tests.web.phones import served

TIMES = many(4, 100)


def sent_at_once(port: int, cookie: str, path: str, form: dict[str, Any]) -> list[tuple[int, str]]:
    """What two sendings of one form at one moment are told: status and where to go."""
    together = Barrier(2)

    def send(_nth: int) -> tuple[int, str]:
        line = HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        together.wait()
        line.request("POST", path, urlencode(form), headers)
        answer = line.getresponse()
        answer.read()
        line.close()
        return answer.status, answer.getheader("Location", "")

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(send, range(2)))


def cookie_of(client: Any) -> str:
    found = client.get_cookie("caseapp")
    return f"caseapp={found.value}"


def test_two_sendings_of_one_log_at_one_moment_are_one_case_and_both_are_told_its_number(
    world, browse, monkeypatch, tried
):
    monkeypatch.setattr("caseapp.web.attempt.PATIENCE", 60.0)
    cookie = cookie_of(browse("grid"))
    db.session.remove()
    with served(world.app) as port:
        for nth in range(TIMES):
            told = sent_at_once(port, cookie, "/cases/new", {**LOG, "token": f"one-{nth}", "asked": "1"})
            assert [status for status, _place in told] == [302, 302]
            assert told[0] == told[1]
    assert db.session.query(Case).count() == TIMES
    tried(TIMES)


def test_two_sendings_of_one_act_at_one_moment_are_one_entry(world, browse, as_user, monkeypatch, tried):
    monkeypatch.setattr("caseapp.web.attempt.PATIENCE", 60.0)
    numbers, cookie = [log(as_user("grid")) for _ in range(TIMES)], cookie_of(browse("grid"))
    db.session.remove()
    with served(world.app) as port:
        for number in numbers:
            form = {"method": "visit", "note": "到场", "length": "1"}
            told = sent_at_once(port, cookie, f"/act/follow_up/{quote(number)}", form)
            assert told == [(302, f"/cases/{quote(number)}")] * 2
    assert db.session.query(CaseEvent).filter_by(kind="followed_up").count() == TIMES
    tried(TIMES)


def test_what_is_sent_again_because_the_answer_was_lost_is_on_record_and_says_so(browse, as_user):
    number, client = log(as_user("grid")), browse("grid")
    form = {"method": "visit", "note": "到场", "length": "1"}
    for _ in range(3):
        answer = client.post(f"/act/follow_up/{number}", data=form, follow_redirects=True)
        assert answer.status_code == 200
        assert "已记录" in answer.text
    assert db.session.query(CaseEvent).filter_by(kind="followed_up").count() == 1


def test_a_photo_that_comes_with_an_act_sent_again_is_there_once(browse, as_user):
    number, client, drawn = log(as_user("grid")), browse("grid"), picture()
    for _ in range(2):
        form = {"method": "visit", "note": "到场", "length": "1", "photos": (BytesIO(drawn), "现场.jpg")}
        assert client.post(f"/act/follow_up/{number}", data=form).status_code == 302
    assert db.session.query(CaseEvent).filter_by(kind="followed_up").count() == 1
    assert db.session.query(Document).count() <= 1


def test_the_same_words_of_another_occasion_are_another_entry(browse, as_user):
    number, client = log(as_user("grid")), browse("grid")
    call = {"method": "phone", "note": "打了电话，无人接听"}
    for length in ("1", "2"):
        assert client.post(f"/act/follow_up/{number}", data={**call, "length": length}).status_code == 302
    do(as_user("village"), number, "follow_up", method="phone", note="村里已去过电话")
    again = client.post(f"/act/follow_up/{number}", data={**call, "length": "2"}, follow_redirects=True)
    assert "没有再记一次" in again.text, "this form is on record: whoever calls once more opens it anew, and is told so"
    assert client.post(f"/act/follow_up/{number}", data={**call, "length": "4"}).status_code == 302
    assert db.session.query(CaseEvent).filter_by(kind="followed_up").count() == 4


def test_what_was_changed_back_meanwhile_can_be_changed_once_more(browse, as_user):
    number, client = log(as_user("grid")), browse("office")
    to_red, to_green = ({"to": colour, "reason": "情况有变"} for colour in ("red", "green"))
    for length, change in (("1", to_red), ("2", to_green)):
        assert client.post(f"/amend/risk/{number}", data={**change, "length": length}).status_code == 302
    behind = client.post(f"/amend/risk/{number}", data={**to_green, "length": "1"})
    assert behind.status_code == 409, "not this form made it green: nobody is told that it did"
    assert client.post(f"/amend/risk/{number}", data={**to_red, "length": "3"}).status_code == 302
    assert db.session.query(CaseEvent).filter_by(kind="amended").count() == 3


def test_a_form_of_the_log_that_comes_again_with_another_matter_is_never_taken_for_the_first(browse):
    client = browse("grid")
    first = {**LOG, "token": "of-one-form", "asked": "1"}
    assert client.post("/cases/new", data=first).status_code == 302
    second = {**first, "name": "周乙二", "story": "周乙二来访：宅基地界址争议，要求上门丈量。"}
    told = client.post("/cases/new", data=second)
    assert "已登记为" in told.text
    assert second["story"] in told.text
    token = re.search(r'name="token"[^>]* value="([^"]+)"', told.text)
    assert token is not None
    assert token.group(1) != "of-one-form"
    assert client.post("/cases/new", data={**second, "token": token.group(1)}).status_code == 302
    assert client.post("/cases/new", data=first).status_code == 302, "the first is known again as before"
    assert db.session.query(Case).count() == 2


@pytest.mark.parametrize("change", [{"note": "又去了一次"}, {"method": "phone"}, {"at": "2026-11-23T09:59"}])
def test_another_text_is_no_second_sending(browse, as_user, clock, change):
    number, client = log(as_user("grid")), browse("grid")
    form = {"method": "visit", "note": "到场", "length": "1"}
    clock.pass_by(minutes=5)
    assert client.post(f"/act/follow_up/{number}", data=form).status_code == 302
    assert client.post(f"/act/follow_up/{number}", data={**form, **change}).status_code in (409, 422)
    assert db.session.query(CaseEvent).filter_by(kind="followed_up").count() == 1


def test_who_comes_second_sees_what_was_typed_and_what_came_in_between(browse, as_user):
    number, client = log(as_user("grid")), browse("grid")
    do(as_user("village"), number, "follow_up", method="phone", note="村里已去过电话")
    answer = client.post(f"/act/follow_up/{number}", data={"method": "visit", "note": "我到场", "length": "1"})
    assert answer.status_code == 409
    for told in ("期间他人已办理本案", "村里已去过电话", "村干部甲", "我到场", f'href="/cases/{quote(number)}"'):
        assert told in answer.text
    assert 'name="length" type="hidden" value="2"' in answer.text
    again = client.post(f"/act/follow_up/{number}", data={"method": "visit", "note": "我到场", "length": "2"})
    assert again.status_code == 302


def test_a_phone_is_told_what_came_in_between(browse, as_user):
    number, client = log(as_user("grid")), browse("grid")
    do(as_user("village"), number, "follow_up", method="phone", note="村里已去过电话")
    sent = record("follow_up", number=number, method="visit", note="我到场", length="1")
    answer = client.post("/queue/send", data=sent)
    (problem,) = answer.json["problems"]
    assert (answer.status_code, problem["length"]) == (409, 2)
    assert "村里已去过电话" in problem["between"][0]
    assert client.post("/queue/send", data={**sent, "length": problem["length"]}).status_code == 200


def test_what_was_asked_for_or_decided_is_so_when_it_is_sent_again(browse, as_user):
    number = log(as_user("grid"))
    ask = Act(number, "extend", {"to": "2026-12-30", "reason": "双方外出"})
    asks = []
    for _ in range(2):
        with unit_of_work(db.session):
            asks.append(propose(as_user("liaison"), ask).id)
    assert asks[0] == asks[1]
    with unit_of_work(db.session):
        (one,) = db.session.query(Proposal)
        path = f"/decide/{word_of(one.id)}"
    leader, other = browse("leader"), browse("office")
    for _ in range(2):
        assert leader.post(path, data={"decision": "approve"}).status_code == 302
    assert leader.post(path, data={"decision": "refuse"}).status_code == 409
    assert other.post(path, data={"decision": "approve"}).status_code in (403, 409)
    assert db.session.query(CaseEvent).filter_by(kind="extended").count() == 1


def test_what_a_unique_key_refuses_was_there_first_and_is_no_fault(app, browse, as_user, monkeypatch):
    number = log(as_user("grid"))

    def puts_down_again() -> str:
        db.session.add(Case(number=number, length=0, chain=b""))
        db.session.flush()
        return ""

    client = browse("office")
    monkeypatch.setitem(app.view_functions, "work.show", puts_down_again)
    assert client.get("/").status_code in (409, 500)
