"""An office that is at work takes the migration: logins are kept, failed tries go on counting, the second factor is announced."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask_migrate import upgrade

from caseapp.db import db
from caseapp.domain.org.queries import load_office
from caseapp.domain.people.logins import FROM_EVERYWHERE, Visitor, counters, id_of_login
from caseapp.domain.people.queries import is_throttled, live_login
from tests.conftest import NOW, HandClock, make_app


def test_a_login_of_before_is_there_but_opens_nothing_and_who_failed_too_often_stays_out(tmp_path: Path):
    app = make_app(f"sqlite:///{tmp_path / 'old.sqlite3'}", tmp_path, HandClock())
    with app.app_context():
        upgrade(revision="0024")
        at = NOW.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
        with db.engine.begin() as old:
            user = "INSERT INTO user_account (id, username, full_name, phone, password_hash, active, created_at)"
            old.execute(sa.text(f"{user} VALUES (1, 'grid', '网格员甲', '', 'x', 1, :at)"), {"at": at})
            login = "INSERT INTO login_session (id, user_id, started_at, seen_at)"
            old.execute(sa.text(f"{login} VALUES ('a login', 1, :at, :at)"), {"at": at})
            for _ in range(FROM_EVERYWHERE):
                old.execute(sa.text("INSERT INTO login_attempt (username, at) VALUES ('leader', :at)"), {"at": at})
        upgrade()
        assert live_login(db.session, "a login", NOW) is not None, "shown to its user, who may end it"
        assert live_login(db.session, id_of_login("a login"), NOW) is None, "what stands in an old copy of the table"
        assert is_throttled(db.session, counters("leader", Visitor(), known=False), NOW)
        assert not is_throttled(db.session, counters("grid", Visitor(), known=False), NOW)
        needed = load_office(db.session).second_factor_from(date(2026, 1, 1))
        assert needed - datetime.now(UTC).date() in (timedelta(days=30), timedelta(days=29))
        assert db.session.execute(sa.text("PRAGMA foreign_key_check")).all() == []
        db.session.remove()
        db.engine.dispose()


def test_a_new_office_needs_the_second_factor_at_once(tmp_path: Path):
    app = make_app(f"sqlite:///{tmp_path / 'new.sqlite3'}", tmp_path, HandClock())
    with app.app_context():
        upgrade()
        assert load_office(db.session).second_factor_from(date(2026, 11, 23)) <= date(2026, 11, 23)
        db.session.remove()
        db.engine.dispose()
