"""Serving with several processes at one database: gunicorn begins, watches and replaces them; in each the same server
answers as in one alone (``listening.py``), and one of them runs the scheduler."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.workers.base import Worker

from caseapp.cli.listening import TO_THE_END, bound, listen
from caseapp.db import db
from caseapp.jobs.scheduler import start
from caseapp.kernel.private import create_private

PATIENT = 120
"""Seconds without a sign of life after which a process is ended and another begun."""


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


class Process(Worker):
    """One process among several."""

    def run(self) -> None:
        """Answer until told to end, and finish what was begun."""
        server = listen(self.wsgi, self.sockets[0].sock, self.cfg.threads)
        while self.alive and self.ppid == os.getppid():
            self.notify()
            server.turn()
        server.finish()


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

    bound(served.host, served.port).close()  # gunicorn would try on and on
    db.session.remove()
    db.engine.dispose()  # each process begins with connections of its own
    options = {
        "bind": served.address, "workers": served.processes, "worker_class": Process, "threads": served.threads,
        "timeout": PATIENT, "graceful_timeout": TO_THE_END + 5, "preload_app": True, "loglevel": "warning",
        "control_socket_disable": True, "post_worker_init": begin, "when_ready": lambda _server: announce(),
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
