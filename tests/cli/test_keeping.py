"""A copy taken while the office works is whole, comes back equal, and the chains verify; check says what is bad."""

from __future__ import annotations

from pathlib import Path

from caseapp.actions.exports import export_cases
from caseapp.db import db
from caseapp.domain.access.actor import SYSTEM
from tests.cases.make import do, head, log, petition


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
    assert [line.split()[1] for line in lines] == ["configuration", "database", "migrations", "disk", "scheduler"]
    assert [line.startswith("ok") for line in lines[:3]] == [True] * 3
    assert (lines[4].startswith("BAD"), told.exit_code) == (True, 1)
    assert run("jobs", "run", "post").exit_code == 0
    assert run("check").stdout.splitlines()[4].startswith("ok")
