"""A database that several processes open at once, with the small world in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from caseapp.db import db
from tests.conftest import POSTGRES, HandClock, absent, make_app
from tests.worlds import Worlds, let_go


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
