"""A database that several processes open at once, with the small world in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from caseapp.db import db
from tests.conftest import POSTGRES, HandClock, absent, build_world, make_app


@contextmanager
def opened_by_many(backend: str, folder: Path) -> Iterator[tuple[str, HandClock]]:
    """The address of a database in which the small world was built, and the clock of the application in this process."""
    if backend == "sqlite":
        yield from _with_the_world(f"sqlite:///{folder / 'shared.sqlite3'}", folder)
        return
    if not POSTGRES:
        absent("PostgreSQL")
    name = f"caseapp_shared_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    _command(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name} TEMPLATE template0")
    url = sa.make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    yield from _with_the_world(url, folder)
    _command(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _with_the_world(url: str, folder: Path) -> Iterator[tuple[str, HandClock]]:
    clock = HandClock()
    with make_app(url, folder, clock).app_context():
        if url.startswith("sqlite"):
            raw = db.engine.raw_connection()
            raw.driver_connection.execute("PRAGMA journal_mode=WAL")
            raw.close()
        build_world(clock)
        yield url, clock
        db.session.remove()
        db.engine.dispose()


def _command(*statements: str) -> None:
    engine = sa.create_engine(POSTGRES, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
