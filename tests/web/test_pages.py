"""Every page for every role: it opens, or it is refused as the matrix says; nobody finds a sibling village's case."""

from __future__ import annotations

import pytest

from caseapp.domain.cases.models import Case
from tests.cases.make import head, log, moment, petition

pytestmark = pytest.mark.either_database

PAGES = ("/", "/cases", "/cases/new", "/overdue", "/reports", "/reports/TH/2026-10", "/teams", "/accounts", "/audit")
WORKERS = {"/": 200, "/cases": 200, "/cases/new": 200, "/overdue": 200, "/reports": 200}
MATRIX = {
    "grid": {**WORKERS, "/reports/TH-SH-01/2026-10": 200},
    "village": {**WORKERS, "/reports/TH-SH/2026-10": 200},
    "liaison": WORKERS,
    "station": {**WORKERS, "/reports/TH/2026-10": 200},
    "leader": {**WORKERS, "/reports/TH/2026-10": 200, "/teams": 200, "/teams/TH-SH": 200},
    "office": {**WORKERS, "/reports/TH/2026-10": 200, "/reports/TH/2026-10.xlsx": 200, "/teams": 200, "/audit": 200},
    "discipline": {"/": 200, "/cases": 200, "/cases/new": 200, "/audit": 200},
    "auditor": {"/": 200, "/cases": 200, "/overdue": 200, "/reports": 200, "/reports/TH/2026-10": 200, "/audit": 200},
    "admin": {"/": 200, "/cases": 200, "/accounts": 200, "/accounts/new": 200, "/accounts/grid": 200},
}


@pytest.mark.parametrize("who", MATRIX)
def test_each_role_opens_its_pages_and_no_others(browse, as_user, who):
    log(as_user("grid"), at=moment(2026, 10, 5, 9))
    client = browse(who)
    opened = {path: client.get(path).status_code for path in {*PAGES, *MATRIX[who]}}
    for path, status in opened.items():
        assert status == MATRIX[who].get(path, status if status in (403, 404) else 0), path


def test_nobody_gets_in_without_logging_in(app):
    client = app.test_client()
    for path in PAGES:
        answer = client.get(path)
        assert (answer.status_code, "/login" in answer.location) == (302, True)
    assert client.get("/healthz").status_code == client.get("/readyz").status_code == 200


def test_a_sibling_village_finds_the_case_nowhere(browse, as_user):
    number = log(as_user("grid"), head(title="绝密水沟"), at=moment(2026, 10, 5, 9))
    theirs = browse("village2")
    for path in (
        f"/cases/{number}", f"/act/follow_up/{number}", f"/amend/title/{number}", f"/seat/lead/{number}",
        f"/contacts/{number}", "/reports/TH/2026-10", "/reports/TH-SH/2026-10", "/reports/TH-SH/2026-10.xlsx",
        "/reports/TH-SH/2026-10/cases/new",
    ):  # fmt: skip
        assert theirs.get(path).status_code == 404, path
    assert theirs.post(f"/staff/{number}").status_code == 404
    for path in ("/", "/cases", "/cases?q=绝密", "/cases?unit=TH-SH", "/overdue", "/reports/TH-DS/2026-10"):
        assert "绝密水沟" not in theirs.get(path).text, path
    assert "绝密水沟" in browse("village").get("/cases?q=绝密").text


def test_a_grid_official_logs_a_case_in_one_step(browse, as_user):
    client = browse("grid")
    form = {
        "token": "t1", "track": "dispute", "story": "两家为水沟争执。已劝开。", "unit": "TH-SH-01",
        "category": "neighbour", "name": "周甲一", "headcount": "2", "contact": "any", "channel": "screening",
        "risk": "green", "petition_class": "appeal",
    }  # fmt: skip
    for _ in range(2):
        answer = client.post("/cases/new", data=form)
        assert answer.status_code == 302
    page = client.get(answer.location)
    assert "两家为水沟争执" in page.text
    ctx = as_user("grid")
    assert [case.title for case in ctx.session.query(Case)] == ["两家为水沟争执"]


def test_what_is_missing_is_said_beside_the_field_and_what_was_typed_is_kept(browse):
    answer = browse("grid").post(
        "/cases/new", data={"token": "t", "track": "dispute", "story": "打字打了很久", "unit": "TH-SH-01"}
    )
    assert answer.status_code == 422
    assert "打字打了很久" in answer.text
    assert "field-error" in answer.text


