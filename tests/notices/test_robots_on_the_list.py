"""A robot is asked at a machine of the administrator's list, at an address that was looked at, and nowhere else."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import sqlalchemy as sa

from caseapp.actions.notices_inbox import set_reach
from caseapp.actions.settings import set_value
from caseapp.db import db, unit_of_work
from caseapp.domain.notices.models import Reach
from caseapp.domain.org.robot_hosts import PUBLIC, listed_host, read_hosts
from caseapp.jobs import robot_line
from caseapp.jobs.post import post
from caseapp.jobs.robot_line import RobotLine, begin_request
from caseapp.kernel.errors import NotAllowed, RuleViolation
from tests.cases.make import log, moment
from tests.conftest import NOW
from tests.notices.make import deliveries, gathered, list_robots, reached, told
from tests.notices.receivers import Kept, robot

pytestmark = pytest.mark.one_database

WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1"
LISTED = (*PUBLIC, "robot.intra 10.1.2.3", "http://10.9.9.9:8080", "other.example:8443")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        (WECOM, "qyapi.weixin.qq.com"),
        ("https://OAPI.dingtalk.com:443/robot/send?access_token=x", "oapi.dingtalk.com"),
        ("https://robot.intra/send", "robot.intra"),
        ("http://10.9.9.9:8080/send", "10.9.9.9"),
        ("https://other.example:8443/", "other.example"),
    ],
)
def test_an_address_at_a_listed_machine_is_taken(url, name):
    found = listed_host(url, LISTED)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/send",
        "https://evil.example/qyapi.weixin.qq.com",
        "https://qyapi.weixin.qq.com.evil.example/send",
        "https://evil-qyapi.weixin.qq.com/",
        "https://qyapi.weixin.qq.com@169.254.169.254/latest/meta-data",
        "https://user:word@qyapi.weixin.qq.com/",
        "https://qyapi.weixin.qq.com\\@evil.example/",
        "https://evil.example#@qyapi.weixin.qq.com/",
        "https://qyapi.weixin.qq.com:8443/send",
        "https://qyapi.weixin.qq.com:0/send",
        "https://qyapi.weixin.qq.com:22/",
        "http://qyapi.weixin.qq.com/send",
        "https://qyapi.weixin.qq.com./send",
        "https://qyapi.weixin.qq.com\t/send",
        "https://qyapi。weixin.qq.com/send",
        "//qyapi.weixin.qq.com/send",
        "file:///etc/passwd",
        "gopher://qyapi.weixin.qq.com/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::1]/",
        "https://[::ffff:10.9.9.9]/",
        "https://10.9.9.9:8080/",
        "http://169.254.169.254/",
        "",
    ],
)
def test_an_address_that_leads_anywhere_else_is_refused(system, as_user, url):
    assert listed_host(url, LISTED) is None
    with unit_of_work(db.session):
        set_value(system, "robot.hosts", "\n".join(LISTED), NOW.date())
    with pytest.raises(RuleViolation, match="on the list"):
        set_reach(as_user("grid"), "wecom", url, active=True)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("101.91.40.24", True), ("2402:4e00::1", True), ("127.0.0.1", False), ("10.1.2.3", False), ("0.0.0.0", False),
        ("192.168.1.1", False), ("172.16.0.1", False), ("169.254.169.254", False), ("100.64.0.1", False),
        ("224.0.0.1", False), ("::1", False), ("fe80::1", False), ("fe80::1%eth0", False), ("fd00::1", False),
        ("::ffff:127.0.0.1", False), ("::ffff:169.254.169.254", False), ("2002:7f00:1::", False),
        ("64:ff9b::7f00:1", False), ("ff02::1", False), ("::", False), ("no address", False),
    ],
)  # fmt: skip
def test_a_name_leads_to_public_addresses_alone(address, public):
    host = listed_host(WECOM, PUBLIC)
    assert host is not None
    assert host.may_be_at(address) is public


def test_a_machine_inside_the_house_is_asked_at_the_addresses_listed_with_it():
    host = listed_host("https://robot.intra/send", LISTED)
    assert host is not None
    places = ("10.1.2.3", "::ffff:10.1.2.3", "10.1.2.4", "101.91.40.24", "127.0.0.1")
    assert [host.may_be_at(address) for address in places] == [True, True, False, False, False]


@pytest.mark.parametrize(
    "line",
    ["qyapi", "https://a.example/send", "a.example:99999", "a.example:0", "http://a.example", "http://8.8.8.8",
     "http://a.example 8.8.8.8", "a.example 10.0.0", "ftp://a.example", "a b.example", "user@a.example", "*.example"],
)  # fmt: skip
def test_a_line_that_names_no_machine_is_refused_on_the_list(line):
    with pytest.raises(RuleViolation):
        read_hosts(line)


def test_the_list_is_the_administrators_alone(as_user, browse):
    with pytest.raises(NotAllowed):
        set_value(as_user("office"), "robot.hosts", "evil.example", NOW.date())
    page = browse("office").get("/settings/robot.hosts").text
    assert "qyapi.weixin.qq.com" in page
    assert "<textarea" not in page
    admin = browse("admin")
    answer = admin.post("/settings/robot.hosts", data={"value": "qyapi.weixin.qq.com\nrobot.intra 10.1.2.3"})
    assert answer.status_code == 302
    assert as_user("grid").office.robot_host("https://robot.intra/x", NOW.date())
    refused = admin.post("/settings/robot.hosts", data={"value": "http://8.8.8.8"})
    assert refused.status_code == 422
    assert "http://8.8.8.8" in refused.text


def ready_message(system, as_user, robots: str) -> None:
    reached(as_user("grid"), "wecom", robots)
    told(system, log(as_user("grid"), at=moment(2026, 11, 22, 9)), "grid")
    assert gathered(system) == 1


def test_what_was_entered_before_there_was_a_list_is_kept_shown_and_not_sent_to(app, system, as_user, browse):
    kept = Kept()
    with robot(kept) as robots:
        ready_message(system, as_user, robots)
        with unit_of_work(db.session):
            set_value(system, "robot.hosts", "\n".join(PUBLIC), NOW.date())
        assert post(db.session, app.extensions["caseapp"]) == {}
    assert (kept.arrived, [row.state for row in deliveries()]) == ([], ["given_up"])
    grid = browse("grid")
    page = grid.get("/inbox/reach").text
    assert robots in page
    assert "不在名单上" in page
    off = grid.post("/inbox/reach/wecom", data={"wecom-address": robots})
    assert off.status_code == 302
    assert [(row.address, row.active) for row in db.session.scalars(sa.select(Reach))] == [(robots, False)]


@contextmanager
def answering(answer: bytes, pause: float = 0.0) -> Iterator[tuple[str, list[str]]]:
    """A robot that answers with some bytes, one after the other with a pause; what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(f"{self.path} {self.headers['Host']}")
            self.rfile.read(int(self.headers["Content-Length"]))
            try:
                for place in range(0, len(answer), 1 if pause else len(answer)):
                    self.wfile.write(answer[place : place + (1 if pause else len(answer))])
                    time.sleep(pause)
            except OSError:
                pass  # who asked hung up

        def do_GET(self) -> None:
            asked.append(f"GET {self.path}")

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/send", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_redirect_is_not_followed(app, system, as_user, browse):
    with robot(Kept()) as inside:
        moved = f"HTTP/1.1 307 Moved\r\nLocation: {inside}\r\nContent-Length: 0\r\n\r\n".encode()
        with answering(moved) as (robots, asked):
            list_robots(system, inside)
            ready_message(system, as_user, robots)
            assert post(db.session, app.extensions["caseapp"]) == {"waiting": 1}
    assert len(asked) == 1
    assert deliveries()[0].problem == "HTTP 307"


