"""An office that is at work takes the migration: its units have always been there, on record and chained."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import sqlalchemy as sa
from flask_migrate import upgrade

from caseapp.db import db
from caseapp.domain.org.queries import load_units
from caseapp.domain.verification.queries import verify
from tests.conftest import PLACES, HandClock, make_app


def test_the_units_there_are_have_always_been_there(tmp_path: Path):
    app = make_app(f"sqlite:///{tmp_path / 'old.sqlite3'}", tmp_path, HandClock())
    with app.app_context():
        upgrade(revision="0015")
        ids = {place.code: nth for nth, place in enumerate(reversed(PLACES), start=1)}
        with db.engine.begin() as old:
            for place in sorted(PLACES, key=lambda place: len(place.code)):
                row = {"id": ids[place.code], "code": place.code, "parent": ids.get(place.parent), "tier": place.tier}
                row |= {"kind": place.kind, "name": place.name, "path": f"{place.code}/"}
                into = "INSERT INTO unit (id, code, parent_id, tier, kind, name, path)"
                old.execute(sa.text(f"{into} VALUES (:id, :code, :parent, :tier, :kind, :name, :path)"), row)
        upgrade()
        units = load_units(db.session)
        assert set(units.places.values()) == set(PLACES) == set(units.on(date(1990, 1, 1)).places.values())
        assert units.id_of == ids
        assert verify(db.session).broken == []
        assert db.session.execute(sa.text("PRAGMA foreign_key_check")).all() == []
        db.session.remove()
        db.engine.dispose()
