"""A database that several processes open at once, with the small world in it."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from caseapp.db import db
from tests.conftest import POSTGRES, HandClock, absent, make_app
from tests.worlds import Worlds, let_go

STARTING = multiprocessing.get_context("forkserver")  # the program is read once for all of them
STARTING.set_forkserver_preload(["tests.jobs.worker", "tests.notices.worker"])


def start(main: Callable[..., None], *told: Any) -> BaseProcess:
    """A process of its own that runs a function."""
    process = STARTING.Process(target=main, args=told)
    process.start()
    return process


def status(process: BaseProcess) -> int | None:
    """How a process ended; None when it did not within four minutes."""
    process.join(timeout=240)
    return process.exitcode


@contextmanager
def opened_by_many(backend: str, folder: Path, worlds: Callable[[str], Worlds]) -> Iterator[tuple[str, HandClock]]:
    """The address of a copy of the small world, and the clock of the application in this process."""
    if backend == "postgres" and not POSTGRES:
        absent("PostgreSQL")
    url, clock = worlds(backend).another(folder), HandClock()
    with make_app(url, folder, clock).app_context():
        if backend == "sqlite":
            raw = db.engine.raw_connection()
            raw.driver_connection.execute("PRAGMA journal_mode=WAL")
            raw.close()
        yield url, clock
        let_go()
