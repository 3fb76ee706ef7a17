"""How a connection to the database is prepared."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from caseapp.db import db

PREPARED = {"sqlite": ("PRAGMA foreign_keys", 1), "postgresql": ("SHOW jit", "off")}


def test_a_connection_has_its_manners_and_keeps_them_when_a_transaction_is_rolled_back(world: Any) -> None:
    """SQLite holds foreign keys; PostgreSQL compiles no statement of a page, which took six times as long as all else
    of the page "My work"."""
    asked, answer = PREPARED[db.engine.dialect.name]
    for _ in range(2):
        assert db.session.scalar(sa.text(asked)) == answer
        db.session.rollback()
