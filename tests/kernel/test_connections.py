"""How a connection to the database is prepared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from caseapp.db import db, prepare_engine
from caseapp.domain.org.models import Mark

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


KEPT = {
    "sqlite": "SELECT 1",
    "postgresql": "SELECT count(*) FROM pg_prepared_statements WHERE statement = 'SELECT 7'",
}


def test_what_pages_ask_again_and_again_is_prepared_once(world: Any) -> None:
    """The driver of PostgreSQL forgets all that was prepared when a transaction is taken back, as each page ends: "My
    work" was planned anew each time, for longer than all else of it took."""
    with db.engine.connect() as connection:
        for _page in range(3):
            assert connection.scalar(sa.text("SELECT 7")) == 7
            connection.rollback()
        assert connection.scalar(sa.text(KEPT[db.engine.dialect.name])) == 1


def test_what_was_written_while_only_reading_was_meant_is_taken_back(world: Any) -> None:
    db.session.execute(sa.insert(Mark), {"name": "by mistake", "value": "here"})
    db.session.rollback()
    assert db.session.get(Mark, "by mistake") is None


def test_a_transaction_that_failed_is_taken_back_and_the_next_one_works(world: Any) -> None:
    with pytest.raises(sa.exc.DBAPIError):
        db.session.execute(sa.text("SELECT nothing_there"))
    db.session.rollback()
    assert db.session.scalar(sa.text("SELECT 7")) == 7
