"""One program loads the demo and serves it: what the launcher starts."""

from __future__ import annotations

from typing import Any

import pytest

from caseapp.cli import server
from tests.cases.make import log, moment


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """How the server was asked for; it returns at once, where the real one would wait for ever."""
    asked: list[dict[str, Any]] = []

    class Idle:
        def run(self) -> None:
            asked[-1]["ran"] = True

    def listen(_app: object, at: tuple[str, int], threads: int) -> Idle:
        asked.append({"at": at, "threads": threads})
        return Idle()

    monkeypatch.setattr(server, "bound", lambda host, port: (host, port))
    monkeypatch.setattr(server, "listen", listen)
    monkeypatch.setattr(server, "start", lambda _app: None)
    monkeypatch.setattr(server, "open_workshop", lambda _app: None)
    return asked


def test_what_was_loaded_before_is_served_on_this_machine_alone(run, as_user, served):
    log(as_user("grid"), at=moment(2026, 11, 2, 9))
    told = run("demo", "--if-empty", "--serve", "--port", "8123")
    assert told.exit_code == 0, told.output
    assert served == [{"at": ("127.0.0.1", 8123), "threads": 8, "ran": True}]


def test_a_refused_demo_serves_nothing(run, as_user, served):
    log(as_user("grid"), at=moment(2026, 11, 2, 9))
    assert run("demo", "--serve").exit_code == 1
    assert served == []


def test_whoever_serves_has_read_every_template_before_it_answers(run, as_user, served, app):
    log(as_user("grid"), at=moment(2026, 11, 2, 9))
    assert run("demo", "--if-empty", "--serve").exit_code == 0
    assert {name for _, name in app.jinja_env.cache} == set(app.jinja_env.list_templates()) != set()


def test_told_to_stop_by_whoever_manages_services_it_stops_as_with_ctrl_c(run, as_user, served, monkeypatch):
    log(as_user("grid"), at=moment(2026, 11, 2, 9))
    handled: dict[int, Any] = {}
    monkeypatch.setattr(server, "signal", handled.__setitem__)
    assert run("demo", "--if-empty", "--serve").exit_code == 0
    with pytest.raises(SystemExit):
        handled[server.SIGTERM](server.SIGTERM, None)


def test_an_address_with_colons_is_told_as_a_browser_takes_it(run, as_user, served):
    log(as_user("grid"), at=moment(2026, 11, 2, 9))
    assert "http://[::1]:8000/" in run("serve", "--host", "::1").output
