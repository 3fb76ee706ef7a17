"""Tampering with the logs shows: a changed, a dropped, a swapped row, a dropped tail, a dropped case."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from caseapp.actions.accusations import take_as_accusation
from caseapp.db import db, unit_of_work
from caseapp.domain.verification.queries import verify
from tests.cases.make import do, log, petition

pytestmark = pytest.mark.either_database


@pytest.fixture
def history(as_user):
    """Two cases with a few events each."""
    grid, village = as_user("grid"), as_user("village")
    first = log(grid)
    do(grid, first, "follow_up", method="visit", note="一")
    do(village, first, "resolve", method="mediation", evidence="协议")
    second = log(as_user("office"), petition())
    do(as_user("office"), second, "accept", route="6" and 6)
    return first, second


def tamper(*statements: str) -> None:
    """Change the database behind the application's back, past its triggers. DIGITS: a digest, as its digits."""
    digits = "lower(hex(digest))" if db.engine.dialect.name == "sqlite" else "encode(digest, 'hex')"
    with unit_of_work(db.session) as session:
        if db.engine.dialect.name == "postgresql":
            session.execute(sa.text("SET LOCAL session_replication_role = replica"))
        else:
            session.execute(sa.text("PRAGMA defer_foreign_keys=ON"))
            names = session.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
            for name in names:
                session.execute(sa.text(f"DROP TRIGGER {name}"))
        for statement in statements:
            session.execute(sa.text(statement.replace("DIGITS", digits)))


def broken() -> list[str]:
    db.session.expire_all()
    return [str(problem) for problem in verify(db.session).broken]


def test_an_untouched_log_verifies(history):
    found = verify(db.session)
    assert not found.broken
    assert (found.cases, found.events) == (2, 5)
    assert found.entries > 0


@pytest.mark.parametrize("table", ["case_event", "audit_entry", "seal", "unit_change", "case_event_text"])
def test_the_database_itself_refuses_to_change_the_logs(history, table):
    with pytest.raises(sa.exc.DBAPIError), unit_of_work(db.session) as session:
        session.execute(sa.text(f"UPDATE {table} SET seq = seq"))
    if table != "case_event_text":
        with pytest.raises(sa.exc.DBAPIError), unit_of_work(db.session) as session:
            session.execute(sa.text(f"DELETE FROM {table}"))


CASE_ONE = "(SELECT id FROM case_file WHERE number = '太调〔2026〕0001号')"
TAMPERINGS = {
    "a changed fact": ["UPDATE case_event SET facts = '{\"method\": \"phone\"}' WHERE kind = 'followed_up'"],
    "a changed day": ["UPDATE case_event SET on_day = '2020-01-01' WHERE kind = 'followed_up'"],
    "a changed instant": ["UPDATE case_event SET at = '2020-01-01 00:00:00' WHERE kind = 'followed_up'"],
    "a changed effect": ["UPDATE case_event SET effect = 'left' WHERE kind = 'resolved'"],
    "a changed person": ["UPDATE case_event SET by = 'leader' WHERE kind = 'resolved'"],
    "a changed text": ["UPDATE case_event_text SET texts = '{\"evidence\": \"伪造\"}' WHERE (case_id, seq) = (SELECT case_id, seq FROM case_event WHERE kind = 'resolved')"],
    "a dropped event": [
        "DELETE FROM case_event_text WHERE (case_id, seq) IN (SELECT case_id, seq FROM case_event WHERE kind = 'followed_up')",
        "DELETE FROM case_event WHERE kind = 'followed_up'",
    ],
    "swapped events": [
        f"UPDATE case_event SET seq = 99 WHERE case_id = {CASE_ONE} AND seq = 2",
        f"UPDATE case_event SET seq = 2 WHERE case_id = {CASE_ONE} AND seq = 3",
        f"UPDATE case_event SET seq = 3 WHERE case_id = {CASE_ONE} AND seq = 99",
    ],
    "a dropped tail": [
        "DELETE FROM case_event_text WHERE (case_id, seq) IN (SELECT case_id, seq FROM case_event WHERE kind = 'resolved')",
        "DELETE FROM case_event WHERE kind = 'resolved'",
        "UPDATE case_file SET length = 2, chain = (SELECT DIGITS FROM case_event e WHERE e.case_id = case_file.id AND seq = 2) "
        "WHERE number = '太调〔2026〕0001号'",
    ],
    "a dropped case": [
        f"DELETE FROM {table} WHERE case_id = {CASE_ONE}"
        for table in ("case_event_text", "case_event", "case_party", "case_seat", "case_access", "case_words", "case_contact", "deadline", "receipt", "contribution")
    ] + ["DELETE FROM case_file WHERE number = '太调〔2026〕0001号'"],
    "a dropped seal": ["DELETE FROM seal WHERE seq = 2"],
    "a dropped last seal": ["DELETE FROM seal WHERE seq = (SELECT max(seq) FROM seal)"],
    "a changed audit entry": ["UPDATE audit_entry SET actor = 'leader' WHERE seq = 2"],
    "a dropped audit entry": ["DELETE FROM audit_entry WHERE seq = 2"],
    "a dropped end of the audit log": ["DELETE FROM audit_entry WHERE seq = (SELECT max(seq) FROM audit_entry)"],
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found(history, name):
    tamper(*TAMPERINGS[name])
    assert broken()


def test_texts_that_were_erased_show_as_erased_and_the_chain_still_holds(history, as_user):
    with unit_of_work(db.session):
        take_as_accusation(as_user("office"), history[1])
    found = verify(db.session)
    assert (found.broken, found.erased) == ([], 1)


def test_a_text_is_gone_only_where_the_log_tells_of_an_erasing(history, as_user):
    """Also in a case whose texts were erased: what was put down with the erasing or after it stays."""
    with unit_of_work(db.session):
        take_as_accusation(as_user("office"), history[1])
    case = f"(SELECT id FROM case_file WHERE number = '{history[1]}')"
    last = f"(SELECT max(seq) FROM case_event WHERE case_id = {case})"
    with unit_of_work(db.session) as session:
        gone = session.execute(sa.text(f"DELETE FROM case_event_text WHERE case_id = {case} AND seq = {last}"))
    assert [one.split(":")[0] for one in broken()] == [history[1]] * gone.rowcount
    with unit_of_work(db.session) as session:
        session.execute(
            sa.text("DELETE FROM case_event_text WHERE (case_id, seq) IN (SELECT min(case_id), 1 FROM case_event)")
        )
    assert [one.split(":")[0] for one in broken()] == [history[0], *[history[1]] * gone.rowcount]


def test_a_log_longer_than_one_batch_is_read_to_its_end(as_user, system, monkeypatch):
    monkeypatch.setattr("caseapp.domain.verification.queries.BATCH", 3)
    for _nth in range(5):
        number = log(as_user("grid"))
        do(as_user("grid"), number, "follow_up", method="visit", note="看过")
    system.session.expire_all()
    found = verify(system.session)
    assert (found.cases, found.events, found.broken) == (5, 10, [])
