"""My account: everybody changes their own password, sees where they are logged in, and ends it."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from caseapp.actions.passwords import is_right
from caseapp.db import db
from caseapp.domain.people.devices import device_name
from caseapp.domain.people.logins import TRIES
from caseapp.domain.people.models import LoginSession
from tests.conftest import CAST, PASSWORD
from tests.people.make import log_in, person

pytestmark = pytest.mark.one_database

NEW = "three white geese"


def change(client, present=PASSWORD, password=NEW, again=NEW):
    return client.post("/me/password", data={"present": present, "password": password, "again": again})


@pytest.mark.parametrize("who", [name for name in CAST if not name.endswith("2")])
def test_everybody_changes_their_own_password(browse, app, who):
    client, elsewhere = browse(who), app.test_client()
    log_in(elsewhere, who, PASSWORD)
    assert change(client).location == "/login"
    assert client.get("/").status_code == elsewhere.get("/").status_code == 302
    assert log_in(app.test_client(), who, PASSWORD).status_code == 422
    assert log_in(app.test_client(), who, NEW).status_code == 302


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"present": "wrong"}, "现在的密码不对"),
        ({"again": "two white geese"}, "两次输入的密码不一样"),
        ({"password": "short", "again": "short"}, "密码至少 10 位"),
        ({"password": "password123", "again": "password123"}, "太常见"),
        ({"password": "太和镇20260101", "again": "太和镇20260101"}, "别人知道"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_changed(browse, typed, sentence):
    client = browse("grid")
    answer = change(client, **typed)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert is_right(person("grid"), PASSWORD)
    assert client.get("/").status_code == 200


def test_the_present_password_is_not_guessed_on_a_telephone_left_open(browse, clock):
    client = browse("grid")
    for number in range(TRIES):
        assert change(client, present=f"wrong {number}").status_code == 422
    assert change(client).status_code == 429
    assert is_right(person("grid"), PASSWORD)
    clock.pass_by(minutes=16)
    assert change(client).status_code == 302


def test_i_see_where_i_am_logged_in_and_end_one_of_them(app, browse):
    phone, desk = app.test_client(), app.test_client()
    log_in(phone, "grid", PASSWORD, headers={"User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile"})
    log_in(desk, "grid", PASSWORD, headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/120 Edg/120"})
    page = desk.get("/me").text
    assert "Chrome · Android" in page
    assert page.count("plate state-verified") == 1
    handle = re.search(r'name="session" value="(\w+)"', page)[1]
    assert browse("office").post("/me/session", data={"session": handle}).status_code == 404
    assert phone.get("/").status_code == 200
    assert desk.post("/me/session", data={"session": handle}).status_code == 302
    assert (phone.get("/").status_code, desk.get("/").status_code) == (302, 200)


def test_i_end_all_the_others_at_once(app):
    others = [app.test_client() for _ in range(3)]
    for client in others:
        log_in(client, "grid", PASSWORD)
    assert others[0].post("/me/sessions").status_code == 302
    assert [client.get("/").status_code for client in others] == [200, 302, 302]


def test_the_id_of_a_session_stands_on_no_page(browse):
    assert "session-of-grid" not in browse("grid").get("/me").text


def test_my_account_is_in_the_menu_of_everybody(browse):
    for who in ("grid", "leader", "admin", "auditor"):
        assert 'href="/me"' in browse(who).get("/").text


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) MicroMessenger/8.0 Safari/604", "WeChat · iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Firefox/120.0", "Firefox · Linux"),
        ("", "? · ?"),
        ("<script>alert(1)</script>", "? · ?"),
    ],
)
def test_a_device_has_a_name(agent, name):
    assert device_name(agent) == name


def test_what_the_table_of_logins_holds_opens_nothing(app):
    client = app.test_client()
    client.post("/login", data={"username": "grid", "password": PASSWORD})
    with client.session_transaction() as cookie:
        said = cookie["_user_id"]
    kept = db.session.scalars(select(LoginSession.id)).all()
    assert said not in kept
    thief = app.test_client()
    for one in kept:
        with thief.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = one, True
        assert thief.get("/me").status_code == 302
    assert client.get("/me").status_code == 200
