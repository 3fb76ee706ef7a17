"""Many people at once: what each role really does, with a pause between clicks, at ``caseapp serve`` (``./run bench
--people 200``); and the same while long tasks run beside them (``--beside 20``)."""

from __future__ import annotations

import os
import random
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from flask import Flask
from sqlalchemy import select

from bench.browser import Browser
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case
from caseapp.domain.people.logins import id_of_login
from caseapp.domain.people.models import LoginSession
from caseapp.domain.people.queries import user_named

PAUSE = 5.0  # seconds between two clicks, on average
PARTS = 6  # how often memory is looked at
COLD = 10.0  # seconds after the start that are told apart: each connection meets each page for the first time
LOG = "log a case"
CLICKS = {
    "office": ("/", "/cases", "/cases?state=open&category=land", "CASE", "CASE", "CASE", "/overdue", "/cases?q=水沟"),
    "leader": ("/", "/", "/overdue", "CASE", "/reports"),
    "grid": ("/", LOG, "CASE", "CASE", "/inbox"),
}
SHARES = ("office", "leader", "grid", "grid", "grid", "grid")
GOOD = (200, 302, 404)
"""404: a case that this role does not see."""
Kind = TypeVar("Kind")


@dataclass
class Heard:
    """What came back: seconds that pages and logged cases took, and what was not answered."""

    pages: list[float] = field(default_factory=list)
    logs: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def taken_out(self) -> Heard:
        """What was heard so far; from here on nothing was."""
        return Heard(_taken_out(self.pages), _taken_out(self.logs), _taken_out(self.wrong))

    def __str__(self) -> str:
        told = ", ".join(f"{times} times {what}" for what, times in Counter(self.wrong).most_common(5))
        return (
            f"{len(self.pages):,} pages {_percentiles(self.pages)}; {len(self.logs):,} cases logged "
            f"{_percentiles(self.logs)}; {len(self.wrong):,} wrong{f' ({told})' if told else ''}"
        )


def _taken_out(told: list[Kind]) -> list[Kind]:
    """What stands in a list by now, which others go on adding to."""
    taken = told[:]
    del told[: len(taken)]
    return taken


def _percentiles(taken: Sequence[float]) -> str:
    if len(taken) < 2:
        return ""
    p50, p95, p99 = (1000 * statistics.quantiles(taken, n=100)[nth] for nth in (49, 94, 98))
    return f"(p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms)"


def load(app: Flask, people: int, seconds: float, processes: int) -> str:
    """Let so many people work for so long. What it was like for them, in a sentence."""
    clerks, numbers = logged_in(app, people), open_cases(app)
    with served(app, processes) as (port, pid):
        heard, memory = Heard(), [_memory(pid)]
        with at_work(port, clerks, numbers, heard):
            time.sleep(COLD)
            first = heard.taken_out()
            for _ in range(PARTS):
                time.sleep((seconds - COLD) / PARTS)
                memory.append(_memory(pid))
    told = ", ".join(map(str, memory))
    return (
        f"{people} people, {processes} processes, the first {COLD:.0f} s: {first}; the {seconds - COLD:.0f} s after: "
        f"{heard}; memory of all processes {told} MB"
    )


def beside(app: Flask, people: int, tasks: dict[str, Sequence[str]]) -> list[str]:
    """What it is like for so many people alone, and while each task of the command line runs beside them."""
    clerks, numbers = logged_in(app, people), open_cases(app)
    found, environ = [], _environ(app)
    with served(app, 1 if db.engine.dialect.name == "sqlite" else 2) as (port, _pid):
        for name, words in {"alone": (), **tasks}.items():
            heard, begun = Heard(), time.monotonic()
            with at_work(port, clerks, numbers, heard):
                if words:
                    command = [sys.executable, "-c", "from caseapp.cli import main; main()", *words]
                    subprocess.run(command, env=environ, check=True, stdout=subprocess.DEVNULL)
                else:
                    time.sleep(ALONE)
            found.append(f"{people} people, {name} ({time.monotonic() - begun:.0f} s): {heard}")
    return found


ALONE = 40.0
"""Seconds of work with nothing beside it."""


def open_cases(app: Flask) -> list[str]:
    """Numbers to look at. Nothing is held afterwards: the server has the database to itself."""
    with app.app_context():
        query = select(Case.number).where(~Case.sealed, Case.standing == "open").limit(300)
        numbers = list(db.session.scalars(query))
        db.session.remove()
        db.engine.dispose()
    return numbers


def logged_in(app: Flask, people: int) -> list[tuple[str, str]]:
    """A role and a cookie for each."""
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    now, found = app.extensions["caseapp"].clock(), []
    with unit_of_work(db.session) as session:
        for nth in range(people):
            role = SHARES[nth % len(SHARES)]
            user = user_named(db.session, role)
            assert user
            session.merge(LoginSession(id=id_of_login(f"load-{nth}"), user_id=user.id, started_at=now, seen_at=now))
            found.append((role, f"caseapp={serializer.dumps({'_user_id': f'load-{nth}', '_fresh': True})}"))
    return found


def _environ(app: Flask) -> dict[str, str]:
    settings = app.extensions["caseapp"]
    return {**os.environ, "CASEAPP_INSTANCE": str(settings.instance), "CASEAPP_DATABASE_URL": settings.database_url}


@contextmanager
def served(app: Flask, processes: int) -> Iterator[tuple[int, int]]:
    """The port and the process of a server on the database of an application."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    words = ("serve", "--port", str(port), "--processes", str(processes), "--threads", "8", "--no-scheduler")
    command = [sys.executable, "-c", "from caseapp.cli import main; main()", *words]
    with subprocess.Popen(command, env=_environ(app), stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr
        while str(port) not in (line := server.stderr.readline()):
            assert line or server.poll() is None, "the server ended"
        try:
            yield port, server.pid
        finally:
            server.terminate()
            server.communicate(timeout=60)


@contextmanager
def at_work(
    port: int, clerks: Sequence[tuple[str, str]], numbers: Sequence[str], heard: Heard, pause: float = PAUSE
) -> Iterator[None]:
    """People who work while what is done inside lasts, with so many seconds between two clicks on average."""
    over = threading.Event()
    threads = [
        threading.Thread(
            target=_work,
            args=(Browser(port, cookie), _clicks(role, numbers, random.Random(cookie)), over, heard, pause),
            daemon=True,
        )
        for role, cookie in clerks
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _clicks(role: str, numbers: Sequence[str], chance: random.Random) -> Iterator[str]:
    while True:
        yield chance.choice(CLICKS[role]).replace("CASE", f"/cases/{chance.choice(numbers)}")


def _work(browser: Browser, clicks: Iterator[str], over: threading.Event, heard: Heard, pause: float) -> None:
    chance = random.Random(browser.cookie)
    over.wait(chance.random() * pause)
    for click in clicks:
        if over.is_set():
            break
        start = time.perf_counter()
        try:
            status = browser.log() if click == LOG else browser.get(click)
        except OSError as problem:
            heard.wrong.append(f"{click}: {problem!r}")
            browser.close()
            continue
        (heard.logs if click == LOG else heard.pages).append(time.perf_counter() - start)
        if status not in GOOD:
            heard.wrong.append(f"{click}: {status}")
        over.wait(chance.expovariate(1 / pause))
    browser.close()


def _memory(pid: int) -> int:
    """Megabytes that a process and its children hold, what they share counted once."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    return sum(_held(int(one)) for one in (pid, *children)) // 1024


def _held(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0
