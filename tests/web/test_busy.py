"""While somebody else writes: who reads waits for nobody, who writes waits a moment and is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from caseapp.actions.cases import RegisterCase, register
from caseapp.db import db
from caseapp.domain.access.models import CaseAccess
from caseapp.domain.cases.models import Case
from tests.cases.make import head, log
from tests.queue.make import logged

PAGES = ("/", "/cases", "/cases/new", "/overdue", "/inbox", "/reports", "/teams", "/units")


@pytest.fixture(autouse=True)
def impatient(monkeypatch) -> None:
    monkeypatch.setattr("caseapp.web.attempt.PATIENCE", 0.05)


@pytest.fixture
def at_pages(browse) -> dict[str, FlaskClient]:
    """Some who logged in before."""
    return {who: browse(who) for who in ("office", "grid")}


@pytest.fixture
def held(as_user, at_pages) -> Iterator[str]:
    """Somebody is in the middle of a long act: a case is being logged, another is locked. The number of that one."""
    number = log(as_user("grid"))
    with Session(db.engine) as another:
        register(replace(as_user("office"), session=another), RegisterCase(head(), "long"))
        another.get_one(Case, another.query(Case.id).filter_by(number=number).scalar(), with_for_update=True)
        yield number
        another.rollback()


def test_a_page_that_reads_waits_for_nobody_who_writes(at_pages, clock, held):
    client = at_pages["office"]
    clock.pass_by(minutes=5)  # the session is due to be put down as seen
    assert {path: client.get(path).status_code for path in (*PAGES, f"/cases/{held}")} == dict.fromkeys(
        (*PAGES, f"/cases/{held}"), 200
    )


def test_what_is_refused_meanwhile_is_answered_as_ever(at_pages, held):
    assert [at_pages["grid"].get(path).status_code for path in ("/cases/无此案", "/settings/calendar")] == [404, 403]


def test_a_form_that_cannot_be_kept_in_time_comes_back_with_a_sentence_and_what_was_typed(at_pages, held):
    form = {
        "token": "t9", "track": "dispute", "story": "两家为水沟争执。已劝开。", "unit": "TH-SH-01",
        "category": "neighbour", "name": "周甲一", "headcount": "2", "contact": "any", "channel": "screening",
        "risk": "green", "petition_class": "appeal",
    }  # fmt: skip
    answer = at_pages["grid"].post("/cases/new", data=form)
    assert "别人正在写入" in answer.text
    assert "两家为水沟争执" in answer.text
    assert db.session.query(Case).count() == 1


def test_an_act_that_cannot_be_kept_in_time_says_so_and_changes_nothing(at_pages, held):
    ways = db.session.query(CaseAccess).count()
    answer = at_pages["grid"].post(
        f"/act/follow_up/{held}", data={"method": "visit", "note": "走访"}, follow_redirects=True
    )
    assert "别人正在写入" in answer.text
    assert "走访" in answer.text
    assert db.session.query(CaseAccess).count() == ways


def test_what_a_phone_sends_meanwhile_stays_in_the_phone(at_pages, held):
    answer = at_pages["grid"].post("/queue/send", data=logged())
    assert (answer.status_code, "别人正在写入" in answer.json["problems"][0]["sentence"]) == (503, True)
