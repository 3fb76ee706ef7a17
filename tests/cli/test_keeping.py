"""A copy taken while the office works is whole, comes back equal, and the chains verify; check says what is bad."""

from __future__ import annotations

import io
import shutil
import tarfile
from pathlib import Path

import pytest

from caseapp.actions.exports import export_cases
from caseapp.actions.store import Store
from caseapp.db import db
from caseapp.domain.access.actor import SYSTEM
from caseapp.domain.documents.models import Document
from caseapp.domain.documents.queries import all_digests
from tests.cases.make import do, head, log, petition
from tests.documents.make import add, paper, picture


def everything(ctx) -> list[str]:
    return list(export_cases(ctx, reason="核对"))


def empty_again() -> None:
    """What a new machine has: a database without tables."""
    db.session.remove()
    if db.engine.dialect.name == "sqlite":
        db.engine.dispose()
        for file in Path(str(db.engine.url.database)).parent.glob("live.sqlite3*"):
            file.unlink()
        return
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


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


@pytest.fixture
def files(app) -> Path:
    """The files of the installation, none at first."""
    folder = app.extensions["caseapp"].files
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def test_photos_and_papers_come_back_with_the_cases(run, as_user, files, tmp_path):
    number = log(as_user("grid"), head())
    add(as_user("grid"), number, files)
    add(as_user("grid"), number, files, paper(2), kind="agreement")
    kept = {digest: Store(files).read(digest) for digest in all_digests(db.session)}
    assert len(kept) == 6
    (files / "ab").mkdir(exist_ok=True)
    (files / "ab" / "half-written.part").write_bytes(b"x")
    assert run("backup", tmp_path / "copy").exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]
    with tarfile.open(tmp_path / "copy") as archive:
        assert archive.getnames() == ["database", *(f"files/{digest}" for digest in sorted(kept))]
    empty_again()
    shutil.rmtree(files)
    done = run("restore", tmp_path / "copy")
    assert done.exit_code == 0, done.stderr
    assert {digest: Store(files).read(digest) for digest in all_digests(db.session)} == kept
    assert [one.nth for one in db.session.query(Document).order_by(Document.nth)] == [1, 2]
    assert run("audit", "verify").exit_code == 0


def test_a_copy_of_the_database_alone_as_it_was_made_before_is_taken(run, system, as_user, files, tmp_path):
    log(as_user("grid"), head())
    before = everything(system)
    assert run("backup", tmp_path / "copy").exit_code == 0
    with tarfile.open(tmp_path / "copy") as archive:
        (tmp_path / "old").write_bytes(archive.extractfile("database").read())
    empty_again()
    assert run("restore", tmp_path / "old").exit_code == 0
    assert everything(system) == before


@pytest.mark.parametrize(
    "harm", ["cut off", "a changed file", "a path", "a link", "no database", "a file under another's name"]
)
def test_a_broken_or_hostile_copy_is_refused_and_changes_nothing(run, as_user, files, tmp_path, harm):
    number = log(as_user("grid"), head())
    digest = add(as_user("grid"), number, files, picture(800, 600)).pages[0].digest
    run("backup", tmp_path / "copy")
    with tarfile.open(tmp_path / "copy") as archive:
        parts = {entry.name: archive.extractfile(entry).read() for entry in archive}
    photo = f"files/{digest}"
    if harm == "a changed file":
        parts[photo] = parts[photo][:-1] + b"x"
    if harm == "a path":
        parts["../evil"] = b"x"
    if harm == "no database":
        del parts["database"]
    if harm == "a file under another's name":
        parts["files/" + "0" * 64] = b"x"
    with tarfile.open(tmp_path / "bad", "w") as archive:
        for name, content in parts.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        if harm == "a link":
            entry = tarfile.TarInfo("files/" + "1" * 64)
            entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(entry)
    if harm == "cut off":
        (tmp_path / "bad").write_bytes((tmp_path / "copy").read_bytes()[:-15_000])
    empty_again()
    refused = run("restore", tmp_path / "bad")
    assert (refused.exit_code, "bad" in refused.stderr) == (1, True)
    assert not (tmp_path / "evil").exists()
    assert not (files.parent / "evil").exists()
    assert list(files.parent.glob("restore-*")) == []
    db.session.remove()
    assert not db.inspect(db.engine).has_table("case_file")
    assert run("restore", tmp_path / "copy").exit_code == 0


def test_check_names_files_that_are_missing_or_changed(run, as_user, files):
    number = log(as_user("grid"), head())
    photos = [add(as_user("grid"), number, files) for _ in range(2)]
    digests = [photo.pages[0].digest for photo in photos]

    def told() -> str:
        return next(line for line in run("check").stdout.splitlines() if line.split()[1] == "files")

    assert told().startswith("ok")
    Store(files).path(digests[0]).unlink()
    Store(files).path(digests[1]).write_bytes(b"something else")
    assert told().startswith("BAD")
    assert "4 of photos and papers, 2 missing or changed" in told()


def test_a_database_with_cases_is_not_overwritten(run, as_user, tmp_path):
    log(as_user("grid"), head())
    run("backup", tmp_path / "copy")
    refused = run("restore", tmp_path / "copy")
    assert (refused.exit_code, "案件" in refused.stderr) == (1, True)


def test_what_is_no_copy_and_a_place_that_is_not_there_are_named(run, tmp_path):
    (tmp_path / "text").write_text("hello")
    assert run("restore", tmp_path / "nothing").exit_code == 1
    assert run("restore", tmp_path / "text").exit_code == 1
    assert run("backup", tmp_path / "nowhere" / "copy").exit_code == 1


def test_check_says_a_line_each_and_that_the_scheduler_was_never_seen(run):
    told = run("check")
    lines = told.stdout.splitlines()
    assert [line.split()[1] for line in lines] == [
        "configuration",
        "database",
        "migrations",
        "privacy",
        "disk",
        "files",
        "scheduler",
        "powers",
        "marks",
    ]
    assert [line.startswith("ok") for line in lines[:3]] == [True] * 3
    assert (lines[6].startswith("BAD"), told.exit_code) == (True, 1)
    assert run("jobs", "run", "post").exit_code == 0
    assert run("check").stdout.splitlines()[6].startswith("ok")