@pytest.mark.parametrize(
    ("answer", "state", "problem"),
    [
        (b'HTTP/1.1 200 OK\r\n\r\n{"errcode": 93000, "errmsg": "ami-id secret-token"}', "waiting", "errcode 93000"),
        (b"HTTP/1.1 200 OK\r\n\r\nsecret-token", "uncertain", "HTTP 200 without the answer of a robot"),
        (b'HTTP/1.1 200 OK\r\n\r\n{"errcode": "secret-token"}', "uncertain", "HTTP 200 without the answer of a robot"),
        (b"secret-token\r\n\r\n", "uncertain", "BadStatusLine"),
        (b"HTTP/1.1 500 secret-token\r\n\r\nsecret-token", "waiting", "HTTP 500"),
    ],
)
def test_no_word_of_an_answer_is_shown(app, system, as_user, browse, answer, state, problem):
    with answering(answer) as (robots, _asked):
        ready_message(system, as_user, robots)
        post(db.session, app.extensions["caseapp"])
    row = deliveries()[0]
    assert (row.state, row.problem) == (state, problem)
    assert "secret-token" not in browse("grid").get("/inbox/reach").text


def test_an_answer_that_drips_or_never_ends_is_hung_up_on(app, system, as_user, monkeypatch):
    monkeypatch.setattr(robot_line, "LONGEST", 0.5)
    began = time.monotonic()
    with answering(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000, pause=0.02) as (robots, _asked):
        ready_message(system, as_user, robots)
        assert post(db.session, app.extensions["caseapp"]) == {"uncertain": 1}
        assert time.monotonic() - began < 5


