"""Personal data are encrypted in the database: who copies it, its write-ahead log or a copy of it reads no telephone
number, no address and no identity number, and whoever works with the system sees all as before."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from caseapp.actions.sealing import SEALED_WITH, seal_what_is_there
from caseapp.cli.server import upgrade_schema
from caseapp.db import db, unit_of_work
from caseapp.db.sealed import MARK, FieldCipher, use_seal
from caseapp.domain.cases.events import Party
from caseapp.domain.cases.models import CaseEventText, CaseParty
from caseapp.domain.org.models import Mark
from caseapp.domain.people.models import User
from caseapp.kernel.errors import CaseappError
from caseapp.kernel.field_keys import keys_in, new_key, read_keys
from tests.cases.make import head, log, moment
from tests.conftest import FIELD_KEYS
from tests.sealing.holdings import files, stored

CANARY, LIVES_AT, CARD = "13900009999", "双合村第一组七十七号", "999999197001010009"
CANARIES = (CANARY, LIVES_AT, CARD)
PARTIES = (Party("petitioner", "周甲一", CANARY, address=LIVES_AT, id_number=CARD), Party("respondent", "周乙二", ""))


@pytest.fixture
def logged(as_user) -> str:
    """A case with a canary's telephone number, kept."""
    return log(as_user("grid"), head(parties=PARTIES), moment(2026, 11, 2, 9))


def test_nobody_reads_a_telephone_number_out_of_the_database_alone(logged):
    told = stored()
    assert [one for one in CANARIES if one in told or ascii(one)[1:-1] in told] == []
    assert "周甲一" in stored(), "what search needs is in the clear"
    assert [one.phone for one in db.session.scalars(select(CaseParty).order_by(CaseParty.id))][:2] == [CANARY, ""]
    assert any(CANARY in str(told) for told in db.session.scalars(select(CaseEventText.texts)))


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_nor_out_of_its_files(logged, world):
    db.session.remove()
    held = files()
    assert held
    assert [one for one in CANARIES if one.encode() in held or ascii(one)[1:-1].encode() in held] == []


def test_the_office_is_shown_it_with_a_reason_and_the_record_holds(logged, browse, run):
    client = browse("grid")
    assert [one for one in CANARIES if one in client.get(f"/cases/{logged}").text] == []
    told = client.post(f"/contacts/{logged}", data={"reason": "打电话约时间回访"}).text
    assert [one for one in CANARIES if one not in told] == []
    assert run("audit", "verify").exit_code == 0


@pytest.fixture
def of_before(in_the_clear, as_user) -> str:
    """A case that a program of before wrote."""
    return log(as_user("grid"), head(parties=PARTIES), moment(2026, 11, 2, 9))


def test_what_was_there_before_is_encrypted_once_on_record(of_before, system, run):
    assert CANARY in stored()
    use_seal(db.engine, keys_in(FIELD_KEYS))
    with unit_of_work(db.session) as session:
        session.execute(delete(Mark).where(Mark.name == SEALED_WITH))
        assert seal_what_is_there(system) == 6, "three values of the party, the words of the event, two of the receipt"
        assert seal_what_is_there(system) == 0, "once"
    assert CANARY not in stored()
    assert run("audit", "verify").exit_code == 0


def test_a_new_key_encrypts_everything_and_the_old_one_stays_for_old_copies(logged, run, app, tmp_path, monkeypatch):
    file = Path(shutil.copy(FIELD_KEYS, tmp_path / "field_keys"))
    monkeypatch.setitem(app.extensions, "caseapp", replace(app.extensions["caseapp"], field_keys=file))
    try:
        upgrade_schema()
        before = stored()
        done = run("keys", "new", "--cipher", "sm4")
        assert done.exit_code == 0, done.output
        assert f"{MARK}k1." in before
        assert f"{MARK}k1." not in stored()
        old, new = keys_in(file)
        assert f"{MARK}{new.name}." in stored()
        assert (old.cipher, new.cipher) == ("aes", "sm4")
        db.session.expire_all()
        assert CANARY in [one.phone for one in db.session.scalars(select(CaseParty))]
        assert run("audit", "verify").exit_code == 0
        assert run("keys", "list").output.split() == ["k1", "aes", new.name, "sm4"]
    finally:
        use_seal(db.engine, keys_in(FIELD_KEYS))


def test_without_the_right_key_a_sentence_says_so(logged, run):
    db.session.expire_all()
    try:
        use_seal(db.engine, [new_key("aes")])
        with pytest.raises(CaseappError, match="field keys"):
            db.session.scalars(select(CaseParty.phone)).all()
        told = next(line for line in run("check").output.splitlines() if "keys" in line)
        assert told.startswith("BAD")
    finally:
        use_seal(db.engine, keys_in(FIELD_KEYS))


@pytest.mark.parametrize("cipher", ["aes", "sm4"])
def test_each_cipher_gives_back_what_was_told_and_finds_a_change(cipher):
    seal = FieldCipher([new_key(cipher)])
    closed = seal.close(CANARY)
    assert seal.open(closed) == CANARY
    assert seal.close(CANARY) != closed, "the same number twice looks different"
    assert seal.open(seal.open(seal.close(closed))) == CANARY, "what looks encrypted is encrypted like anything else"
    changed = closed[:-6] + ("A" if closed[-6] != "A" else "B") + closed[-5:]
    with pytest.raises(CaseappError):
        seal.open(changed)


@pytest.mark.parametrize("line", ["k1 aes", "k1 des AAAA", "k1 aes AAAA", "k1 aes !!!!"])
def test_a_line_that_is_no_key_is_named(line):
    with pytest.raises(CaseappError, match="line 2"):
        read_keys(new_key("aes").line + line)


def test_officials_numbers_are_encrypted_too(system):
    with unit_of_work(db.session) as session:
        session.scalars(select(User)).first().phone = CANARY
    assert CANARY not in stored()
