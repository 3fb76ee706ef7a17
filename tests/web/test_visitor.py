"""Where a request comes from behind web servers, and where a login leads to."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from ipaddress import ip_network
from urllib.parse import quote

import pytest

from caseapp.config import read_settings
from caseapp.db import db
from caseapp.domain.people.models import LoginAttempt
from caseapp.domain.receipts.models import TrackAttempt
from caseapp.kernel.errors import CaseappError
from caseapp.web.accounts.paths import own_path
from caseapp.web.visitor import COOKIE, client_address, source
from tests.conftest import PASSWORD, make_app
from tests.people.make import log_in

pytestmark = pytest.mark.either_database


@pytest.fixture
def behind(tmp_path):
    """An application behind some web servers."""

    def make(*trusted: str):
        environ = {"CASEAPP_INSTANCE": str(tmp_path), "CASEAPP_TRUSTED_PROXIES": ", ".join(trusted)}
        app = make_app("sqlite://", tmp_path, lambda: None)
        told = read_settings(environ).trusted_proxies
        app.extensions["caseapp"] = replace(app.extensions["caseapp"], trusted_proxies=told)
        return app

    return make


@pytest.mark.parametrize(
    ("trusted", "peer", "header", "found"),
    [
        ((), "203.0.113.9", "1.2.3.4", "203.0.113.9"),  # nobody is trusted: the header is anybody's word
        (("127.0.0.1",), "203.0.113.9", "1.2.3.4", "203.0.113.9"),  # not the trusted one who says so
        (("127.0.0.1",), "127.0.0.1", "203.0.113.9", "203.0.113.9"),
        (
            ("127.0.0.1",),
            "127.0.0.1",
            "1.2.3.4, 203.0.113.9",
            "203.0.113.9",
        ),  # what the client wrote before it counts nothing
        (("127.0.0.1", "10.0.0.0/8"), "127.0.0.1", "1.2.3.4, 203.0.113.9, 10.1.2.3", "203.0.113.9"),
        (("127.0.0.1",), "127.0.0.1", "1.2.3.4, 203.0.113.9, 10.1.2.3", "10.1.2.3"),
        (("127.0.0.1",), "127.0.0.1", "", "127.0.0.1"),
        (("127.0.0.1",), "127.0.0.1", " , ,", "127.0.0.1"),
        (("127.0.0.1", "10.0.0.0/8"), "127.0.0.1", "10.1.2.3", "10.1.2.3"),  # all are trusted: the first of them
        (("::1", "10.0.0.0/8"), "::1", "203.0.113.9, ::ffff:10.1.2.3", "203.0.113.9"),
        (("127.0.0.1",), "127.0.0.1", "nonsense", "nonsense"),
    ],
)
def test_the_last_hop_that_is_none_of_ours_counts(behind, trusted, peer, header, found):
    headers = {"X-Forwarded-For": header} if header else {}
    with behind(*trusted).test_request_context(headers=headers, environ_base={"REMOTE_ADDR": peer}):
        assert client_address() == found


def test_several_headers_are_read_in_their_order(behind):
    told = [("X-Forwarded-For", "1.2.3.4"), ("X-Forwarded-For", "203.0.113.9")]
    with behind("127.0.0.1").test_request_context(headers=told, environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        assert client_address() == "203.0.113.9"


def test_everybody_shares_an_address_only_behind_a_server_that_nobody_named(behind):
    asked = {"headers": {"X-Forwarded-For": "203.0.113.9"}, "environ_base": {"REMOTE_ADDR": "127.0.0.1"}}
    with behind().test_request_context(**asked):
        assert source()[1] is True
    with behind("127.0.0.1").test_request_context(**asked):
        assert source()[1] is False


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.9", "203.0.113.9:51000", True),
        ("203.0.113.9", "::ffff:203.0.113.9", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),  # one subscriber has a whole network
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("203.0.113.9", "203.0.113.10", False),
    ],
)
def test_what_is_one_place(behind, one, other, same):
    app, digests = behind("127.0.0.1"), []
    for address in (one, other):
        told = {"headers": {"X-Forwarded-For": address}, "environ_base": {"REMOTE_ADDR": "127.0.0.1"}}
        with app.test_request_context(**told):
            digests.append(source()[0])
    assert (digests[0] == digests[1]) is same
    assert one not in digests[0]


def test_the_public_page_and_the_login_count_by_who_really_asks(app, monkeypatch):
    settings = app.extensions["caseapp"]
    monkeypatch.setitem(app.extensions, "caseapp", replace(settings, trusted_proxies=(ip_network("127.0.0.1"),)))
    asked = {"number": "太信〔2026〕0001号", "code": "3333-3333"}
    for address in ("203.0.113.9", "203.0.113.10", "203.0.113.9"):
        told = {"X-Forwarded-For": f"198.51.100.77, {address}"}  # the first one is what the client made up
        assert app.test_client().post("/track", data=asked, headers=told).status_code == 422
        app.test_client().post("/login", data={"username": "x", "password": "y"}, headers=told)
    for table, others in ((TrackAttempt, [3]), (LoginAttempt, [1, 2, 3])):
        counted = Counter(row.key for row in db.session.query(table))
        assert sorted(counted.values()) == sorted([1, 2, *others])


def test_a_list_of_servers_that_is_none_is_refused_at_the_start(tmp_path):
    with pytest.raises(CaseappError, match="CASEAPP_TRUSTED_PROXIES"):
        read_settings({"CASEAPP_INSTANCE": str(tmp_path), "CASEAPP_TRUSTED_PROXIES": "nginx"})


LEAVING = (
    "//evil.example", "///evil.example", "\\\\evil.example", "/\\evil.example", "\\/evil.example", "https:evil.example",
    "https://evil.example", "javascript:alert(1)", "http:///evil.example", "evil.example", "/\t/evil.example", "/\n/evil.example",
    "\t//evil.example", " //evil.example", "/\x00/evil.example", "//evil.example/%2f..", "", "?x", "/ /evil",
)  # fmt: skip


@pytest.mark.parametrize("target", LEAVING)
def test_a_login_leads_out_of_the_house_nowhere(app, target):
    assert own_path(target) == ""
    if "\x00" in target:
        return
    for written in (quote(target, safe=""), target.replace("\t", "%09").replace("\n", "%0a").replace(" ", "%20")):
        client = app.test_client()
        answer = client.post(f"/login?next={written}", data={"username": "grid", "password": PASSWORD})
        assert (answer.status_code, answer.location) == (302, "/")


@pytest.mark.parametrize("target", ["/cases", "/cases?q=水沟&sort=new", "/reports/TH/2026-10#top", "/track"])
def test_a_login_leads_to_a_page_of_ours(app, target):
    answer = app.test_client().post(f"/login?next={quote(target)}", data={"username": "grid", "password": PASSWORD})
    assert answer.location.startswith(quote(target.partition("?")[0].partition("#")[0]))


def test_the_cookie_of_a_device_is_out_of_reach_of_scripts_and_other_sites(app):
    answer = log_in(app.test_client(), "grid", PASSWORD)
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith(COOKIE))
    assert {"HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
