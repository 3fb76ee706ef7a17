"""The end of each log bears the mark of a key that is not in the database: whoever adds to a log without it is found."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from caseapp.actions.anchors import key_heads
from caseapp.actions.context import Ctx
from caseapp.actions.verify_shadows import verify_all
from caseapp.db import db, unit_of_work
from caseapp.domain.access.actor import SYSTEM
from caseapp.domain.audit.heads import KEYED
from caseapp.domain.audit.models import AuditEntry, ChainHead
from caseapp.domain.verification.queries import verify
from tests.audit.conftest import KEY
from tests.audit.tampering import append_links, past_the_triggers
from tests.cases.make import log

CHANGES = {
    "receipt": "UPDATE receipt SET code = 'AAAA0000'",
    "user_account": "UPDATE user_account SET full_name = '另一人' WHERE username = 'grid'",
    "pressure_report": "UPDATE pressure_report SET text = '没有这回事'",
    "office_setting": "UPDATE office_setting SET value = '365' WHERE id = (SELECT max(id) FROM office_setting)",
}


def told(key: str = KEY) -> list[str]:
    """What is said of the logs."""
    db.session.expire_all()
    return [str(problem) for problem in verify(db.session, key).broken]


def append_past_the_program(table: str, statement: str) -> None:
    """Change rows and add to their chain what they say now, and keep it."""
    with unit_of_work(db.session) as session:
        past_the_triggers(session)
        session.connection().exec_driver_sql(statement)
        append_links(session, table)


@pytest.mark.parametrize("table", CHANGES)
@pytest.mark.parametrize("way", ["changed", "gone"])
def test_a_row_that_was_changed_with_a_link_for_it_is_found_without_any_anchor(kept, system, table, way):
    session = db.session
    session.rollback()
    past_the_triggers(session)
    session.execute(sa.text(CHANGES[table] if way == "changed" else f"DELETE FROM {table}"))
    append_links(session, table)
    found = [str(one) for one in verify_all(Ctx(session, SYSTEM, system.clock), KEY, [kept]).broken]
    session.rollback()
    assert any(one.startswith("held: the log was added to or cut without the key") for one in found)


def test_every_end_that_the_program_moves_bears_its_mark(keyed, as_user):
    log(as_user("grid"))
    assert told() == []
    assert all(db.session.scalars(sa.select(ChainHead.mark)))


def test_what_the_program_writes_afterwards_does_not_make_it_good(keyed, as_user):
    append_past_the_program("user_account", CHANGES["user_account"])
    for _ in range(2):
        log(as_user("grid"))
    assert [one.partition(":")[0] for one in told()] == ["held"]


@pytest.mark.parametrize("mark", ["''", "(SELECT mark FROM chain_head WHERE name = 'seals')"])
def test_an_end_without_a_mark_or_with_that_of_another_is_found(keyed, mark):
    with unit_of_work(db.session) as session:
        session.connection().exec_driver_sql(f"UPDATE chain_head SET mark = {mark} WHERE name = 'audit'")
    assert [one.partition(":")[0] for one in told()] == ["audit"]


def test_an_end_that_was_put_back_with_its_old_mark_is_found_by_the_next_link_alone(keyed, as_user):
    """The mark is over the number and the digest: an old one holds no later end."""
    before = db.session.scalar(sa.select(ChainHead.mark).where(ChainHead.name == "seals"))
    log(as_user("grid"))
    with unit_of_work(db.session) as session:
        session.execute(sa.update(ChainHead.__table__).where(ChainHead.__table__.c.name == "seals").values(mark=before))
    assert [one.partition(":")[0] for one in told()] == ["seals"]


def test_that_marks_began_is_on_record_once(keyed, system):
    with unit_of_work(db.session):
        key_heads(system)
    entries = db.session.scalars(sa.select(AuditEntry.detail).where(AuditEntry.action == KEYED)).all()
    assert len(entries) == 1
    assert KEY not in str(entries)


def test_ends_are_not_marked_a_second_time(keyed, system, as_user):
    """Or whoever adds to a log would wait for the next start of the program."""
    append_past_the_program("user_account", CHANGES["user_account"])
    with unit_of_work(db.session):
        key_heads(system)
    assert len(told()) == 1


@pytest.mark.parametrize(("key", "why"), [("", "without the key"), ("a key of another machine", "another key")])
def test_without_the_key_it_is_said_that_the_marks_cannot_be_checked(keyed, app, run, as_user, key, why):
    app.extensions["caseapp"] = replace(keyed, audit_key=key)
    db.engine.update_execution_options(audit_key=key)
    log(as_user("grid"))
    assert [why in one for one in told(key)] == [True]
    assert run("audit", "verify").exit_code == 1
    line = next(line for line in run("check").stdout.splitlines() if line.split()[1] == "marks")
    assert line.startswith("BAD")
    assert why in line


def test_what_was_put_on_record_without_the_key_is_not_made_good_by_its_return(keyed, as_user):
    db.engine.update_execution_options(audit_key="a key of another machine")
    log(as_user("grid"))
    db.engine.update_execution_options(audit_key=KEY)
    assert told()


def test_a_database_that_has_no_marks_yet_verifies_and_gets_them(world, system):
    assert told() == []
    with unit_of_work(db.session):
        key_heads(system)
    assert set(db.session.scalars(sa.select(ChainHead.mark))) == {""}, "there is no key here"
