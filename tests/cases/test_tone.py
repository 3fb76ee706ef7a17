"""Words that judge a person are remarked upon beside the field and on the next page; never refused, never kept."""

from __future__ import annotations

import json
from urllib.parse import unquote

import pytest

from caseapp.db import db
from caseapp.domain.cases.queries import find_case, load_history
from caseapp.domain.cases.tone import PERSON_WORDS, person_words
from tests.cases.make import log
from tests.cli.terminal import contents

pytestmark = pytest.mark.either_database

REMARK = "请写事情，不写评价人的话"
WORDY = "张三三是老钉子户，又来缠访，说低保少发了两个月。"
PLAIN = "张三三说低保少发了两个月，要求补发。"


@pytest.mark.parametrize("word", PERSON_WORDS)
def test_each_word_of_the_list_is_found(word):
    assert word in person_words(f"他是{word}，常来。")


def test_the_words_are_told_as_they_come_each_once():
    assert person_words("缠访。" + WORDY) == ["缠访", "钉子户"]
    assert person_words(PLAIN) == []
    assert person_words("非访问时间，稳步推进，控制水位，上访不是过错") == []


def logged(client, story: str, token: str, **more: str):
    form = {"token": token, "asked": "1", "track": "dispute", "story": story, "unit": "TH-SH-01", "headcount": "1",
            "category": "welfare", "contact": "any", "petition_class": "appeal", "channel": "visit", "risk": "green",
            "paper_kind": "photo"}  # fmt: skip
    return client.post("/cases/new", data=form | more)


def test_an_entry_is_taken_as_it_was_written_and_the_next_page_says_it_without_repeating_the_word(browse, as_user):
    client = browse("grid")
    answer = logged(client, WORDY, "t-1")
    assert answer.status_code == 302
    after = client.get(answer.location).text
    remark = after.split('alert-warning">', 1)[1].split("</p>", 1)[0]
    assert REMARK in remark
    assert not person_words(remark)
    number = unquote(answer.location.split("/receipt/")[1])
    grid = as_user("grid")
    case = find_case(db.session, grid.actor, number)
    assert case is not None
    assert load_history(db.session, case, grid.units).now.description == WORDY


def test_plain_words_are_not_remarked_upon(browse):
    client = browse("grid")
    after = client.get(logged(client, PLAIN, "t-2").location).text
    assert REMARK not in after.split("data-tone", 1)[0]


def test_a_form_that_comes_back_has_the_remark_beside_the_field_with_its_words(browse):
    told = logged(browse("grid"), WORDY, "t-3", headcount="0")
    assert told.status_code == 422
    beside = told.text.split('id="story"', 1)[1].split('id="similar"', 1)[0]
    assert f"{REMARK}：钉子户、缠访" in beside


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/act/follow_up/", {"method": "visit", "note": WORDY}),
        ("/act/file_plan/", {"text": WORDY}),
        ("/amend/description/", {"to": WORDY, "reason": "核实后更正"}),
        ("/amend/title/", {"to": "核实低保", "reason": WORDY}),
    ],
)
def test_follow_ups_plans_and_amendments_are_taken_and_remarked_upon(browse, as_user, path, form):
    number = log(as_user("grid"))
    client = browse("office" if "plan" in path else "grid")
    answer = client.post(path + number, data=form)
    assert answer.status_code == 302
    assert REMARK in client.get(answer.location).text.split("data-tone", 1)[0]


def test_a_decision_of_the_meeting_is_taken_and_remarked_upon(browse):
    client = browse("office")
    form = {"text": "对钉子户张三三的诉求再研究一次", "responsible": "leader", "due_on": "2026-11-30", "number": ""}
    answer = client.post("/week/TH/2026-11-23/decide", data=form)
    assert answer.status_code == 302
    assert REMARK in client.get(answer.location).text.split("data-tone", 1)[0]


def test_nothing_of_a_remark_is_kept(browse):
    client = browse("grid")
    logged(client, PLAIN, "t-4")
    before = {name: len(rows) for name, rows in contents().items()}
    logged(client, PLAIN, "t-5")
    plain = {name: len(rows) - before[name] for name, rows in contents().items()}
    before = {name: len(rows) for name, rows in contents().items()}
    logged(client, WORDY, "t-6")
    wordy = {name: len(rows) - before[name] for name, rows in contents().items()}
    assert wordy == plain


def test_pages_bring_the_list_for_while_one_types_and_strangers_are_not_told(browse, app):
    told = browse("grid").get("/offline").text.split("data-tone='", 1)[1].split("'", 1)[0]
    assert tuple(json.loads(told)["words"]) == PERSON_WORDS
    assert "data-tone" not in app.test_client().get("/login").text
