"""Serving with several processes at one database: gunicorn's, each with threads, and one scheduler among them."""

from __future__ import annotations

import fcntl
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from caseapp.db import db
from caseapp.jobs.scheduler import start
from caseapp.kernel.private import create_private

PATIENT = 120
"""Seconds without a sign of life after which a process is ended and another begun."""
KEPT_OPEN = 30
"""Seconds that a connection waits for the next click: on a bad line a new one costs more than the page."""


class Processes(BaseApplication):
    """An application that is loaded once and answered by several processes."""

    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self.app, self.options = app, options
        super().__init__()

    def load_config(self) -> None:
        """The options alone: nothing is read from the environment or a file."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application that was put together before."""
        return self.app


@dataclass(frozen=True)
class Served:
    """Where several processes serve, and with how many threads each."""

    host: str
    port: int
    threads: int
    processes: int

    @property
    def address(self) -> str:
        """Host and port as one word."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def serve_with(app: Flask, served: Served, announce: Callable[[], None], *, scheduler: bool) -> None:
    """Serve until told to stop. A process that ends is replaced; the scheduler runs in one of them at any time.
    ``announce`` is called once there is somebody to answer. Raises OSError where nothing can be served."""
    slot = SchedulerSlot(app.extensions["caseapp"].instance / "scheduler.lock")

    def begin(_worker: object) -> None:
        if scheduler and slot.take():
            start(app)

    family = socket.AF_INET6 if ":" in served.host else socket.AF_INET
    socket.create_server((served.host, served.port), family=family).close()  # gunicorn would try on and on
    db.session.remove()
    db.engine.dispose()  # each process begins with connections of its own
    options = {
        "bind": served.address, "workers": served.processes, "worker_class": "gthread", "threads": served.threads,
        "timeout": PATIENT, "keepalive": KEPT_OPEN, "preload_app": True, "loglevel": "warning",
        "limit_request_line": 8190,
        "control_socket_disable": True, "post_worker_init": begin, "when_ready": lambda _server: announce(),
        # Who is believed about the address is said in web/visitor.py, and nobody about HTTPS.
        "forwarded_allow_ips": "", "secure_scheme_headers": {}, "forwarder_headers": "",
    }  # fmt: skip
    Processes(app, options).run()


class SchedulerSlot:
    """The one scheduler among several processes: a lock on a file, which ends with the process that holds it. The
    process that is begun in its place finds it free."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.held: Any = None

    def take(self) -> bool:
        """Whether this process is the one from now on."""
        create_private(self.file)
        self.held = self.file.open("w")
        try:
            fcntl.flock(self.held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.held.close()
            return False
        return True
