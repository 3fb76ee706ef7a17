"""Number and code: ten wrong tries an hour and no more, one answer whether or not there is such a number."""

from __future__ import annotations

import hmac
import re
import secrets
from datetime import timedelta

import pytest

from caseapp.actions.track import KEPT, TRIES, TRIES_FROM_ONE_PLACE, Attempt, look_up
from caseapp.db import db, unit_of_work
from caseapp.domain.receipts.codes import LENGTH, SIGNS
from caseapp.domain.receipts.models import TrackAttempt
from caseapp.kernel.errors import TooMany
from tests.cases.make import log
from tests.receipts.make import receipt_of, visitor
from tests.sizes import many
from tests.web.test_query_counts import counted

pytestmark = pytest.mark.one_database

GUESSES = 100_000
THROUGH_THE_DOOR = many(2_000, GUESSES)


def guess() -> str:
    return "".join(secrets.choice(SIGNS) for _ in range(LENGTH))


def tried(clock, number: str, code: str, source: str = "here") -> str | None:
    with unit_of_work(db.session):
        return look_up(visitor(clock), Attempt(number, code, source))


@pytest.mark.slow(seconds=60)
@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_of_very_many_guessed_codes_none_is_right_and_ten_an_hour_are_looked_at(as_user, clock):
    number = log(as_user("grid"))
    ctx, looked_at, right = visitor(clock), 0, 0
    with unit_of_work(db.session):
        for nth in range(THROUGH_THE_DOOR):
            if nth % 1000 == 0:
                clock.pass_by(hours=1, minutes=1)
            try:
                right += look_up(ctx, Attempt(number, guess(), str(nth % 50))) is not None
                looked_at += 1
            except TooMany:
                pass
    assert (right, looked_at) == (0, THROUGH_THE_DOOR // 1000 * TRIES)
    assert db.session.query(TrackAttempt).count() <= 2 * TRIES * (KEPT // timedelta(hours=1) + 1)


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_nor_would_one_of_a_hundred_thousand_be_right_if_nothing_slowed_them_down(as_user):
    code = receipt_of(log(as_user("grid"))).code.encode()
    assert not any(hmac.compare_digest(code, guess().encode()) for _ in range(GUESSES))


def test_over_the_line_too(app, as_user, clock):
    number = log(as_user("grid"))
    token, code = receipt_of(number).token, receipt_of(number).code
    client = app.test_client()
    answers = [client.post("/track", data={"number": number, "code": guess()}) for _ in range(300)]
    assert [answer.status_code for answer in answers] == [422] * TRIES + [429] * (300 - TRIES)
    assert "输错次数太多" in answers[-1].text
    assert client.post("/track", data={"number": number, "code": code}).status_code == 429
    assert client.get(f"/track/{token}").status_code == 200  # the code in the picture is never locked
    clock.pass_by(minutes=61)
    answer = client.post("/track", data={"number": number, "code": code.lower()})
    assert (answer.status_code, answer.location) == (302, f"/track/{token}")


def test_one_answer_and_as_much_work_whether_or_not_there_is_such_a_number(app, as_user, clock):
    number = log(as_user("grid"))
    client, pages, work = app.test_client(), [], []
    client.get("/track")
    for asked in (number, "太调〔2026〕0999号"):
        db.session.expire_all()
        with counted() as statements:
            answer = client.post("/track", data={"number": asked, "code": guess()})
        page = re.sub(r'value="[^"]*"', "", answer.text)
        pages.append((answer.status_code, page, dict(answer.headers, **{"Content-Length": "", "Set-Cookie": ""})))
        work.append([one.split()[0] for one in statements])
    assert pages[0] == pages[1]
    assert work[0] == work[1]
    for asked in (number, "太调〔2026〕0999号"):
        status = [client.post("/track", data={"number": asked, "code": guess()}).status_code for _ in range(TRIES)]
        assert status == [422] * (TRIES - 1) + [429]


def test_one_number_locked_leaves_the_others_open(as_user, clock):
    first, second = log(as_user("grid")), log(as_user("grid"))
    for _ in range(TRIES):
        assert tried(clock, first, guess(), secrets.token_hex()) is None
    with pytest.raises(TooMany):
        tried(clock, first, receipt_of(first).code, "elsewhere")
    assert tried(clock, second, receipt_of(second).code) == receipt_of(second).token


def test_who_tries_many_numbers_from_one_place_is_stopped_there(as_user, clock):
    number = log(as_user("grid"))
    for nth in range(TRIES_FROM_ONE_PLACE):
        assert tried(clock, f"太调〔2026〕{nth + 100:04d}号", guess()) is None
    with pytest.raises(TooMany):
        tried(clock, number, receipt_of(number).code)
    assert tried(clock, number, receipt_of(number).code, "elsewhere") == receipt_of(number).token


def test_behind_the_offices_own_web_server_the_bound_is_a_wide_one(as_user, clock):
    number = log(as_user("grid"))
    with unit_of_work(db.session):
        for nth in range(TRIES_FROM_ONE_PLACE + 1):
            look_up(visitor(clock), Attempt(f"太调〔2026〕{nth + 100:04d}号", guess(), "proxy", shared=True))
    with unit_of_work(db.session):
        assert look_up(visitor(clock), Attempt(number, receipt_of(number).code, "proxy", shared=True))


def test_what_was_typed_is_not_kept(as_user, clock):
    tried(clock, "13800001111", "张三", "10.0.0.7")
    kept = {row.key for row in db.session.query(TrackAttempt)}
    assert len(kept) == 2
    assert all(re.fullmatch(r"[0-9a-f]{64}", key) for key in kept)


def test_a_token_that_leads_nowhere_says_no_more_than_that(app):
    answer = app.test_client().get("/track/" + secrets.token_urlsafe(18))
    assert answer.status_code == 404
    assert "查不到这张回执" in answer.text
    for path in ("/rating", "/pressed"):
        assert app.test_client().post(f"/track/x{path}", data={"score": "mostly", "text": "x"}).status_code == 404


def test_an_empty_form_is_answered_beside_its_fields(app):
    answer = app.test_client().post("/track", data={"number": "太调"})
    assert (answer.status_code, answer.text.count("请填写此项")) == (422, 1)


def test_the_forms_are_refused_without_their_token(app, as_user):
    token = receipt_of(log(as_user("grid"))).token
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        client = app.test_client()
        for path in ("/track", f"/track/{token}/rating", f"/track/{token}/pressed"):
            assert client.post(path, data={"number": "x"}).status_code == 400, path
        page = client.get(f"/track/{token}/pressed", base_url="https://town.example").text
        form = dict(re.findall(r'name="(csrf_token|key)"[^>]*value="([^"]+)"', page))
        sent = client.post(
            f"/track/{token}/pressed", data={**form, "text": "有人上门"}, base_url="https://town.example",
            headers={"Referer": "https://town.example/"},
        )  # fmt: skip
        assert sent.status_code == 302  # the origin alone, as the page's policy sends it, is enough over HTTPS
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
