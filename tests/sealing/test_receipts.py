"""Who copies the database opens no receipt with it: tokens and codes are encrypted, and a token is looked up by its
digest. Papers that were printed before open what they opened."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from flask_migrate import upgrade
from sqlalchemy import select, text

from caseapp.actions.sealing import TO_SEAL, seal_what_is_there
from caseapp.db import db, unit_of_work
from caseapp.db.sealed import use_seal
from caseapp.domain.org.models import Mark
from caseapp.domain.receipts.codes import digest_of_token, show_code
from caseapp.domain.receipts.models import Receipt
from caseapp.kernel.field_keys import keys_in
from caseapp.papers.receipt import as_qr
from tests.cases.make import log, petition
from tests.conftest import FIELD_KEYS, HandClock, make_app
from tests.receipts.make import receipt_of
from tests.screening.test_migrating import NOTHING, WORDS, put
from tests.sealing.holdings import stored

OLD = "TokenThatStandsOnAPaper1"


def test_the_database_alone_opens_no_receipt(as_user, app):
    receipt = receipt_of(log(as_user("grid"), petition()))
    token, code, digest = receipt.token, receipt.code, receipt.token_digest
    assert digest in stored()
    assert token not in stored()
    assert code not in stored()
    visitor = app.test_client()
    assert visitor.get(f"/track/{token}").status_code == 200
    assert visitor.get(f"/track/{digest}").status_code == 404
    sealed = db.session.execute(text("SELECT token FROM receipt")).scalar_one()
    assert visitor.get(f"/track/{sealed}").status_code == 404


def test_it_is_printed_again_and_opens_the_same(as_user, browse, app):
    number = log(as_user("grid"), petition())
    token, code = receipt_of(number).token, receipt_of(number).code
    office = browse("office2")
    assert show_code(code) in office.get(f"/receipt/{number}").text
    assert office.get(f"/receipts/svg/{number}").data == as_qr(f"http://localhost/track/{token}")
    found = app.test_client().post("/track", data={"number": number, "code": code})
    assert (found.status_code, found.location) == (302, f"/track/{token}")


def test_a_new_receipt_opens_and_the_old_one_does_not(as_user, browse, app):
    number = log(as_user("grid"), petition())
    old = receipt_of(number).token
    browse("office").post(f"/receipt/new/{number}")
    db.session.expire_all()
    new = receipt_of(number).token
    assert new != old
    assert app.test_client().get(f"/track/{old}").status_code == 404
    assert app.test_client().get(f"/track/{new}").status_code == 200


def test_who_gives_a_receipt_another_digest_is_found(as_user, run):
    log(as_user("grid"), petition())
    assert run("audit", "verify").exit_code == 0
    with unit_of_work(db.session) as session:
        session.execute(sa.update(Receipt.__table__).values(token_digest=digest_of_token("mine")))
    assert run("audit", "verify").exit_code == 1


def test_what_is_there_is_encrypted_and_the_record_holds(in_the_clear, as_user, system, app, run):
    token = receipt_of(log(as_user("grid"), petition())).token
    assert token in stored()
    use_seal(db.engine, keys_in(FIELD_KEYS))
    with unit_of_work(db.session) as session:
        session.merge(Mark(name=TO_SEAL, value="pressure_report receipt"))
        assert seal_what_is_there(system) == 2, "the token and the code, and nothing else is looked through"
        assert seal_what_is_there(system) == 0
    assert token not in stored()
    assert app.test_client().get(f"/track/{token}").status_code == 200
    assert run("audit", "verify").exit_code == 0


def test_papers_from_before_the_upgrade_open_what_they_opened(tmp_path: Path):
    app = make_app(f"sqlite:///{tmp_path / 'old.sqlite3'}", tmp_path, HandClock())
    with app.app_context():
        upgrade(revision="0052")
        with db.engine.begin() as old:
            put(old, "unit", id=1, code="TH", parent_id=None, tier="town", kind="镇", name="太和镇", path="TH/")
            put(old, "case_file", **NOTHING, **WORDS, id=1, received_on="2026-11-01")
            put(old, "receipt", case_id=1, token=OLD, code="ABCD2345")
        upgrade()
        row = db.session.execute(select(Receipt.token, Receipt.token_digest, Receipt.code)).one()
        assert tuple(row) == (OLD, digest_of_token(OLD), "ABCD2345")
        assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []
        db.session.remove()
        db.engine.dispose()
