"""Processes of the tests of the workshop, each with a workshop of its own, which do what they are told over a pipe."""

from __future__ import annotations

import json
import os
import socket
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Event
from typing import NoReturn

from flask.testing import FlaskClient

from caseapp.web.heavy import use_workshop
from caseapp.web.workshop import begin, open_workshop
from tests.conftest import HandClock, make_app


def pretend(line: socket.socket) -> NoReturn:
    """A worker that says who it is, hangs or dies, as it is told."""
    with line.makefile("rwb") as asked:
        for words in asked:
            wanted = json.loads(words)["do"]
            if wanted == "die":
                os._exit(1)
            if wanted == "hang":
                asked.write(json.dumps({"percent": 30}).encode() + b"\n")
                asked.flush()
                Event().wait()
            told = {"length": 5, "pid": os.getpid(), "nice": os.nice(0)}
            asked.write(json.dumps(told).encode() + b"\nthere")
            asked.flush()
    os._exit(0)


def with_pretended_workers(told: Connection, longest: float) -> None:
    """Ask a workshop for what it is told: the key, the person, what to do, the patience."""
    workshop = begin(pretend, longest)
    for asked in iter(told.recv, None):
        key, person, what, patience = asked
        made = workshop.ask(key, person, {"do": what}, patience)
        told.send((made.told, made.body))


def with_an_application(told: Connection, url: str, folder: Path) -> None:
    """Open addresses of the small world as somebody who is logged in, through a workshop."""
    app = make_app(url, folder, HandClock())
    app.test_client_class = FlaskClient
    with app.app_context():
        workshop = open_workshop(app)
        use_workshop(app, workshop)
    for asked in iter(told.recv, None):
        username, address = asked
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = f"session-of-{username}", True
        answer = client.get(address)
        told.send((answer.status_code, dict(answer.headers), answer.data))
