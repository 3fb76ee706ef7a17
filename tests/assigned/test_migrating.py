"""An installation that is at work keeps who owes what today when it takes the migration: SQLite writes the table of due
items anew, on which the rows of today hang."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask_migrate import upgrade

from caseapp.db import db
from tests.conftest import HandClock, make_app
from tests.screening.test_migrating import NOTHING, WORDS, put


@pytest.mark.one_database
def test_what_is_owed_today_comes_through(tmp_path: Path):
    app = make_app(f"sqlite:///{tmp_path / 'old.sqlite3'}", tmp_path, HandClock())
    with app.app_context():
        upgrade(revision="0055")
        with db.engine.begin() as old:
            put(old, "unit", id=1, code="TH", parent_id=None, tier="town", kind="镇", name="太和镇", path="TH/")
            put(old, "case_file", **NOTHING, **WORDS, id=1, unit_id=1, holder_id=1, headcount=1)
            put(
                old, "deadline", id=3, case_id=1, kind="handle", to_on=None, late_from=None, late_to=None, late_bin=None
            )
            put(old, "duty", id=3, case_id=1, kind="handle", town_id=None, holder_id=1, person=None, lead=None)
            put(old, "duty_reader", duty_id=3)
        upgrade(revision="0060")
        with db.engine.begin() as new:
            told = [new.scalar(sa.text(f"SELECT count(*) FROM {name}")) for name in ("deadline", "duty", "duty_reader")]
            assert told == [1, 1, 1]
            assert new.scalar(sa.text("SELECT assigned_on FROM case_file")) is None
            assert new.execute(sa.text("PRAGMA foreign_key_check")).all() == []
        db.session.remove()
        db.engine.dispose()
