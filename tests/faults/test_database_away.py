"""The database is away, or its disk is full: a plain page or a plain word, one line of log, and all is well afterwards."""

from __future__ import annotations

import logging
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from caseapp.db import db
from caseapp.domain.audit.models import JobRun
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.documents.models import Document
from caseapp.jobs.registry import JOBS
from caseapp.jobs.scheduler import tick
from tests.cases.make import log
from tests.conftest import PASSWORD
from tests.documents.make import picture
from tests.faults.machine import at_statement, away, bring_back, full_disk, take_away
from tests.queue.make import LOG, logged

SWEEP = next(job for job in JOBS if job.name == "sweep")
STORY = "两家为水沟争执。"
Ask = Callable[[FlaskClient, str], Any]


def the_log(client: FlaskClient, _number: str) -> Any:
    return client.post("/cases/new", data={**LOG, "token": "one", "story": STORY})


def the_follow_up(client: FlaskClient, number: str) -> Any:
    return client.post(f"/act/follow_up/{number}", data={"method": "visit", "note": "到场<看>\n第二行"})


def the_photo(client: FlaskClient, number: str) -> Any:
    sent = {"kind": "photo", "photos": (BytesIO(picture()), "现场.jpg"), "token": "t" * 20}
    return client.post(f"/papers/add/{number}", data=sent)


def the_record(client: FlaskClient, _number: str) -> Any:
    return client.post("/queue/send", data=logged())


def asked(path: str) -> Ask:
    return lambda client, number: client.get(path.format(number=number))


PAGES = ("/", "/cases", "/cases/{number}", "/cases/new", "/reports", "/reports/TH/2026-11.xlsx", "/no/such", "/inbox")
WRITES = {"log": the_log, "follow up": the_follow_up, "photo": the_photo, "record of a phone": the_record}
KINDS: dict[str, Ask] = {
    **{path: asked(path) for path in PAGES},
    **WRITES,
    "my cases": asked("/queue/mine"),
    "ticket": asked("/queue/ticket"),
    "login": lambda client, _number: client.post("/login", data={"username": "grid", "password": PASSWORD}),
    "receipt": asked("/track/ABCD-EFGH-JKLM"),
}


def stored() -> tuple[int, int, int]:
    """How many cases, entries and papers there are."""
    db.session.remove()
    found = tuple(db.session.query(one).count() for one in (Case, CaseEvent, Document))
    db.session.remove()
    return found  # type: ignore[return-value]


@pytest.mark.parametrize("kind", KINDS)
def test_while_the_database_is_away_one_plain_answer_and_one_line_of_log(world, browse, as_user, caplog, kind):
    client, number = browse("grid"), log(as_user("grid"))
    assert client.get("/cases").status_code == 200
    before = stored()
    with away(world), caplog.at_level(logging.WARNING):
        answer = KINDS[kind](client, number)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "Traceback" not in caplog.text
    assert "\n" not in caplog.records[0].getMessage()
    if answer.is_json:
        assert "服务器现在连不上数据库" in answer.json["problems"][0]["sentence"]
    else:
        assert "服务器现在连不上数据库" in answer.text
        assert "does not reach its database" in answer.text
    assert PASSWORD not in answer.text
    assert stored() == before
    assert KINDS[kind](client, number).status_code < 500


@pytest.mark.parametrize("kind", WRITES)
def test_the_database_goes_away_at_any_moment_of_a_write_and_nothing_is_halved_or_doubled(
    world, browse, as_user, clock, kind
):
    client, number = browse("grid"), log(as_user("grid"))
    KINDS["/cases"](client, number)
    with at_statement(0, lambda: None) as seen:
        assert WRITES[kind](client, number).status_code < 400
    written = [after - 1 for after in stored()]
    for nth in range(1, seen[0] + 1, max(1, seen[0] // 6)):
        world.fresh()
        client, number = browse("grid"), log(as_user("grid"))
        before = stored()
        with at_statement(nth, lambda: take_away(world)):
            answer = WRITES[kind](client, number)
        bring_back(world)
        kept = stored()
        assert answer.status_code == 503 or kept != before, f"at statement {nth}: {answer.status_code}"
        if answer.status_code == 503:
            again = WRITES[kind](client, number)
            assert again.status_code < 400
        if kind in ("log", "record of a phone"):
            assert [after - 1 for after in stored()] == written, f"at statement {nth}"
    assert not list(world.app.extensions["caseapp"].files.rglob("*.part"))


def test_what_was_typed_stands_in_the_page_and_can_be_sent_again(world, browse, as_user):
    client, number = browse("grid"), log(as_user("grid"))
    with away(world):
        answer = the_follow_up(client, number)
    assert f'action="/act/follow_up/{number}"' in answer.text
    assert '<textarea name="note" hidden>\n到场&lt;看&gt;\n第二行</textarea>' in answer.text
    assert "再发一次" in answer.text


def test_a_job_says_one_line_and_is_done_when_the_database_is_back(world, app, caplog):
    with away(world), caplog.at_level(logging.WARNING):
        assert not tick(app, SWEEP)
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == ["job sweep waits"]
    assert "\n" not in caplog.records[0].getMessage()
    assert tick(app, SWEEP)
    assert db.session.query(JobRun).filter_by(job="sweep").count() == 1


def test_a_line_that_was_cut_while_nobody_asked_costs_no_answer(world, browse, monkeypatch):
    monkeypatch.setattr("caseapp.db.lines.TRUSTED", -1.0)
    client = browse("grid")
    assert client.get("/cases").status_code == 200
    db.session.remove()
    with away(world):
        pass
    assert client.get("/cases").status_code == 200


@pytest.mark.parametrize("kind", WRITES)
def test_on_a_full_disk_nothing_is_half_kept_and_with_room_it_is_sent_again(world, browse, as_user, caplog, kind):
    client, number = browse("grid"), log(as_user("grid"))
    client.get("/cases")
    before = stored()
    with full_disk(), caplog.at_level(logging.WARNING):
        answer = WRITES[kind](client, number)
    assert answer.status_code == 503
    assert "服务器的磁盘满了" in (answer.json["problems"][0]["sentence"] if answer.is_json else answer.text)
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert stored() == before
    assert WRITES[kind](client, number).status_code < 400
    assert stored() > before
