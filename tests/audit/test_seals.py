"""The chain of seals holds what was kept, in order, and holds up nobody before that."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from caseapp.actions.cases import Act, RegisterCase, record, register
from caseapp.actions.context import Ctx
from caseapp.actions.shadow import Cast, Owed, first_shadows
from caseapp.db import db, unit_of_work
from caseapp.db.rows import Rows
from caseapp.domain.audit.models import Seal
from caseapp.domain.cases.models import Case
from caseapp.domain.teams.models import CoHandler
from caseapp.domain.verification.queries import verify
from caseapp.kernel.errors import Busy
from tests.cases.make import head, log
from tests.statements import counted


def follow_up(ctx, number: str) -> Case:
    return record(ctx, Act(number, "follow_up", {"method": "visit", "note": "走访"}))


def seals(number: str) -> list[int]:
    return list(db.session.scalars(sa.select(Seal.length).where(Seal.number == number).order_by(Seal.seq)))


@pytest.fixture
def two(as_user) -> tuple[str, str]:
    return log(as_user("grid")), log(as_user("grid"))


@pytest.mark.parametrize("world", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_who_is_not_done_yet_holds_up_no_writer_of_another_case(two, as_user):
    slow, quick = as_user("grid"), as_user("village")
    with unit_of_work(db.session), Session(db.engine) as another:
        follow_up(slow, two[0])
        another.execute(sa.text("SET LOCAL lock_timeout = '1s'"))  # waiting for the first would be an error
        follow_up(replace(quick, session=another), two[1])
        another.commit()
    assert (seals(two[0]), seals(two[1])) == ([1, 2], [1, 2])
    assert verify(db.session).broken == []


@pytest.mark.parametrize("world", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_who_works_on_a_case_holds_up_nobody_who_writes_beside_it(two, as_user):
    with unit_of_work(db.session), Session(db.engine) as another:
        case = follow_up(as_user("grid"), two[0])
        another.execute(sa.text("SET LOCAL lock_timeout = '1s'"))
        task = {"username": "village", "task": "走访", "due_on": case.registered_on, "asked_by": "grid"}
        another.add(CoHandler(case_id=case.id, asked_at=case.registered_at, **task))
        another.commit()
    assert db.session.scalar(sa.select(CoHandler.task).where(CoHandler.case_id == case.id)) == "走访"


@pytest.mark.parametrize("world", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_of_two_who_wait_for_each_other_one_is_told_that_others_are_writing(two, world):
    def hold(session: Session, number: str) -> None:
        session.execute(sa.select(Case.id).where(Case.number == number).with_for_update(key_share=True))

    def cross(session: Session, first: str, then: str) -> bool:
        try:
            with unit_of_work(session):
                hold(session, first)
                both_hold.wait()
                hold(session, then)
        except Busy:
            return True
        return False

    both_hold = Barrier(2)
    with Session(db.engine) as one, Session(db.engine) as other, ThreadPoolExecutor(2) as threads:
        told = [threads.submit(cross, one, *two), threads.submit(cross, other, *reversed(two))]
        assert sorted(each.result() for each in told) == [False, True]


@pytest.mark.parametrize("world", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_who_registers_holds_up_nobody_who_registers_until_all_but_the_number_is_worked_out(as_user, monkeypatch):
    def another_comes_first(ctx: Ctx, cast: Cast, owed: Owed, rows: Rows) -> None:
        monkeypatch.undo()
        first_shadows(ctx, cast, owed, rows)
        with Session(db.engine) as another:
            another.execute(sa.text("SET LOCAL lock_timeout = '1s'"))  # waiting for the first would be an error
            numbers.append(register(replace(ctx, session=another), RegisterCase(head(), "another form")).number)
            another.commit()

    numbers: list[str] = []
    monkeypatch.setattr("caseapp.actions.opening.first_shadows", another_comes_first)
    numbers.append(log(as_user("grid")))
    assert numbers == ["太调〔2026〕0001号", "太调〔2026〕0002号"]
    assert verify(db.session).broken == []


def test_once_a_chain_is_held_nothing_is_read_any_more(as_user):
    with counted() as statements:
        log(as_user("grid"))
    held = next(place for place, one in enumerate(statements) if one.startswith("SELECT chain_head"))
    put = statements[held + 1 :]
    assert all(any(f"INTO {table} " in one for one in put) for table in ("seal", "held_now", "held_row", "chain_head"))
    assert {one.split()[0] for one in put} <= {"INSERT", "WITH"}


def test_several_events_of_one_transaction_are_sealed_once(two, as_user):
    with unit_of_work(db.session):
        follow_up(as_user("grid"), two[0])
        follow_up(as_user("grid"), two[0])
    assert seals(two[0]) == [1, 3]
    assert verify(db.session).broken == []


def test_what_was_taken_back_within_a_transaction_is_not_sealed(two, as_user):
    grid = as_user("grid")
    with unit_of_work(db.session) as session:
        follow_up(grid, two[1])
        try:
            with session.begin_nested():
                follow_up(grid, two[0])
                raise LookupError
        except LookupError:
            pass
    assert (seals(two[0]), seals(two[1])) == ([1], [1, 2])
    assert verify(db.session).broken == []


def test_what_was_not_kept_leaves_nothing_to_seal(two, as_user):
    grid = as_user("grid")
    with pytest.raises(LookupError), unit_of_work(db.session):
        follow_up(grid, two[0])
        raise LookupError
    with unit_of_work(db.session):
        follow_up(grid, two[1])
    assert (seals(two[0]), seals(two[1])) == ([1], [1, 2])
    assert verify(db.session).broken == []
