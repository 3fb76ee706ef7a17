"""A server that is killed while records come in over HTTP: what was acknowledged is there once, whole, and nothing else
is; who got no answer sends again."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from caseapp.db import db
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.queue.models import TakenRecord
from caseapp.domain.verification.queries import verify
from tests.queue.make import logged
from tests.sizes import many

ROOT = Path(__file__).resolve().parents[2]
KILLS, PHONES = many(8, 1000), 3
LONGEST = 0.25
"""Seconds within which a server is killed: a few records are taken in that time."""


class Mortal:
    """A server that is killed as often as one likes."""

    def __init__(self, url: str, folder: Path) -> None:
        command = [sys.executable, "-m", "tests.faults.dying_server", url, str(folder)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self._line())

    def _line(self) -> str:
        return self.process.stdout.readline().strip()

    def lives(self, seconds: float) -> str:
        """Let one live for so long: what became of it, or with 0 its number."""
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()
        return self._line()


@pytest.fixture
def mortal(world, tmp_path) -> Iterator[Mortal]:
    url = db.engine.url.render_as_string(hide_password=False)
    db.session.remove()
    db.engine.dispose()
    found = Mortal(url, tmp_path)
    yield found
    found.process.communicate(timeout=60)


class Phone:
    """Sends one record after the other, each until it is answered."""

    def __init__(self, port: int, cookie: str, name: int) -> None:
        self.port, self.cookie, self.name = port, cookie, name
        self.acknowledged: dict[str, str] = {}
        self.unanswered = 0

    def work(self, over: Event) -> None:
        nth = 0
        while not over.is_set():
            client_id = f"{self.name:016x}{nth:016x}"
            self.acknowledged[client_id] = self._sent(client_id, f"第{self.name}-{nth}件")
            nth += 1

    def _sent(self, client_id: str, story: str) -> str:
        body = urlencode(logged(client_id, story=story))
        while True:
            line = HTTPConnection("127.0.0.1", self.port, timeout=120)
            try:
                headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
                line.request("POST", "/queue/send", body, headers)
                answer = line.getresponse()
                answer.read()
                assert answer.status in (200, 503)  # 503: who was killed still holds what it was writing
                if answer.status == 200:
                    return story
            except (OSError, HTTPException):
                self.unanswered += 1
            finally:
                line.close()


@pytest.mark.slow(seconds=60)
def test_what_was_acknowledged_is_there_once_and_whole_whenever_the_server_was_killed(world, browse, mortal, tried):
    cookie = f"caseapp={browse('grid').get_cookie('caseapp').value}"
    db.session.remove()
    chance, over = random.Random(KILLS), Event()
    phones = [Phone(mortal.port, cookie, name) for name in range(1, PHONES + 1)]
    with ThreadPoolExecutor(PHONES) as pool:
        at_work: list[Future[None]] = [pool.submit(phone.work, over) for phone in phones]
        died = [mortal.lives(chance.uniform(0.001, LONGEST)) for _ in range(KILLS)]
        last = int(mortal.lives(0))
        over.set()
        try:
            for one in at_work:
                one.result()
        finally:
            os.kill(last, signal.SIGKILL)
    assert died == ["killed"] * KILLS
    assert sum(phone.unanswered for phone in phones) > 0
    acknowledged = {key: story for phone in phones for key, story in phone.acknowledged.items()}
    assert sorted(db.session.scalars(select(Case.title))) == sorted(acknowledged.values())
    assert sorted(db.session.scalars(select(TakenRecord.client_id))) == sorted(acknowledged)
    assert db.session.query(CaseEvent).count() == len(acknowledged)
    assert verify(db.session).broken == []
    tried(KILLS)