def test_an_answer_is_read_no_further_than_it_has_to_be(app, system, as_user):
    with answering(b'HTTP/1.1 200 OK\r\n\r\n{"errcode": 0, "x": "' + b"y" * 50_000_000) as (robots, _asked):
        ready_message(system, as_user, robots)
        assert post(db.session, app.extensions["caseapp"]) == {"uncertain": 1}


@pytest.fixture
def named(monkeypatch) -> list[tuple[str, str]]:
    """The addresses that names are resolved to, one list a question; the connection that was tried is kept."""
    tried: list[tuple[str, str]] = []
    answers = iter([["101.91.40.24"], ["127.0.0.1"]])
    really = socket.getaddrinfo

    def resolve(name, port, *rest, **more):
        if name != "qyapi.weixin.qq.com":
            return really(name, port, *rest, **more)
        tried.append(("asked", name))
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in next(answers)]

    def connect(where, *_rest):
        tried.append(("connected", where[0]))
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    return tried


def test_a_name_is_asked_once_and_the_address_that_was_looked_at_is_the_one_connected_to(named):
    host = listed_host(WECOM, PUBLIC)
    assert host is not None
    with pytest.raises(ConnectionRefusedError):
        begin_request(host, WECOM, b"{}", "1")
    assert named == [("asked", "qyapi.weixin.qq.com"), ("connected", "101.91.40.24")]


def test_a_name_that_leads_into_the_house_is_not_connected_to(app, system, as_user, named):
    with pytest.raises(ConnectionRefusedError):
        begin_request(listed_host(WECOM, PUBLIC), WECOM, b"{}", "1")  # type: ignore[arg-type]
    named.clear()
    ready_message(system, as_user, WECOM)
    assert post(db.session, app.extensions["caseapp"]) == {"waiting": 1}
    assert named == [("asked", "qyapi.weixin.qq.com")]
    assert "no address that the list allows" in deliveries()[0].problem


def test_the_name_goes_into_the_certificate_check_and_the_host_header(monkeypatch):
    wrapped: list[str] = []

    def wrap(_self, line, server_hostname, **_more):
        wrapped.append(server_hostname)
        return line

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", wrap)
    with answering(b'HTTP/1.1 200 OK\r\n\r\n{"errcode": 0}') as (robots, asked):
        port = int(robots.rsplit(":", 1)[1].split("/")[0])
        host = listed_host(f"https://localhost:{port}/send", [f"localhost:{port} 127.0.0.1"])
        assert host is not None
        line = begin_request(host, "https://localhost/send", b"{}", "1")
        line.send(b"}")
        line.close()
        time.sleep(0.1)
    assert isinstance(line, RobotLine)
    assert wrapped == ["localhost"]
    assert asked == [f"/send localhost:{port}"]


def test_a_list_of_a_later_day_holds_from_that_day_on(system):
    with unit_of_work(db.session):
        set_value(system, "robot.hosts", "a.example", date(2026, 12, 1))
    assert system.office.robot_host(WECOM, date(2026, 11, 30))
    assert system.office.robot_host(WECOM, date(2026, 12, 1)) is None
