"""Over which lines there are answers at all, and what each answer carries."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import session

from caseapp import create_app
from caseapp.config import Settings
from caseapp.db import db


@pytest.fixture
def office(tmp_path: Path):
    """A client of an installation in production."""
    app = create_app(Settings(tmp_path, f"sqlite:///{tmp_path}/office.sqlite3", "a key", lambda: None, production=True))
    app.add_url_rule("/hello", view_func=lambda: "hello")
    with app.app_context():
        db.create_all()
        yield app.test_client()
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("peer", ["127.0.0.1", "10.1.2.3", "192.168.7.9", "::1"])
def test_plain_http_answers_private_addresses(office, peer):
    assert office.get("/hello", base_url="http://127.0.0.1:8000", environ_base={"REMOTE_ADDR": peer}).status_code == 200


@pytest.mark.parametrize(
    ("asked", "peer"),
    [
        ("http://petitions.example", "10.1.2.3"),
        ("http://127.0.0.1:8000", "8.8.4.4"),
        ("http://8.8.8.8", "10.1.2.3"),
    ],
)
def test_plain_http_refuses_a_public_name_and_a_public_peer(office, asked, peer):
    assert office.get("/hello", base_url=asked, environ_base={"REMOTE_ADDR": peer}).status_code == 403


def test_https_is_answered_from_anywhere_with_the_headers_on(office):
    answer = office.get("/hello", base_url="https://petitions.example", environ_base={"REMOTE_ADDR": "198.51.100.4"})
    assert answer.status_code == 200
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def office_with(folder: Path, **more):
    """An installation in production with a page that begins a session."""
    app = create_app(Settings(folder, f"sqlite:///{folder}/o.sqlite3", "a key", lambda: None, production=True, **more))
    app.add_url_rule("/begin", view_func=lambda: str(session.update(word="x")))
    return app


@pytest.mark.parametrize(
    ("plain_http", "asked", "secure"),
    [
        (False, "http://192.168.1.10:8000", True),
        (False, "http://127.0.0.1:8000", True),
        (True, "http://192.168.1.10:8000", False),
        (True, "http://127.0.0.1:8000", True),  # a web server with HTTPS on the same machine asks so
        (True, "https://192.168.1.10", True),
    ],
)
def test_the_login_cookie_travels_over_plain_http_only_inside_an_office_that_says_so(
    tmp_path, plain_http, asked, secure
):
    app = office_with(tmp_path, plain_http=plain_http)
    with app.app_context():
        db.create_all()
        answer = app.test_client().get("/begin", base_url=asked, environ_base={"REMOTE_ADDR": "192.168.1.44"})
        db.session.remove()
        db.engine.dispose()
    assert answer.status_code == 200
    assert ("Secure" in answer.headers["Set-Cookie"]) is secure


def test_over_https_a_browser_keeps_to_it_and_no_other_site_sets_the_cookie(tmp_path):
    app = office_with(tmp_path)
    with app.app_context():
        db.create_all()
        answer = app.test_client().get("/begin", base_url="http://127.0.0.1:8000")
        db.session.remove()
        db.engine.dispose()
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert answer.headers["Set-Cookie"].startswith("__Host-caseapp=")
    assert "Path=/" in answer.headers["Set-Cookie"]
    assert "Domain" not in answer.headers["Set-Cookie"]


def test_plain_http_inside_the_office_promises_no_https(tmp_path):
    app = office_with(tmp_path, plain_http=True)
    with app.app_context():
        db.create_all()
        answer = app.test_client().get("/begin", base_url="http://192.168.1.5:8000")
        db.session.remove()
        db.engine.dispose()
    assert "Strict-Transport-Security" not in answer.headers
    assert answer.headers["Set-Cookie"].startswith("caseapp=")


def test_no_page_asks_for_camera_microphone_or_place(office):
    assert "geolocation=()" in office.get("/hello", base_url="http://127.0.0.1:8000").headers["Permissions-Policy"]


def test_after_logging_out_a_browser_forgets_its_copies_but_not_what_waits_to_be_sent(browse):
    assert browse("grid").post("/logout").headers["Clear-Site-Data"] == '"cache"'
