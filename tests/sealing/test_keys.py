"""The file of field keys: a key comes in whole or not at all, whoever serves meanwhile learns of it, and a file that was
lost or is another one is said in a sentence before anything is made worse."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text

from caseapp.actions.sealing import seal_with_a_new_key
from caseapp.cli.server import upgrade_schema
from caseapp.config import read_settings
from caseapp.db import db, unit_of_work
from caseapp.db.sealed import MARK, FieldCipher, use_seal
from caseapp.domain.cases.events import Party
from caseapp.domain.cases.models import CaseParty
from caseapp.domain.people.models import User
from caseapp.kernel.errors import CaseappError
from caseapp.kernel.field_keys import keys_in, new_key, read_keys, write_keys
from caseapp.kernel.outage import Outage
from tests.cases.make import head, log, moment
from tests.conftest import FIELD_KEYS

CANARY = "13900009999"
TYPED = ("sealed:", "sealed:k1.", "sealed:.x", "sealed:k1." + "A" * 60)


@pytest.fixture
def logged(as_user) -> str:
    return log(as_user("grid"), head(parties=(Party("petitioner", "周甲一", CANARY),)), moment(2026, 11, 2, 9))


@pytest.fixture
def file(app, tmp_path, monkeypatch) -> Iterator[Path]:
    """A file of keys of this test alone, which the database is encrypted with."""
    copied = Path(shutil.copy(FIELD_KEYS, tmp_path / "field_keys"))
    monkeypatch.setitem(app.extensions, "caseapp", replace(app.extensions["caseapp"], field_keys=copied))
    use_seal(db.engine, keys_in(copied), copied)
    upgrade_schema()
    try:
        yield copied
    finally:
        use_seal(db.engine, keys_in(FIELD_KEYS))


def numbers() -> list[str]:
    """The telephone numbers of parties, read anew."""
    db.session.expire_all()
    return list(db.session.scalars(select(CaseParty.phone).where(CaseParty.phone != "")))


def stored_with() -> set[str]:
    """The names of the keys that the numbers of parties are encrypted with."""
    rows = db.session.execute(text("SELECT phone FROM case_party WHERE phone <> ''")).scalars()
    return {str(one).removeprefix(MARK).partition(".")[0] for one in rows}


@pytest.mark.parametrize("keys", [True, False])
@pytest.mark.parametrize("typed", TYPED)
def test_what_somebody_types_is_never_taken_for_encrypted(world, typed, keys):
    use_seal(db.engine, keys_in(FIELD_KEYS) if keys else ())
    try:
        with unit_of_work(db.session) as session:
            session.scalars(select(User)).first().phone = typed
        assert typed in db.session.scalars(select(User.phone)).all()
        with db.engine.connect() as connection:
            assert typed not in connection.execute(text("SELECT phone FROM user_account")).scalars().all()
    finally:
        use_seal(db.engine, keys_in(FIELD_KEYS))


def test_the_next_start_encrypts_with_a_key_that_somebody_was_killed_behind(logged, file):
    write_keys(file, (*keys_in(file), new_key("aes", keys_in(file))))
    use_seal(db.engine, keys_in(file), file)
    assert stored_with() == {"k1"}
    upgrade_schema()
    assert stored_with() == {keys_in(file)[-1].name}
    assert numbers() == [CANARY]


def test_a_key_that_is_not_kept_whole_leaves_the_file_as_it_was(file, monkeypatch):
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    before = file.read_text()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CaseappError, match="cannot be written"):
        write_keys(file, (*keys_in(file), new_key("aes")))
    assert file.read_text() == before


def test_two_new_keys_at_once_come_one_after_the_other(world, logged, file, run):
    def make(_nth: int) -> int:
        with world.app.app_context():
            return int(run("keys", "new").exit_code)

    db.session.remove()
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(make, range(2))) == [0, 0]
    assert len(keys_in(file)) == 3
    assert stored_with() == {keys_in(file)[-1].name}
    assert numbers() == [CANARY]


def test_who_serves_meanwhile_learns_of_a_new_key_and_writes_with_it(file, system):
    serving = FieldCipher(keys_in(file), file)
    before = serving.close(CANARY)
    with unit_of_work(db.session):
        made, _rows = seal_with_a_new_key(system, file, "sm4")
    assert serving.open(FieldCipher(keys_in(file)).close(CANARY)) == CANARY
    assert serving.close(CANARY).startswith(f"{MARK}{made.name}.")
    assert serving.open(before) == CANARY


def test_who_serves_does_not_take_up_another_file(file):
    serving = FieldCipher(keys_in(file), file)
    write_keys(file, [new_key("aes")])
    os.utime(file, ns=(1, 1))
    assert serving.close(CANARY).startswith(f"{MARK}k1.")


def test_another_file_is_said_at_the_start_on_pages_and_by_check_and_makes_nothing_worse(logged, file, browse, run):
    kept, client = file.read_text(), browse("office")
    write_keys(file, [new_key("aes")])
    use_seal(db.engine, keys_in(file), file)
    done = run("db", "upgrade")
    assert done.exit_code == 0
    assert "k1" in done.stderr
    assert stored_with() == {"k1"}
    page = client.get(f"/cases/{logged}")
    assert page.status_code == 503
    assert "请告知管理员" in page.text
    for path in ("/", "/cases", "/overdue"):
        assert client.get(path).status_code in (200, 503), path
    lines = run("check").output.splitlines()
    assert next(one for one in lines if " keys " in one).startswith("BAD")
    refused = run("keys", "new")
    assert refused.exit_code == 1
    assert "k1" in refused.stderr
    assert len(keys_in(file)) == 1
    file.write_text(kept)
    use_seal(db.engine, keys_in(file), file)
    assert client.get(f"/cases/{logged}").status_code == 200
    assert numbers() == [CANARY]


def test_exports_say_so_and_leave_no_half_file(logged, file, run, tmp_path):
    use_seal(db.engine, [new_key("aes")])
    out = tmp_path / "out.jsonl"
    done = run("cases", "export", str(out), "--with-contacts", "--reason", "移交")
    assert done.exit_code != 0
    assert "k1" in done.output + done.stderr
    assert not out.exists()


def test_a_key_made_anew_has_another_name_though_it_is_the_first():
    one, other = new_key("aes"), new_key("aes")
    assert one.name != other.name
    with pytest.raises(Outage, match=one.name):
        FieldCipher([other]).open(FieldCipher([one]).close(CANARY))


def test_two_keys_of_one_name_are_refused():
    line = new_key("aes").line
    with pytest.raises(CaseappError, match="two keys"):
        read_keys(line + line)


@pytest.mark.parametrize("name", ["field_keys", "secret_key", "audit_key"])
def test_a_file_of_keys_that_is_empty_is_said_and_not_worked_without(tmp_path, name):
    instance = tmp_path / "instance"
    read_settings({"CASEAPP_INSTANCE": str(instance)})
    (instance / name).write_text("")
    with pytest.raises(CaseappError, match="is empty"):
        read_settings({"CASEAPP_INSTANCE": str(instance)})


def test_a_first_start_that_is_cut_off_leaves_no_half_key(tmp_path, monkeypatch):
    def killed(_handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", killed)
    with pytest.raises(KeyboardInterrupt):
        read_settings({"CASEAPP_INSTANCE": str(tmp_path)})
    assert not (tmp_path / "secret_key").exists()
