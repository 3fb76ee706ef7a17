"""What ordinary pages take while somebody tries to bring the service down (``./run bench --siege``): with one process
and with two, and behind nginx where that is installed."""

from __future__ import annotations

import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from bench.attackers import HEAVY, KINDS
from bench.load import Heard, at_work, logged_in, open_cases, served
from caseapp.db import db

PEOPLE, PAUSE, SECONDS, ATTACKERS = 10, 0.5, 8.0, 10
NGINX = """
worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{port}; client_max_body_size 100m;
    location / {{ proxy_pass http://127.0.0.1:{behind}; }} }} }}
"""


def siege(app: Flask) -> list[str]:
    """A line for each server and attack: 95 of 100 pages took no longer than that, and how many times as long as
    quietly."""
    people, numbers = logged_in(app, PEOPLE + ATTACKERS), open_cases(app)
    clerks, attackers = people[:PEOPLE], [cookie for _role, cookie in people[PEOPLE:]]
    found = []
    for processes in (1,) if db.engine.dialect.name == "sqlite" else (1, 2):
        with served(app, processes) as (behind, _pid):
            for server, port in _ways_in(behind):
                found += _besieged(f"{processes} process(es){server}", port, clerks, attackers, numbers)
    return found


def _besieged(
    server: str, port: int, clerks: Sequence[tuple[str, str]], attackers: Sequence[str], numbers: Sequence[str]
) -> Iterator[str]:
    quiet = 0.0
    with at_work(port, clerks, numbers, Heard(), PAUSE):
        time.sleep(SECONDS)  # each process and connection has met each page
    for attack in ("", *KINDS, *HEAVY):
        heard = Heard()
        with _attacking(attack, port, attackers), at_work(port, clerks, numbers, heard, PAUSE):
            time.sleep(SECONDS)
        p95 = 1000 * statistics.quantiles(heard.pages, n=20)[18]
        quiet = quiet or p95
        wrong = f"; {len(heard.wrong)} wrong, as {heard.wrong[0]}" if heard.wrong else ""
        yield f"{server}, {attack or 'quiet'}: {len(heard.pages)} pages, p95 {p95:.0f} ms, x {p95 / quiet:.1f}{wrong}"


@contextmanager
def _attacking(attack: str, port: int, cookies: Sequence[str]) -> Iterator[None]:
    if not attack:
        yield
        return
    command = [sys.executable, "-m", "bench.attackers", attack, str(port), *cookies]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        time.sleep(1)
        try:
            yield
        finally:
            process.kill()


def _ways_in(behind: int) -> Iterator[tuple[str, int]]:
    """The server itself, and nginx in front of it."""
    yield "", behind
    program = shutil.which("nginx")
    if program is None:
        return
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
        free.close()
        config = Path(folder) / "nginx.conf"
        config.write_text(NGINX.format(folder=folder, port=port, behind=behind), encoding="utf-8")
        with subprocess.Popen([program, "-c", str(config), "-p", folder], stderr=subprocess.DEVNULL) as process:
            time.sleep(1)
            try:
                yield " behind nginx", port
            finally:
                process.terminate()
