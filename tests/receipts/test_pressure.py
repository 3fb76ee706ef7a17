"""压力反映: what a petitioner tells the discipline contact leaves no trace for anybody else, on any address there is."""

from __future__ import annotations

import json
import re

import pytest
import sqlalchemy as sa

from caseapp.actions.accounts import set_active
from caseapp.actions.cases import Act, decide, propose
from caseapp.actions.exports import export_cases
from caseapp.actions.settings import set_value
from caseapp.actions.teams import staff_case
from caseapp.actions.track import REPORTS_FROM_ONE_PLACE, REPORTS_WITHIN
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case
from caseapp.domain.receipts.models import PressureNote, PressureReport
from caseapp.web.entrance import word_of
from tests.access.test_recusal_matrix import addresses, told_by
from tests.cases.make import do, head, log
from tests.conftest import CAST
from tests.receipts.make import receipt_of
from tests.sizes import many

pytestmark = pytest.mark.either_database

TEXT, REACH = "有人上门威胁独此一句", "晚上八点打给我独此"
BY_CHANCE = re.compile(r'(name="(?:csrf_token|token|key)"[^>]*value=)"[^"]*"')
OTHERS = many(["admin", "auditor", "grid", "office"], sorted(set(CAST) - {"discipline"}))


@pytest.fixture
def number(as_user) -> str:
    """A case with its five people, resolved."""
    found = log(as_user("grid"), head(title="水沟纠纷独此一件"))
    with unit_of_work(db.session):
        staff_case(as_user("leader"), found)
    do(as_user("grid"), found, "resolve", method="mediation", evidence="协议")
    return found


def values_for(number: str) -> dict[str, list[object]]:
    return {
        "number": [number], "action": ["follow_up", "rate"], "field": ["title"], "seat": ["lead"],
        "kind": ["handle", "svg"], "what": ["rename"], "proposal": [1], "sheet_id": [1], "step": ["answer"], "helper": [1], "interest": [1],
        "notice_id": [1], "unit": ["TH", "TH-SH"], "month": ["2026-11"], "period": ["2026-11"],
        "figure": ["new", "open"], "day": ["2026-11-23"], "decision": [1], "username": ["grid"], "act": ["post"],
        "absence": [1], "key": ["days.team"], "channel": ["email"], "token": [receipt_of(number).token], "report": [1],
        "letter": [1], "which": ["original"], "form": ["docx"], "slug": ["register"], "document": [1], "variant": ["1"], "paper": ["month"], "version": [1], "grant": ["none"], "nth": [1],
        "duty": [1], "reception": [1], "handover": [1], "request_id": [1], "answer": ["approve"], "act_id": [1], "own unit": ["TH-SH"],
    }  # fmt: skip


def told(app, number: str, text: str = TEXT, key: str = "one form", place: str = "10.0.0.1") -> int:
    return sent(app, number, text, key, place).status_code  # type: ignore[no-any-return]


def sent(app, number: str, text: str, key: str, place: str):
    path, form = f"/track/{receipt_of(number).token}/pressed", {"key": key, "text": text, "reach": REACH}
    return app.test_client().post(path, data=form, environ_base={"REMOTE_ADDR": place})


DRAWN = ("receipts.file", "papers.workbook", "papers.document", "papers.pdf")


def seen(app, client, number: str) -> dict[str, tuple[int, str]]:
    """Every page there is, as somebody sees it, but for those of the log: it holds who looked at what, and so changes by
    being walked through. That nothing is written to it is a test of its own."""
    answers = {}
    for rule, path, method in addresses(app, values_for(number)):
        if method == "GET" and not rule.endpoint.startswith("audit.") and rule.endpoint not in DRAWN:
            answer = client.get(path)
            answers[path] = (answer.status_code, BY_CHANCE.sub(r"\1", told_by(answer)))
    return answers


def counts() -> dict[str, int]:
    """How many rows each table has, but for the two of these reports."""
    tables = [table for table in db.metadata.tables.values() if not table.name.startswith("pressure_")]
    return {table.name: db.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables}


