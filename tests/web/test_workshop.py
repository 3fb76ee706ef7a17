"""What is heavy is made in a process beside the server: one work at a time, at a lower priority, and no longer than it
may take; a worker that dies takes nothing with it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from caseapp.db import db, unit_of_work
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.people.logins import id_of_login
from caseapp.domain.people.models import LoginSession
from caseapp.domain.people.queries import user_named
from caseapp.web.workshop import EACH, MOST, NICE
from tests.conftest import NOW
from tests.many_processes import opened_by_many, start, status
from tests.web.making import with_an_application, with_pretended_workers

ODD = "/reports/TH/2026-10-03..2026-10-20"


class Asking:
    """A process with a workshop, which is asked as often as one likes."""

    def __init__(self, main: Callable[..., None], *told: Any) -> None:
        self.line, there = Pipe()
        self.process = start(main, there, *told)
        there.close()

    def __call__(self, *asked: Any) -> Any:
        self.line.send(asked)
        return self.line.recv()

    def end(self) -> None:
        """It ends by itself, unless it was killed."""
        killed = not self.process.is_alive()
        if not killed:
            self.line.send(None)
        assert status(self.process) == (-signal.SIGKILL if killed else 0)


@pytest.fixture
def begun() -> Iterator[Callable[..., Asking]]:
    """Begins such a process; at the end none is left."""
    with ExitStack() as stack:

        def begin(*told: Any) -> Asking:
            asking = Asking(*told)
            stack.callback(asking.end)
            return asking

        yield begin


@pytest.fixture
def ask(begun) -> Asking:
    return begun(with_pretended_workers, 60)


def beside(pid: int | None) -> int:
    """The process of the workshop that a process began."""
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def is_there(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def gone(pid: int) -> bool:
    """It ended, or does so now."""
    while is_there(pid):
        os.sched_yield()
    return True


@pytest.mark.one_database
def test_one_worker_makes_one_thing_after_another_at_a_lower_priority(ask):
    (first, body), (second, _) = ask("a", "office", "say", 60), ask("b", "leader", "say", 60)
    assert (body, first["pid"]) == (b"there", second["pid"])
    assert first["nice"] == os.nice(0) + NICE


@pytest.mark.one_database
def test_who_does_not_wait_is_told_how_far_it_is_and_gets_it_later(ask):
    told = {}
    while told != {"percent": 30}:
        told, _ = ask("a", "office", "hang", 0.01)
        assert set(told) == {"percent"}


@pytest.mark.one_database
def test_what_was_made_waits_for_who_asks_again(ask):
    told: dict[str, Any] = {}
    while "pid" not in told:
        told, body = ask("a", "office", "say", 0)
    assert body == b"there"


@pytest.mark.one_database
def test_one_person_has_two_works_under_way_and_all_together_a_few(ask):
    for nth in range(MOST):
        assert ask(f"work {nth}", f"person {nth // EACH}", "hang", 0)[0].keys() == {"percent"}
        again = ask(f"work {nth}", f"person {nth // EACH}", "hang", 0)[0]
        assert again.keys() == {"percent"}, "the same is not made twice"
    assert ask("one more", "person 0", "hang", 0)[0] == {"why_not": "yours"}
    assert ask("one more", "somebody", "hang", 0)[0] == {"why_not": "many"}


@pytest.mark.one_database
@pytest.mark.parametrize(("what", "why"), [("hang", "long"), ("die", "broken")])
def test_what_hangs_or_dies_is_said_and_the_next_is_made(begun, what, why):
    ask = begun(with_pretended_workers, 0.5 if what == "hang" else 60)
    assert ask("a", "office", what, 60) == ({"why_not": why}, b"")
    told, body = ask("b", "office", "say", 60)
    assert (body, is_there(told["pid"])) == (b"there", True)


@pytest.mark.one_database
def test_it_ends_with_the_server_and_the_server_lives_on_without_it(ask):
    worker = ask("a", "office", "say", 60)[0]["pid"]
    workshop = beside(ask.process.pid)
    ask("b", "office", "hang", 0)
    ask.process.kill()
    ask.process.join()
    assert gone(workshop)
    assert gone(worker)


@pytest.mark.one_database
def test_a_workshop_that_was_killed_is_told_of(ask):
    worker = ask("a", "office", "say", 60)[0]["pid"]
    workshop = beside(ask.process.pid)
    os.kill(workshop, signal.SIGKILL)
    assert gone(workshop)
    assert gone(worker)
    assert ask("a", "office", "say", 60)[0] == {"why_not": "away"}


def log_in(*usernames: str) -> None:
    with unit_of_work(db.session) as session:
        for username in usernames:
            user = user_named(db.session, username)
            assert user
            key = id_of_login(f"session-of-{username}")
            session.add(LoginSession(id=key, user_id=user.id, started_at=NOW, seen_at=NOW))


@pytest.mark.parametrize("backend", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_a_worker_answers_as_the_server_does_each_as_who_asked(begun, worlds, tmp_path, backend):
    with opened_by_many(backend, tmp_path, worlds) as (url, _clock):
        ask = begun(with_an_application, url, tmp_path)
        log_in("office", "outsider")
        for address in ("/reports/TH/2026-10.docx", "/reports/TH/2026.xlsx", f"{ODD}.json"):
            code, headers, body = ask("office", address)
            assert (code, bool(body)) == (200, True)
        assert "attachment" in ask("office", "/reports/TH/2026-10.docx")[1]["Content-Disposition"]
        code, headers, body = ask("office", ODD)
        while code == 202:
            assert headers["Refresh"] == "2"
            code, headers, body = ask("office", ODD)
        assert (code, "太和镇" in body.decode()) == (200, True)
        assert headers["X-Frame-Options"] == "DENY"
        assert ask("outsider", "/reports/TH/2026-10.docx")[0] == 404
        assert ask("nobody", ODD)[0] == 302
        kinds = list(db.session.scalars(select(AuditEntry.action)))
        assert (kinds.count("report_taken"), kinds.count("refused")) == (3, 1)
