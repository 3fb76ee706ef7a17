"""The copy of every night: made once, told of where the administrator looks, the latest kept, locked with a key."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from caseapp.actions.store import Store
from caseapp.db import db
from caseapp.domain.audit.queries import last_backup
from caseapp.jobs.copying import lay_copy
from caseapp.jobs.registry import JOBS
from caseapp.jobs.runner import catch_up
from caseapp.kernel.workplace import workplace
from caseapp.office.locked import open_copy
from tests.cases.make import head, log
from tests.copies.holdings import a_case_with_papers, no_files

JOB = next(job for job in JOBS if job.name == "backup")


@pytest.fixture
def folder(app, tmp_path, monkeypatch) -> Path:
    """Where the copies of the nights are laid."""
    settings = app.extensions["caseapp"]
    named = replace(settings, backups=tmp_path / "nights", backups_kept=3)
    monkeypatch.setitem(app.extensions, "caseapp", named)
    return tmp_path / "nights"


def one_night(app, clock) -> dict[str, object]:
    """What the scheduler does at two in the morning."""
    clock.pass_by(days=1)
    catch_up(db.session, clock, [JOB])
    return lay_copy(db.session, app.extensions["caseapp"])


def told(run) -> str:
    return next(line for line in run("check").stdout.splitlines() if line.split()[1] == "backup")


def on_the_desk(browse, username: str = "admin") -> str:
    """The first page of somebody, once a test."""
    return browse(username).get("/").text


def test_without_a_folder_nothing_is_made_and_nothing_is_told(app, run, clock):
    assert one_night(app, clock) == {}
    assert last_backup(db.session) is None
    assert told(run).startswith("ok")


def test_each_night_has_its_copy_and_the_latest_stay(app, run, clock, as_user, folder, browse):
    log(as_user("grid"), head())
    for _ in range(5):
        assert one_night(app, clock) == {"backups": 1, "lacking": 0}
        assert lay_copy(db.session, app.extensions["caseapp"]) == {}
    assert [path.name for path in sorted(folder.iterdir())] == [
        "caseapp-2026-11-26.tar",
        "caseapp-2026-11-27.tar",
        "caseapp-2026-11-28.tar",
    ]
    assert told(run).startswith("ok")
    assert "caseapp-2026-11-28.tar" in run("jobs", "list").stdout
    assert "备份：" not in on_the_desk(browse)


def test_a_key_in_a_file_elsewhere_locks_it(app, run, clock, as_user, folder, tmp_path, monkeypatch):
    key = tmp_path / "key"
    key.write_text("a key of many signs\nand a remark\n")
    monkeypatch.setitem(app.extensions, "caseapp", replace(app.extensions["caseapp"], backup_key=key))
    log(as_user("grid"), head())
    assert one_night(app, clock)["backups"] == 1
    (copy,) = folder.iterdir()
    assert copy.name == "caseapp-2026-11-24.locked"
    with open_copy(copy, "a key of many signs") as opened:
        assert list(opened.flaws()) == []
    assert "locked" in told(run)
    folder.joinpath("key").write_text(key.read_text())
    monkeypatch.setitem(app.extensions, "caseapp", replace(app.extensions["caseapp"], backup_key=folder / "key"))
    assert one_night(app, clock) == {"backups": 0}
    assert "beside the copies" in told(run)


def test_what_went_wrong_stands_in_check_and_on_the_administrators_desk_alone(app, run, clock, as_user, folder, browse):
    kept = a_case_with_papers(as_user, no_files(app))
    assert one_night(app, clock)["backups"] == 1
    Store(app.extensions["caseapp"].files).path(sorted(kept)[0]).unlink()
    assert one_night(app, clock) == {"backups": 1, "lacking": 1}
    assert told(run).startswith("BAD")
    assert "缺少 1 份照片与材料" in on_the_desk(browse)
    assert "备份：" not in on_the_desk(browse, "office")
    assert [path.name for path in sorted(folder.iterdir())] == [
        "caseapp-2026-11-24.tar",
        "caseapp-2026-11-25.tar.damaged",
    ]


def test_a_copy_that_cannot_be_written_is_told_of(app, run, clock, folder, browse):
    folder.write_text("no folder")
    assert one_night(app, clock) == {"backups": 0}
    assert "cannot be written" in told(run)
    assert "无法写入" in on_the_desk(browse)


def test_an_old_backup_and_none_at_all_are_told_of(app, run, clock, folder, browse):
    assert told(run) == "BAD  backup        no backup was ever made"
    assert one_night(app, clock)["backups"] == 1
    clock.pass_by(days=3)
    assert "the last backup is of 2026-11-24" in told(run)


def test_one_by_hand_counts_and_one_that_failed_is_told_of(run, clock, browse, tmp_path):
    assert run("backup", tmp_path / "copy").exit_code == 0
    assert str(tmp_path / "copy") in told(run)
    clock.pass_by(hours=1)
    assert run("backup", tmp_path / "nowhere" / "copy").exit_code == 1
    assert told(run).startswith("BAD")
    assert "nowhere" in on_the_desk(browse)


def test_one_that_did_not_end_is_made_at_the_next_start(app, run, clock, folder):
    clock.pass_by(days=1)
    catch_up(db.session, clock, [JOB])
    assert "under way" in told(run)
    clock.pass_by(hours=13)
    assert "did not end" in told(run)
    assert lay_copy(db.session, app.extensions["caseapp"])["backups"] == 1
    assert told(run).startswith("ok")


def test_two_at_once_make_one(app, run, clock, folder, tmp_path):
    with workplace(app.extensions["caseapp"].instance):
        assert one_night(app, clock) == {}
        refused = run("backup", tmp_path / "copy")
        assert (refused.exit_code, "正在进行" in refused.stderr) == (1, True)
    assert "under way" in told(run)
    assert lay_copy(db.session, app.extensions["caseapp"])["backups"] == 1