@pytest.mark.slow
@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
@pytest.mark.parametrize("who", OTHERS)
def test_for_everybody_else_every_page_is_the_same_as_before(app, browse, number, who):
    client = browse(who)
    before = seen(app, client, number)
    assert told(app, number) == 302
    after = seen(app, client, number)
    assert {path for path in before if before[path] != after[path]} == set()
    assert not [path for path, (_status, page) in after.items() if TEXT in page or REACH in page]
    assert len(after) > 40
    for path in ("/pressed", f"/pressed/{word_of(1)}", f"/pressed/{word_of(999)}"):
        assert client.get(path).status_code == 403
    assert client.post(f"/pressed/{word_of(1)}", data={"text": "x", "done": "1"}).status_code == 403
    assert db.session.query(PressureNote).count() == 0


def test_nothing_is_written_of_it_anywhere_else(app, as_user, number):
    app.test_client().get(f"/track/{receipt_of(number).token}/pressed")
    before, state = counts(), db.session.query(Case).one().length
    db.session.rollback()
    assert told(app, number) == 302
    held = {
        name: before[name] + 1 for name in ("held_row", "held_now", "track_attempt")
    }  # a digest of the report, salted: no day, no one; and, for a day, a digest of the place it came from
    assert (counts(), db.session.query(Case).one().length) == (before | held, state)
    assert TEXT not in json.dumps(list(export_cases(as_user("office"))), ensure_ascii=False)


def test_the_log_of_the_machine_does_not_tell_either(app, caplog, number):
    caplog.set_level(0)
    assert told(app, number) == 302
    assert number not in caplog.text
    assert TEXT not in caplog.text


def test_the_discipline_contact_reads_it_and_the_place_but_not_the_case(app, browse, number, clock):
    assert told(app, number) == 302
    client = browse("discipline")
    desk = client.get("/").text
    assert "反映受压情况" in desk
    assert number in desk
    assert TEXT not in desk
    page = client.get(f"/pressed/{word_of(1)}").text
    for words in (TEXT, REACH, number, "双合村第一组"):
        assert words in page
    assert "水沟纠纷" not in page
    assert client.get(f"/cases/{number}").status_code == 404
    assert client.post(f"/pressed/{word_of(1)}", data={"text": " "}).status_code == 302
    assert client.post(f"/pressed/{word_of(1)}", data={"text": "已约谈当事干部"}).status_code == 302
    assert number in client.get("/").text
    assert client.post(f"/pressed/{word_of(1)}", data={"text": "已处理", "done": "1"}).status_code == 302
    page = client.get(f"/pressed/{word_of(1)}").text
    assert "已约谈当事干部" in page
    assert "纪检甲" in page
    assert number not in client.get("/").text
    assert number in client.get("/pressed").text
    assert [row.by for row in db.session.query(PressureNote)] == ["discipline", "discipline"]
    assert client.get(f"/pressed/{word_of(2)}").status_code == 404


@pytest.mark.parametrize("about", ["discipline", "leader", "TH"])
def test_nothing_is_said_to_be_told_where_nobody_may_read_it(app, browse, as_user, about):
    """It was confirmed as delivered, and stood on nobody's desk."""
    number = log(as_user("office"), head(unit="TH", about=(about,)))
    with unit_of_work(db.session):
        set_value(as_user("office"), "outside.discipline", "县纪委监委", as_user("office").today)
    client, path = app.test_client(), f"/track/{receipt_of(number).token}/pressed"
    page = client.get(path).text
    for words in ("没有人能看", "县纪委监委", "12388"):
        assert words in page
    assert "<textarea" not in page
    answer = client.post(path, data={"key": "one form", "text": TEXT, "reach": REACH}, follow_redirects=True)
    assert (answer.status_code, TEXT in answer.text, "没有人能看" in answer.text) == (422, True, True)
    assert "已送达" not in answer.text
    assert db.session.query(PressureReport).count() == 0
    assert number not in browse("discipline").get("/pressed").text


def test_without_a_discipline_contact_in_the_town_the_page_says_so_and_gives_the_telephone(app, system, number):
    with unit_of_work(db.session):
        set_active(system, "discipline", active=False)
    page = app.test_client().get(f"/track/{receipt_of(number).token}/pressed").text
    assert ("没有人能看" in page, "12388" in page, "上级纪检监察机关" in page) == (True, True, True)
    assert told(app, number) == 422


