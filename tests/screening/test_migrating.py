"""An installation that is at work takes the migration with its notices and the messages they stand in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask_migrate import upgrade

from caseapp.db import db
from tests.conftest import HandClock, make_app

DAY, INSTANT = "2026-11-01", "2026-11-01 00:00:00.000000"
WORDS = {"track": "dispute", "standing": "open", "state": "registered", "tier": "group", "chain": "0"}
NOTHING = {"petition_class": None, "sealed": 0, "verified": 0, "token": None, "merged_into": None}


@pytest.fixture
def before(tmp_path: Path) -> Iterator[None]:
    """A database as it was before rounds, with a case, three notices, and a message with one of them in it."""
    app = make_app(f"sqlite:///{tmp_path / 'old.sqlite3'}", tmp_path, HandClock())
    with app.app_context():
        upgrade(revision="0006")
        with db.engine.begin() as old:
            put(old, "unit", id=1, code="TH", parent_id=None, tier="town", kind="镇", name="太和镇", path="TH/")
            put(old, "case_file", **NOTHING, **WORDS, received_on=DAY)
            for nth in (1, 2, 3):
                put(old, "notice", id=nth, case_id=1, item=f"handle:{nth}", read_at=None)
            put(old, "delivery", id=1, channel="email", state="waiting")
            put(old, "delivery_line", id=7, delivery_id=1, notice_id=2, channel="email")
        yield
        db.session.remove()
        db.engine.dispose()


def put(connection: sa.Connection, table: str, **values: Any) -> None:
    """A row, with something in every column."""
    row: dict[str, Any] = {}
    for column in sa.inspect(connection).get_columns(table):
        kind = str(column["type"])
        row[column["name"]] = INSTANT if "TIME" in kind else DAY if "DATE" in kind else 1 if "CHAR" not in kind else "x"
    row |= values
    names = ", ".join(row)
    connection.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES (:{names.replace(', ', ', :')})"), row)


def test_notices_and_their_messages_come_through(before):
    upgrade(revision="0011")
    with db.engine.begin() as new:
        assert new.execute(sa.text("SELECT id, case_id, unit_id FROM notice ORDER BY id")).all() == [
            (1, 1, None), (2, 1, None), (3, 1, None),
        ]  # fmt: skip
        assert new.execute(sa.text("SELECT id, notice_id FROM delivery_line")).all() == [(7, 2)]
        assert new.execute(sa.text("PRAGMA foreign_key_check")).all() == []
        indexes = {one["name"] for one in sa.inspect(new).get_indexes("notice")}
    assert {"ix_notice_inbox", "ix_notice_unread"} <= indexes