def test_a_case_is_worked_on_through_the_pages(browse, as_user):
    number = log(as_user("grid"), at=moment(2026, 11, 20, 9))
    client = browse("grid")
    assert (
        client.post(f"/act/follow_up/{number}", data={"method": "visit", "note": "到场了解", "length": "1"}).status_code
        == 302
    )
    stale = client.post(f"/act/follow_up/{number}", data={"method": "visit", "note": "重复点击", "length": "1"})
    assert stale.status_code == 409
    assert (
        client.post(f"/act/resolve/{number}", data={"method": "mediation", "evidence": "", "length": "2"}).status_code
        == 422
    )
    assert (
        client.post(
            f"/act/resolve/{number}", data={"method": "mediation", "evidence": "协议书", "length": "2"}
        ).status_code
        == 302
    )
    own = client.post(f"/act/return_visit/{number}", data={"result": "fulfilled", "length": "3"})
    assert own.status_code == 422
    assert "到场了解" in client.get(f"/cases/{number}").text
    assert "重复点击" not in client.get(f"/cases/{number}").text


def test_the_five_seats_are_filled_in_one_step_and_one_person_holds_one(browse, as_user):
    number = log(as_user("office"), petition())
    client = browse("leader")
    assert client.post(f"/staff/{number}").status_code == 302
    page = client.get(f"/cases/{number}").text
    for name in ("镇领导甲", "司法所甲", "驻村甲", "村干部甲", "网格员甲"):
        assert name in page
    twice = client.post(f"/seat/lead/{number}", data={"holder": "leader", "deputy": "leader", "reason": "x"})
    assert twice.status_code == 422


def test_an_accusation_is_gone_from_its_loggers_sight_at_once(browse, as_user):
    form = {
        "token": "a1", "track": "petition", "petition_class": "accusation", "story": "举报内容", "unit": "TH-SH-01",
        "category": "village_affairs", "headcount": "1", "contact": "any", "channel": "visit", "risk": "green",
    }  # fmt: skip
    client = browse("grid")
    answer = client.post("/cases/new", data=form, follow_redirects=True)
    assert answer.status_code == 200
    assert "举报内容" not in client.get("/cases").text
    assert "举报内容" in browse("discipline").get("/cases").text


def test_telephone_numbers_are_masked_until_a_reason_is_given(browse, as_user):
    number = log(as_user("grid"))
    client = browse("grid")
    assert "000-0000-1234" not in client.get(f"/cases/{number}").text
    assert "000-0000-1234" not in client.get(f"/contacts/{number}").text
    assert "000-0000-1234" in client.post(f"/contacts/{number}", data={"reason": "约上门时间"}).text
    assert browse("auditor").get("/audit").text.count(number) >= 1


def test_login_is_throttled_and_answers_alike(app, clock):
    client = app.test_client()
    tries = [client.post("/login", data={"username": who, "password": "wrong"}) for who in ("grid", "nobody-at-all")]
    assert tries[0].text.replace("grid", "X") == tries[1].text.replace("nobody-at-all", "X")
    for _ in range(4):
        client.post("/login", data={"username": "grid", "password": "wrong"})
    assert client.post("/login", data={"username": "grid", "password": "correct horse"}).status_code == 422
    clock.pass_by(minutes=16)
    assert client.post("/login", data={"username": "grid", "password": "correct horse"}).status_code == 302
    assert client.get("/").status_code == 200
    clock.pass_by(minutes=31)
    assert client.get("/").status_code == 302


def test_every_answer_carries_its_headers(browse):
    headers = browse("grid").get("/").headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_a_form_without_its_token_is_refused(app, browse):
    client = browse("grid")
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert client.post("/logout").status_code == 400
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_bad_addresses_get_a_sentence_and_never_a_crash(browse):
    client = browse("office")
    for path in (
        "/cases/XX", "/cases?unit=NIX", "/cases?after=zzz", "/cases?after=99999999999999999999_1", "/overdue?unit=NIX",
        "/overdue?after=x_y", "/reports/TH/2026-13", "/reports/TH/2036-01", "/reports/NIX/2026-10",
        "/reports/TH/2026-10/cases/nix", "/reports/TH/2026-10/cases/net.n?part=village:NIX", "/act/nix/XX", "/seat/x/y",
    ):  # fmt: skip
        assert client.get(path).status_code in (200, 404, 422), path