def test_what_was_told_before_somebody_was_named_is_not_shown_to_them(app, browse, as_user):
    number = log(as_user("grid"), head(unit="TH-SH-01"))
    assert told(app, number) == 302
    with unit_of_work(db.session):
        asked = propose(
            as_user("grid"),
            Act(number, "name_accused", {"field": "about", "to": ["discipline"], "reason": "信访人这样说"}),
        )
    with unit_of_work(db.session):
        decide(as_user("leader"), asked.id, approved=True)
    client = browse("discipline")
    assert (client.get(f"/pressed/{word_of(1)}").status_code, number in client.get("/pressed").text) == (404, False)
    assert number not in client.get("/").text
    assert client.post(f"/pressed/{word_of(1)}", data={"text": "x"}).status_code == 404
    assert "此前" in app.test_client().get(f"/track/{receipt_of(number).token}/pressed").text


def test_an_interest_that_was_declared_counts_too_but_hides_nothing_that_waits_for_one_alone(app, browse, as_user):
    number = log(as_user("grid"), head(track="petition", petition_class="accusation"))
    assert told(app, number) == 302
    client = browse("discipline")
    assert client.get(f"/pressed/{word_of(1)}").status_code == 200
    assert client.post(f"/interest/{number}").status_code == 422
    assert client.post(f"/pressed/{word_of(1)}", data={"text": "已转县纪委", "done": "1"}).status_code == 302
    assert client.post(f"/interest/{number}").status_code == 302
    assert (client.get(f"/pressed/{word_of(1)}").status_code, number in client.get("/").text) == (404, False)
    assert told(app, number, key="another form") == 422


def test_the_same_form_twice_is_one_report_and_with_other_words_another_one(app, number):
    for _ in range(2):
        assert told(app, number) == 302
    assert db.session.query(PressureReport).count() == 1
    assert told(app, number, text="同一张表，另一件事") == 302
    assert [row.text for row in db.session.query(PressureReport).order_by("id")] == [TEXT, "同一张表，另一件事"]
    assert told(app, number, text=" ", key="empty") == 422
    assert told(app, number, text="x" * 5001, key="long") == 422


def test_nobody_fills_up_the_receipt_of_somebody_else_and_a_flood_from_one_place_is_stopped(app, number, clock):
    """Attack: whoever has the receipt sent five forms, and the petitioner's own was answered as if it were there."""
    status = [told(app, number, key=f"form {nth}", place="10.0.0.66") for nth in range(REPORTS_FROM_ONE_PLACE + 2)]
    assert status == [302] * REPORTS_FROM_ONE_PLACE + [429, 429]
    assert told(app, number, text="我自己的话") == 302
    assert db.session.query(PressureReport).filter_by(text="我自己的话").count() == 1
    assert told(app, number, key="form 0", place="10.0.0.66") == 302  # it is there
    clock.pass_by(seconds=REPORTS_WITHIN.total_seconds() + 1)
    assert told(app, number, key="next day", place="10.0.0.66") == 302


def test_beyond_the_bound_the_page_says_that_it_was_not_taken_in_and_keeps_the_words(app, number):
    for nth in range(REPORTS_FROM_ONE_PLACE):
        told(app, number, key=f"form {nth}")
    page = sent(app, number, "没有送到的话", "one more", "10.0.0.1").text
    assert ("没有收下" in page, "12388" in page, "没有送到的话" in page, "已送达" in page) == (True, True, True, False)
    assert db.session.query(PressureReport).filter_by(text="没有送到的话").count() == 0


def test_who_has_the_receipt_learns_nothing_by_counting(app, as_user, number):
    """Attack: how many were taken in before the bound told whether the petitioner had reported."""
    other = log(as_user("grid"), head())
    told(app, number, place="10.0.0.1")
    taken = [[told(app, one, key=f"{one} {nth}", place=place) for nth in range(REPORTS_FROM_ONE_PLACE + 1)]
             for one, place in ((number, "10.0.0.66"), (other, "10.0.0.67"))]  # fmt: skip
    assert taken[0] == taken[1]


def test_the_page_of_the_matter_says_nothing_of_it(app, number):
    path = f"/track/{receipt_of(number).token}"
    before = BY_CHANCE.sub(r"\1", app.test_client().get(path).text)
    assert told(app, number) == 302
    assert BY_CHANCE.sub(r"\1", app.test_client().get(path).text) == before


def test_of_an_accusation_too(app, browse, as_user):
    number = log(as_user("grid"), head(track="petition", petition_class="accusation"))
    assert told(app, number) == 302
    assert TEXT in browse("discipline").get(f"/pressed/{word_of(1)}").text
    assert browse("office").get(f"/pressed/{word_of(1)}").status_code == 403
