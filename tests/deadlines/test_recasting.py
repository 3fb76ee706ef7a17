"""A database from before version 2 of the formulas: what its cases owe is worked out anew, once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask_migrate import upgrade

from caseapp.actions.recasting import recast_if_marked
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case
from caseapp.domain.deadlines.models import Deadline
from caseapp.domain.org.models import OWED_ANEW, Mark
from tests.cases.make import do, head, log, petition
from tests.conftest import HandClock, make_app
from tests.screening.test_migrating import NOTHING, WORDS, put

ROWS = sa.select(
    Deadline.case_id, Deadline.kind, Deadline.nth, Deadline.due_on, Deadline.start_on, Deadline.days, Deadline.rule,
    Deadline.from_on, Deadline.to_on, Deadline.charged_to,
).order_by(Deadline.case_id, Deadline.kind, Deadline.nth, Deadline.from_on)  # fmt: skip
DUTIES = sa.select(
    Case.number, Case.handle_due_on, Case.serve_due_on, Case.plan_owed, Case.team_from
).order_by(Case.number)  # fmt: skip
VERSION_1 = Path(__file__).parents[1] / "reports" / "version_1"


def stored() -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    return [tuple(row) for row in db.session.execute(ROWS)], [tuple(row) for row in db.session.execute(DUTIES)]


@pytest.fixture
def as_it_should_be(as_user) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """A dispute, a suggestion of grave risk, a petition passed on without a notice, one with a promise; then all rows as
    other rules might have left them, and the mark."""
    office = as_user("office")
    log(as_user("grid"), head())
    log(office, petition(petition_class="suggestion", risk="red", unit="TH"))
    do(office, log(office, petition(unit="TH")), "transfer_out", to="县人社局")
    promised = log(office, petition(unit="TH"))
    do(office, promised, "accept")
    do(office, promised, "reply", outcome="supported")
    before = stored()
    with unit_of_work(db.session) as session:
        session.execute(sa.delete(Deadline).where(Deadline.kind.in_(("notice", "perform"))))
        session.execute(sa.update(Deadline).where(Deadline.kind == "handle").values(days=1))
        session.execute(sa.update(Case).values(plan_owed=True, handle_due_on=None, serve_due_on=None))
        session.add(Mark(name=OWED_ANEW, value="2"))
    assert stored() != before
    return before


def test_what_cases_owe_is_worked_out_anew_where_a_migration_left_its_mark(as_it_should_be, system):
    with unit_of_work(db.session):
        assert recast_if_marked(system) == 4
    assert stored() == as_it_should_be


def test_it_is_done_once(as_it_should_be, system):
    for cases in (4, 0):
        with unit_of_work(db.session):
            assert recast_if_marked(system) == cases


def test_rows_that_still_say_the_same_are_kept(as_it_should_be, system):
    kept = {row.id for row in db.session.scalars(sa.select(Deadline).where(Deadline.kind == "first_contact"))}
    with unit_of_work(db.session):
        recast_if_marked(system)
    assert kept <= set(db.session.scalars(sa.select(Deadline.id)))


@pytest.fixture
def before(tmp_path: Path) -> Iterator[sa.Engine]:
    """A database as it was before, with a unit."""
    app = make_app(f"sqlite:///{tmp_path / 'old.sqlite3'}", tmp_path, HandClock())
    with app.app_context():
        upgrade(revision="0012")
        with db.engine.begin() as old:
            put(old, "unit", id=1, code="TH", parent_id=None, tier="town", kind="镇", name="太和镇", path="TH/")
        yield db.engine
        db.session.remove()
        db.engine.dispose()


def marks(engine: sa.Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(sa.text("SELECT name FROM mark")))


def test_the_migration_lets_promises_in_and_marks_a_database_that_holds_cases(before):
    with before.begin() as old:
        put(old, "case_file", **NOTHING, **WORDS, received_on="2026-11-01")
        put(old, "deadline", id=7, case_id=1, kind="handle", charged_to="lead", to_on=None)
    upgrade(revision="0013")
    with before.begin() as new:
        put(new, "deadline", id=8, case_id=1, kind="perform", charged_to="lead", to_on=None)
        assert new.execute(sa.text("SELECT id, kind FROM deadline")).all() == [(7, "handle"), (8, "perform")]
        with pytest.raises(sa.exc.IntegrityError):
            put(new, "deadline", id=9, case_id=1, kind="other", charged_to="lead", to_on=None)
    assert OWED_ANEW in marks(before)


def test_a_database_without_cases_is_not_marked(before):
    upgrade(revision="0013")
    assert OWED_ANEW not in marks(before)


def test_a_report_frozen_under_version_1_goes_through_the_migrations_byte_for_byte(before):
    told = json.loads((VERSION_1 / "TH-2026-10.row.json").read_text("utf-8"))
    content = (VERSION_1 / "TH-2026-10.json").read_text("utf-8")
    row = {**told, "content": content, "unit_id": 1, "settings": json.dumps(told["settings"]), "moved": "{}"}
    del row["unit"]
    with before.begin() as old:
        put(old, "frozen_report", **row)
    upgrade()
    with before.connect() as new:
        kept = new.execute(sa.text("SELECT content, digest, formulas, as_of FROM frozen_report")).one()
    assert tuple(kept) == (content, told["digest"], 1, told["as_of"])
