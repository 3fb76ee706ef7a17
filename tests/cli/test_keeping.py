"""check says what is bad."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from caseapp.actions.store import Store
from tests.cases.make import head, log
from tests.documents.make import add


@pytest.fixture
def files(app) -> Path:
    """The files of the installation, none at first."""
    folder = app.extensions["caseapp"].files
    shutil.rmtree(folder, ignore_errors=True)
    return folder


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
        "backup",
        "marks",
        "keys",
        "writing",
        "pages",
        "clock",
    ]
    assert [line.startswith("ok") for line in lines[:3]] == [True] * 3
    assert (lines[6].startswith("BAD"), told.exit_code) == (True, 1)
    assert run("jobs", "run", "post").exit_code == 0
    assert run("check").stdout.splitlines()[6].startswith("ok")
