"""A copy taken while the office works is whole, comes back equal, and the chains verify; what is damaged is named."""

from __future__ import annotations

import io
import shutil
import tarfile
from pathlib import Path

import pytest

from caseapp.actions.store import Store
from caseapp.db import db
from caseapp.domain.access.actor import SYSTEM
from caseapp.domain.cases.models import Case
from caseapp.domain.documents.models import Document
from tests.cases.make import do, head, log, petition
from tests.copies.holdings import (
    a_case_with_papers,
    empty_again,
    everything,
    half_made,
    has_tables,
    kept_files,
    no_files,
)

KINDS = ("database", "files/")


@pytest.fixture
def files(app):
    return no_files(app)


def test_a_copy_comes_back_equal_on_an_empty_machine_and_verifies(run, system, as_user, tmp_path):
    number = log(as_user("grid"), head())
    do(as_user("grid"), number, "follow_up", method="visit", note="到场")
    log(as_user("office"), petition())
    before, copy = everything(system), tmp_path / "copy"
    assert system.actor is SYSTEM
    assert run("backup", copy).exit_code == 0
    log(as_user("grid"), head(title="备份以后"))
    empty_again()
    done = run("restore", copy)
    assert done.exit_code == 0, done.stderr
    assert everything(system) == before
    assert run("audit", "verify").exit_code == 0


def test_what_was_restored_is_backed_up_and_restored_once_more(run, system, as_user, tmp_path):
    log(as_user("grid"), head())
    before = everything(system)
    for _ in range(3):
        assert run("backup", tmp_path / "copy").exit_code == 0
        empty_again()
        done = run("restore", tmp_path / "copy")
        assert done.exit_code == 0, done.stderr
        assert everything(system) == before


def test_photos_and_papers_come_back_with_the_cases(run, as_user, files, tmp_path):
    kept = a_case_with_papers(as_user, files)
    assert len(kept) == 6
    Store(files).put(b"nobody points at it")
    assert run("backup", tmp_path / "copy").exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]
    with tarfile.open(tmp_path / "copy") as archive:
        names = archive.getnames()
    assert names[:-3] == ["database", *(f"files/{digest}" for digest in sorted(kept))]
    assert names[-1] == names[-3]
    empty_again()
    shutil.rmtree(files)
    done = run("restore", tmp_path / "copy")
    assert done.exit_code == 0, done.stderr
    assert kept_files(files) == kept
    assert [one.nth for one in db.session.query(Document).order_by(Document.nth)] == [1, 2]
    assert run("audit", "verify").exit_code == 0


def test_no_key_goes_into_a_copy(run, app, as_user, tmp_path):
    instance = app.extensions["caseapp"].instance
    (instance / "secret_key").write_text("the key of the cookies")
    (instance / "audit_key").write_text("the key of the anchors")
    log(as_user("grid"), head())
    assert run("backup", tmp_path / "copy").exit_code == 0
    content = (tmp_path / "copy").read_bytes()
    assert b"the key of the" not in content
    assert app.extensions["caseapp"].secret_key.encode() not in content


def test_a_copy_is_verified_without_being_restored(run, as_user, files, tmp_path):
    a_case_with_papers(as_user, files)
    run("backup", tmp_path / "copy")
    told = run("verify", tmp_path / "copy")
    assert (told.exit_code, "6" in told.stderr, "2026-11-23" in told.stderr) == (0, True, True), told.stderr


