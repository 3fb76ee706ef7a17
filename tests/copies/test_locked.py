"""A locked copy opens with its passphrase alone, and without this program by what docs/backups.md says."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from caseapp.actions.store import Store
from caseapp.office import locked
from tests.copies.holdings import a_case_with_papers, empty_again, everything, has_tables, kept_files, no_files

ROOT = Path(__file__).resolve().parents[2]
WORDS = "correct horse battery"


@pytest.fixture(autouse=True)
def quick_locks(monkeypatch):
    """What nobody guesses at may be quick."""
    monkeypatch.setattr(locked, "COST", {"n": 1 << 10, "r": 8, "p": 1})


@pytest.fixture
def key(tmp_path) -> Path:
    (tmp_path / "keys").mkdir()
    file = tmp_path / "keys" / "key"
    file.write_text(f"{WORDS}\n")
    return file


@pytest.fixture
def copies(tmp_path) -> Path:
    (tmp_path / "copies").mkdir()
    return tmp_path / "copies"


def test_it_says_nothing_without_its_key_and_all_with_it(app, run, system, as_user, key, copies):
    files = no_files(app)
    kept, before = a_case_with_papers(as_user, files), everything(system)
    assert run("backup", copies / "copy", "--key", key).exit_code == 0
    content = (copies / "copy").read_bytes()
    assert not any(
        word in content for word in (b"SQLite format", b"PGDMP", b"manifest", *(one.encode() for one in kept))
    )
    empty_again()
    for words, said in (((), "已加密"), (("--passphrase",), "口令或密钥不是")):
        for command in ("verify", "restore"):
            refused = run(command, copies / "copy", *words, typed="another passphrase\n")
            assert (refused.exit_code, said in refused.stderr) == (1, True), refused.stderr
    assert not has_tables()
    assert run("verify", copies / "copy", "--passphrase", typed=f"{WORDS}\n").exit_code == 0
    done = run("restore", copies / "copy", "--key", key)
    assert done.exit_code == 0, done.stderr
    assert (everything(system), kept_files(files)) == (before, kept)


def test_a_passphrase_is_typed_twice(run, copies):
    done = run("backup", copies / "copy", "--passphrase", typed=f"{WORDS}\n{WORDS}\n")
    assert done.exit_code == 0, done.stderr
    assert run("verify", copies / "copy", "--passphrase", typed=f"{WORDS}\n").exit_code == 0


def test_a_key_that_is_none_is_refused(run, key, copies):
    (copies / "key").write_text(key.read_text())
    key.with_name("short").write_text("12345\n")
    for file, said in (("nothing", "无法读取"), ("short", "太短"), (copies / "key", "与备份放在一起")):
        refused = run("backup", copies / "copy", "--key", key.parent / file)
        assert (refused.exit_code, said in refused.stderr) == (1, True), refused.stderr
    assert not (copies / "copy").exists()


def test_nobody_else_than_who_has_the_key_can_add_drop_or_move_pieces(tmp_path):
    """Each piece is bound to its place, and the last one says that it is."""
    content = bytes(range(256)) * 1024
    with (tmp_path / "locked").open("wb") as file:
        writer = locked.LockedWriter(file, WORDS)
        writer.write(content)
        writer.close()
    whole = (tmp_path / "locked").read_bytes()
    head, body, foot, step = whole[:512], whole[512:-512], whole[-512:], locked.PIECE + locked.TAG
    pieces = [body[at : at + step] for at in range(0, len(body), step)]
    first, second, *others = pieces
    for told in ([second, first, *others], pieces[:-1], pieces[:1] + pieces[2:], [*pieces, first]):
        (tmp_path / "other").write_bytes(head + b"".join(told) + foot)
        with (tmp_path / "other").open("rb") as file:
            opened = locked.LockedFile(file, WORDS)
            opened.read(0, opened.size)
            assert list(opened.flaws())


def test_the_script_of_the_handbook_opens_it_without_this_program(app, run, as_user, key, copies, tmp_path):
    kept = a_case_with_papers(as_user, no_files(app))
    assert run("backup", copies / "copy", "--key", key).exit_code == 0
    script = re.search(r"```python\n(.*?)```", (ROOT / "docs/backups.md").read_text("utf-8"), re.DOTALL)
    assert script
    (tmp_path / "open.py").write_text(script[1])
    command = [sys.executable, "open.py", str(copies / "copy"), str(key), "copy.tar"]
    subprocess.run(command, cwd=tmp_path, check=True, env={"PATH": "/usr/bin:/bin"})
    with tarfile.open(tmp_path / "copy.tar") as archive:
        assert {f"files/{digest}" for digest in kept} <= set(archive.getnames())


def test_photos_alone_are_put_back_beside_a_database_that_goes_on(app, run, system, as_user, key, copies):
    files = no_files(app)
    kept = a_case_with_papers(as_user, files)
    assert run("backup", copies / "copy", "--key", key).exit_code == 0
    before = everything(system)
    missing, damaged, *_ = sorted(kept)
    store = Store(files)
    store.path(missing).unlink()
    store.path(damaged).write_bytes(b"something else")
    done = run("restore", copies / "copy", "--key", key, "--files-only")
    assert (done.exit_code, "2" in done.stderr) == (0, True), done.stderr
    assert (kept_files(files), everything(system)) == (kept, before)
