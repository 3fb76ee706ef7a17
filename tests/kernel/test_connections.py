"""How a connection to the database is prepared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from caseapp.db import db, prepare_engine

PREPARED = {"sqlite": ("PRAGMA foreign_keys", 1), "postgresql": ("SHOW jit", "off")}


def test_a_connection_has_its_manners_and_keeps_them_when_a_transaction_is_rolled_back(world: Any) -> None:
    """SQLite holds foreign keys; PostgreSQL compiles no statement of a page, which took six times as long as all else
    of the page "My work"."""
    asked, answer = PREPARED[db.engine.dialect.name]
    for _ in range(2):
        assert db.session.scalar(sa.text(asked)) == answer
        db.session.rollback()


def test_sqlite_has_on_the_disk_what_was_committed_and_keeps_nothing_that_was_erased(tmp_path: Path) -> None:
    """The other tests wait for no disk (``tests/conftest.py``); an office does."""
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'own.sqlite3'}")
    prepare_engine(engine)
    with engine.connect() as connection:
        told = [connection.scalar(sa.text(f"PRAGMA {name}")) for name in ("synchronous", "secure_delete")]
    engine.dispose()
    assert told == [2, 1]
