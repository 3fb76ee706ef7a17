"""What a case puts down: rows of several tables together, and nothing of a part that was taken back."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

import pytest
import sqlalchemy as sa

from caseapp.actions.cases import Act, RegisterCase, record, register
from caseapp.actions.opening import OF_A_CASE
from caseapp.db import db, unit_of_work
from caseapp.db.rows import Rows, draw_ids
from caseapp.domain.audit.models import HeldNow, HeldRow
from caseapp.domain.cases.models import Case, CaseEvent, NumberSeries
from caseapp.domain.deadlines.models import Deadline, Duty
from caseapp.domain.teams.models import CoHandler
from caseapp.domain.verification.queries import verify
from tests.cases.make import head, log
from tests.statements import counted

pytestmark = pytest.mark.either_database


def test_rows_that_refer_to_others_come_after_them_in_whatever_order_they_are_added(world):
    rows = Rows()
    rows.add(HeldRow, [])
    rows.add(CoHandler, [{"id": 1}])
    rows.add(Case, [{"id": 1}])
    assert [table.name for table in rows.tables()] == ["case_file", "co_handler"]


def test_a_row_is_written_over_or_passed_over_as_is_said(world):
    def put(salt: str, **how: object) -> None:
        rows = Rows()
        rows.add(HeldNow, [{"table": "unit", "key": "no such", "salt": salt, "covered": "0" * 64}], **how)
        rows.put_down(db.session)

    def salt() -> str | None:
        return db.session.scalar(sa.select(HeldNow.salt).where(HeldNow.key == "no such"))

    put("first")
    put("second", once=True)
    assert salt() == "first"
    put("third", over=("salt", "covered"))
    assert salt() == "third"


def test_rows_are_taken_out_with_those_that_come_and_what_hangs_on_them_goes_too(as_user):
    number = log(as_user("grid"))
    due = db.session.scalars(sa.select(Deadline).join(Case, Case.id == Deadline.case_id).where(Case.number == number))
    gone, *_stays = ids = [one.id for one in due]
    rows = Rows()
    rows.take_out(Deadline, [{"id": gone}])
    rows.add(HeldNow, [{"table": "unit", "key": "no such", "salt": "first", "covered": "0" * 64}])
    with counted() as statements:
        rows.put_down(db.session)
    assert len(statements) == (2 if db.engine.dialect.name == "sqlite" else 1)
    assert set(db.session.scalars(sa.select(Deadline.id))) == set(ids) - {gone}
    assert gone not in set(db.session.scalars(sa.select(Duty.id)))
    db.session.rollback()


def test_an_instant_that_does_not_say_its_offset_is_refused(world):
    rows = Rows()
    rows.add(CaseEvent, [{"case_id": 1, "seq": 1, "at": datetime(2026, 1, 1)}])  # noqa: DTZ001
    with pytest.raises((ValueError, sa.exc.StatementError), match="offset"):
        rows.put_down(db.session)


def test_so_many_ids_are_drawn_as_are_wanted(world):
    assert [len(set(some)) for some in draw_ids(db.session, (Case, 2), (Deadline, 3))] == [2, 3]


def test_a_number_that_was_taken_back_is_given_again_and_the_log_is_whole(as_user):
    grid = as_user("grid")
    with unit_of_work(db.session) as session:
        register(grid, RegisterCase(head(), "kept"))
        try:
            with session.begin_nested():
                register(grid, RegisterCase(head(), "taken back"))
                raise LookupError
        except LookupError:
            pass
    assert db.session.scalar(sa.select(NumberSeries.last)) == 1
    assert db.session.scalars(sa.select(Case.token)).all() == ["kept"]
    assert verify(db.session).broken == []


def test_what_was_changed_of_a_case_is_written_with_the_rows_and_nothing_else_of_it(as_user):
    number = log(as_user("grid"))
    case = db.session.scalars(sa.select(Case).where(Case.number == number)).one()
    before = {name: getattr(case, name) for name in OF_A_CASE}
    rows = Rows()
    rows.change(case, {"risk": "red", "headcount": case.headcount})
    rows.add(HeldNow, [{"table": "unit", "key": "no such", "salt": "first", "covered": "0" * 64}])
    assert case.risk == "red"
    with counted() as statements:
        rows.put_down(db.session)
        db.session.flush()
    assert len(statements) == (2 if db.engine.dialect.name == "sqlite" else 1), "the session writes none of it"
    db.session.expire(case)
    assert {name: getattr(case, name) for name in before} == before | {"risk": "red"}
    db.session.rollback()


@pytest.mark.parametrize("world", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_an_event_and_the_row_of_its_case_are_put_down_in_one_statement(as_user):
    number = log(as_user("grid"))
    with counted() as statements, unit_of_work(db.session):
        record(as_user("grid"), Act(number, "follow_up", {"method": "visit", "note": "看过"}))
    put = [one for one in statements if "UPDATE case_file" in one]
    assert len(put) == 1
    assert "INTO case_event " in put[0]
    assert verify(db.session).broken == []


def test_what_an_event_does_not_touch_is_neither_read_nor_written(as_user):
    """The second follow-up of a day changes nothing of what is owed, of figures, of who sits on the case."""
    number = log(as_user("grid"))
    follow_up = Act(number, "follow_up", {"method": "visit", "note": "看过"})
    with unit_of_work(db.session):
        record(as_user("grid"), follow_up)
    with counted() as statements, unit_of_work(db.session):
        record(as_user("grid"), replace(follow_up, data={**follow_up.data, "note": "又看过"}))
    for table in (
        "contribution",
        "contribution_change",
        "duty",
        "duty_reader",
        "case_seat",
        "case_party",
        "case_words",
        "case_contact",
    ):
        assert not [one for one in statements if re.search(rf"(FROM|INTO|UPDATE) {table}\b", one)], table
    assert verify(db.session).broken == []


@pytest.mark.parametrize("world", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_a_case_is_put_down_in_one_statement(as_user):
    with counted() as statements:
        log(as_user("grid"))
    put = [one for one in statements if "INTO case_file " in one]
    assert len(put) == 1
    assert all(
        f"INTO {name} " in put[0] for name in ("case_event", "case_event_text", "duty", "contribution", "receipt")
    )
