"""Many people at once: the pages that each role really opens, with a pause between clicks, at ``caseapp serve`` with
several processes (``./run bench --people 200``)."""

from __future__ import annotations

import http.client
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
from urllib.parse import quote

from flask import Flask
from sqlalchemy import select

from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case
from caseapp.domain.people.models import LoginSession
from caseapp.domain.people.queries import user_named

PAUSE = 5.0  # seconds between two clicks, on average
PARTS = 6  # how often memory is looked at
CLICKS = {
    "office": ("/", "/cases", "/cases?state=open&category=land", "CASE", "CASE", "CASE", "/overdue", "/cases?q=水沟"),
    "leader": ("/", "/", "/overdue", "CASE", "/reports"),
    "grid": ("/", "/cases/new", "CASE", "CASE", "/inbox"),
}
SHARES = ("office", "leader", "grid", "grid", "grid", "grid")


@dataclass
class Heard:
    """What came back: seconds an answer took, and what was not answered."""

    taken: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def load(app: Flask, people: int, seconds: float, processes: int) -> str:
    """Let so many people work for so long. What it was like for them, in a sentence."""
    clerks = _logged_in(app, people)
    numbers = list(db.session.scalars(select(Case.number).where(~Case.sealed, Case.standing == "open").limit(300)))
    db.session.remove()
    db.engine.dispose()
    heard = Heard()
    with _served(app, processes) as (port, pid):
        begun = time.monotonic()
        until, memory = begun + seconds, [_memory(pid)]
        threads = [
            threading.Thread(target=_work, args=(port, cookie, role, numbers, until, heard), daemon=True)
            for role, cookie in clerks
        ]
        for thread in threads:
            thread.start()
        for part in range(1, PARTS + 1):
            time.sleep(max(begun + seconds * part / PARTS - time.monotonic(), 0))
            memory.append(_memory(pid))
        for thread in threads:
            thread.join()
    p50, p95, p99 = (1000 * statistics.quantiles(heard.taken, n=100)[nth] for nth in (49, 94, 98))
    return (
        f"{people} people, {seconds:.0f} s, {processes} processes: {len(heard.taken):,} pages, "
        f"{len(heard.wrong):,} wrong{_most(heard.wrong)}, p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms; "
        f"memory of all processes {', '.join(map(str, memory))} MB"
    )


def _most(wrong: Sequence[str]) -> str:
    """The most common of the wrong answers."""
    told = ", ".join(f"{times} times {what}" for what, times in Counter(wrong).most_common(5))
    return f" ({told})" if told else ""


def _logged_in(app: Flask, people: int) -> list[tuple[str, str]]:
    """A role and a cookie for each."""
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    now, found = app.extensions["caseapp"].clock(), []
    with unit_of_work(db.session) as session:
        for nth in range(people):
            role = SHARES[nth % len(SHARES)]
            user = user_named(db.session, role)
            assert user
            session.add(LoginSession(id=f"load-{nth}", user_id=user.id, started_at=now, seen_at=now))
            found.append((role, f"caseapp={serializer.dumps({'_user_id': f'load-{nth}', '_fresh': True})}"))
    return found


@contextmanager
def _served(app: Flask, processes: int) -> Iterator[tuple[int, int]]:
    """The port and the process of a server on the database of an application."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    settings = app.extensions["caseapp"]
    environ = {**os.environ, "CASEAPP_INSTANCE": str(settings.instance), "CASEAPP_DATABASE_URL": settings.database_url}
    words = ("serve", "--port", str(port), "--processes", str(processes), "--threads", "8", "--no-scheduler")
    command = [sys.executable, "-c", "from caseapp.cli import main; main()", *words]
    with subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr
        while str(port) not in (line := server.stderr.readline()):
            assert line or server.poll() is None, "the server ended"
        try:
            yield port, server.pid
        finally:
            server.terminate()
            server.communicate(timeout=60)


def _work(port: int, cookie: str, role: str, numbers: Sequence[str], until: float, heard: Heard) -> None:  # noqa: PLR0917 - one person's day
    chance = random.Random(cookie)
    time.sleep(chance.random() * PAUSE)
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while time.monotonic() < until:
        path = chance.choice(CLICKS[role]).replace("CASE", f"/cases/{chance.choice(numbers)}")
        start = time.perf_counter()
        try:
            status = _answered(line, quote(path, safe="/?=&"), cookie)
        except OSError as problem:
            heard.wrong.append(f"{path}: {problem!r}")
            line.close()
            continue
        heard.taken.append(time.perf_counter() - start)
        if status not in (200, 404):  # 404: a case that this role does not see
            heard.wrong.append(f"{path}: {status}")
        time.sleep(chance.expovariate(1 / PAUSE))
    line.close()


def _answered(line: http.client.HTTPConnection, path: str, cookie: str) -> int:
    """The status of an answer. A connection that the server closed in the pause is opened anew, as browsers do."""
    try:
        return _asked(line, path, cookie)
    except (http.client.RemoteDisconnected, ConnectionError):
        line.close()
        return _asked(line, path, cookie)


def _asked(line: http.client.HTTPConnection, path: str, cookie: str) -> int:
    line.request("GET", path, headers={"Cookie": cookie})
    answer = line.getresponse()
    answer.read()
    return answer.status


def _memory(pid: int) -> int:
    """Megabytes that a process and its children hold, what they share counted once."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    return sum(_held(int(one)) for one in (pid, *children)) // 1024


def _held(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0