def earlier(tmp_path, *, damaged: str = "", more: dict[str, bytes] | None = None, cut: int = 0) -> None:
    """A copy as earlier versions made them, from one of today: no list, one file after the other."""
    with tarfile.open(tmp_path / "copy") as archive:
        parts = {entry.name: archive.extractfile(entry).read() for entry in archive if entry.name.startswith(KINDS)}
    if damaged:
        parts[damaged] = parts[damaged][:-1] + b"x"
    with tarfile.open(tmp_path / "old", "w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in (parts | (more or {})).items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    if cut:
        (tmp_path / "old").write_bytes((tmp_path / "old").read_bytes()[:-cut])


def test_a_copy_of_an_earlier_version_is_taken(run, system, as_user, files, tmp_path):
    kept, before = a_case_with_papers(as_user, files), everything(system)
    run("backup", tmp_path / "copy")
    earlier(tmp_path)
    assert run("verify", tmp_path / "old").exit_code == 0
    empty_again()
    shutil.rmtree(files)
    done = run("restore", tmp_path / "old")
    assert done.exit_code == 0, done.stderr
    assert (everything(system), kept_files(files)) == (before, kept)


def test_a_copy_of_the_database_alone_as_it_was_made_before_is_taken(run, system, as_user, files, tmp_path):
    log(as_user("grid"), head())
    before = everything(system)
    assert run("backup", tmp_path / "copy").exit_code == 0
    with tarfile.open(tmp_path / "copy") as archive:
        (tmp_path / "old").write_bytes(archive.extractfile("database").read())
    empty_again()
    done = run("restore", tmp_path / "old")
    assert done.exit_code == 0, done.stderr
    assert everything(system) == before


@pytest.mark.parametrize("harm", ["a path", "a link", "cut off"])
def test_a_broken_or_hostile_copy_is_refused_and_changes_nothing(run, app, as_user, files, tmp_path, harm):
    a_case_with_papers(as_user, files)
    run("backup", tmp_path / "copy")
    earlier(tmp_path, more={"../evil": b"x"} if harm == "a path" else None, cut=15_000 if harm == "cut off" else 0)
    if harm == "a link":
        with tarfile.open(tmp_path / "old", "a") as archive:
            entry = tarfile.TarInfo("files/" + "1" * 64)
            entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(entry)
    empty_again()
    refused = run("restore", tmp_path / "old")
    assert (refused.exit_code, len(refused.stderr.splitlines())) == (1, 1), refused.stderr
    assert run("verify", tmp_path / "old").exit_code == 1
    assert not (tmp_path / "evil").exists()
    assert not (files.parent / "evil").exists()
    assert (half_made(app), has_tables()) == ([], False)
    assert run("restore", tmp_path / "copy").exit_code == 0


def test_what_is_damaged_or_missing_here_is_named_and_the_last_good_copy_stays(run, as_user, files, tmp_path):
    kept = a_case_with_papers(as_user, files)
    number = db.session.query(Case.number).scalar()
    assert run("backup", tmp_path / "copy").exit_code == 0
    good, (missing, damaged, *_) = (tmp_path / "copy").read_bytes(), sorted(kept)
    Store(files).path(missing).unlink()
    Store(files).path(damaged).write_bytes(b"x" + kept[damaged][1:])
    told = run("backup", tmp_path / "copy")
    assert told.exit_code == 1
    assert all(f"files/{digest} 属于 {number} 的第" in told.stderr for digest in (missing, damaged))
    assert (tmp_path / "copy").read_bytes() == good
    told = run("verify", tmp_path / "copy.damaged")
    assert (told.exit_code, missing in told.stderr) == (0, True)
    empty_again()
    shutil.rmtree(files)
    told = run("restore", tmp_path / "copy.damaged")
    assert (told.exit_code, missing in told.stderr, damaged in told.stderr) == (1, True, True)
    assert told.stderr.count(f"属于 {number}") == 2
    assert {one for one, content in kept_files(files).items() if not content} == {missing, damaged}


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)  # of PostgreSQL: test_damaged_pages.py
def test_a_damaged_database_is_not_backed_up_and_the_last_good_copy_stays(run, as_user, tmp_path):
    log(as_user("grid"), head())
    assert run("backup", tmp_path / "copy").exit_code == 0
    good = (tmp_path / "copy").read_bytes()
    file = db.engine.url.database
    db.session.remove()
    db.engine.dispose()
    with Path(file).open("r+b") as database:
        size = database.seek(0, 2)
        for page in range(size // 2 // 4096, size // 4096):
            database.seek(page * 4096)
            database.write(b"\xff" * 200)
    told = run("backup", tmp_path / "copy")
    assert told.exit_code == 1
    assert "数据库已损坏" in told.stderr, repr(told.exception)
    assert (tmp_path / "copy").read_bytes() == good
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]


def test_a_database_with_cases_is_not_overwritten(run, as_user, tmp_path):
    log(as_user("grid"), head())
    run("backup", tmp_path / "copy")
    refused = run("restore", tmp_path / "copy")
    assert (refused.exit_code, "案件" in refused.stderr) == (1, True)


def test_what_is_no_copy_and_a_place_that_is_not_there_are_named(run, tmp_path):
    (tmp_path / "text").write_text("hello")
    for words in (
        ("restore", tmp_path / "nothing"),
        ("restore", tmp_path / "text"),
        ("verify", tmp_path / "nothing"),
        ("verify", tmp_path / "text"),
        ("backup", tmp_path / "nowhere" / "copy"),
    ):
        told = run(*words)
        assert (told.exit_code, len(told.stderr.splitlines())) == (1, 1), told.stderr
