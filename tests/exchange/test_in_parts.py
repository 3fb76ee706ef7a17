"""A file of histories is kept in parts: others write between, and what was cut off is run again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from caseapp.actions import imports
from caseapp.actions.context import Ctx
from caseapp.actions.imports import judge_file
from caseapp.actions.journal import note
from caseapp.actions.numbers import numbers_to_come
from caseapp.cli import cases as command
from caseapp.db import db, unit_of_work
from caseapp.domain.access.actor import SYSTEM
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.cases.models import Case
from caseapp.domain.verification.queries import verify
from caseapp.kernel.errors import RuleViolation
from tests.exchange.test_casefiles import event, line

REGISTERED = {"kind": "registered", "at": "2024-03-05T09:00:00+08:00"}


@pytest.fixture(autouse=True)
def parts_of_two(monkeypatch) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 2)


def written(folder: Path, *lines: dict[str, Any]) -> Path:
    file = folder / "cases.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return file


def numbers() -> list[str]:
    return list(db.session.scalars(sa.select(Case.number).order_by(Case.id)))


def entries() -> list[tuple[int, int, int]]:
    """What each entry of the log says: added, unchanged, refused."""
    query = sa.select(AuditEntry.detail).where(AuditEntry.action == "cases_imported").order_by(AuditEntry.seq)
    return [(told["added"], told["unchanged"], told["refused"]) for told in db.session.scalars(query)]


def five() -> list[dict[str, Any]]:
    return [line(number=f"A{nth}", title=f"水沟{nth}") for nth in range(1, 6)]


def test_each_part_is_kept_with_its_own_entry(run, tmp_path):
    broken = line(number="B1", unit="NOWHERE")
    outcome = run("cases", "import", written(tmp_path, *five(), broken))
    assert outcome.exit_code == 1
    assert "5" in outcome.stderr
    assert numbers() == ["A1", "A2", "A3", "A4", "A5"]
    assert entries() == [(2, 0, 1), (2, 0, 0), (1, 0, 0)]
    assert verify(db.session).broken == []


def test_others_write_between_the_parts(run, tmp_path, monkeypatch, system):
    shown: list[int] = []

    def show(done: int, _total: int) -> None:
        with Session(db.engine) as other, unit_of_work(other):
            note(Ctx(other, SYSTEM, system.clock), "between", str(done))
        shown.append(done)

    monkeypatch.setattr(command, "progress_bar", lambda _label: show)
    assert run("cases", "import", written(tmp_path, *five())).exit_code == 0
    assert shown == [2, 4, 5]
    query = sa.select(AuditEntry.action).order_by(AuditEntry.seq.desc()).limit(6)
    assert list(db.session.scalars(query)) == ["between", "cases_imported"] * 3


def test_who_waits_for_sqlite_has_time_to_take_its_turn(run, tmp_path, monkeypatch):
    paused: list[list[str]] = []
    monkeypatch.setattr(command, "pause", lambda: paused.append(numbers()))
    assert run("cases", "import", written(tmp_path, *five())).exit_code == 0
    between = [["A1", "A2"], ["A1", "A2", "A3", "A4"]]
    assert paused == (between if db.engine.dialect.name == "sqlite" else [])


def test_one_that_was_cut_off_is_run_again_and_adds_the_rest(run, tmp_path, monkeypatch):
    kept = command.take_part

    def cut_off(ctx: Ctx, part: list[Any], *more: Any) -> Any:
        if part[0].head.number == "A3":
            raise KeyboardInterrupt
        return kept(ctx, part, *more)

    file = written(tmp_path, *five(), {**line(title="没有编号"), "number": ""})
    monkeypatch.setattr(command, "take_part", cut_off)
    assert run("cases", "import", file).exit_code != 0
    assert numbers() == ["A1", "A2"]
    monkeypatch.setattr(command, "take_part", kept)
    assert run("cases", "import", file).exit_code == 0
    assert numbers()[:5] == ["A1", "A2", "A3", "A4", "A5"]
    assert len(numbers()) == 6
    assert entries() == [(2, 0, 0), (0, 2, 0), (2, 0, 0), (2, 0, 0)]


def test_what_refers_to_a_later_line_is_kept_with_it(system):
    repeats = [REGISTERED, event("repeated", "03-06T09:00", of="A4")]
    lines = [line(number=f"A{nth}", events=repeats if nth == 1 else [REGISTERED]) for nth in range(1, 8)]
    parts = judge_file(system, enumerate(lines, start=1)).parts()
    assert [[one.head.number for one in part] for part in parts] == [["A1", "A2", "A3", "A4"], ["A5", "A6"], ["A7"]]


def test_where_lines_refer_to_a_number_to_come_all_is_one_part(system):
    (to_come,) = numbers_to_come(system, [("dispute", 2024)])
    repeats = [REGISTERED, event("repeated", "03-06T09:00", of=to_come)]
    lines = [line(number="A1", events=repeats), line(number="A2"), line(number="A3"), line(number="", title="后来的")]
    parts = list(judge_file(system, enumerate(lines, start=1)).parts())
    assert [len(part) for part in parts] == [4]


POSTGRES = pytest.mark.parametrize("world", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)


@POSTGRES
def test_several_processes_share_the_parts_and_who_refers_to_others_comes_after(run, tmp_path):
    repeats = line(number="A0", events=[REGISTERED, event("repeated", "03-06T09:00", of="A5")])
    file = written(tmp_path, repeats, *five(), line(number="B1", unit="NOWHERE"))
    outcome = run("cases", "import", file, "--processes", "2")
    assert outcome.exit_code == 1
    assert "6" in outcome.stderr
    assert sorted(numbers()) == ["A0", "A1", "A2", "A3", "A4", "A5"]
    assert numbers()[-1] == "A0"
    assert sorted(entries()) == [(1, 0, 0), (1, 0, 0), (2, 0, 0), (2, 0, 1)]
    assert verify(db.session).broken == []


@POSTGRES
def test_what_is_refused_in_another_process_is_told_here(run, tmp_path, monkeypatch):
    kept = command.take_part

    def refused(ctx: Ctx, part: list[Any], *more: Any) -> Any:
        if part[0].head.number == "A3":
            raise RuleViolation("number", "%(number)s is not taken", number="A3")
        return kept(ctx, part, *more)

    monkeypatch.setattr(command, "take_part", refused)
    file = written(tmp_path, *five())
    outcome = run("cases", "import", file, "--processes", "2")
    assert outcome.exit_code != 0
    assert "A3 is not taken" in outcome.stderr
    monkeypatch.setattr(command, "take_part", kept)
    assert run("cases", "import", file, "--processes", "2").exit_code == 0
    assert sorted(numbers()) == ["A1", "A2", "A3", "A4", "A5"]


def test_lines_without_a_number_are_taken_in_the_order_of_the_file_by_one_process(system):
    lines = [line(number="A1"), line(number="", title="没有编号"), line(number="A2")]
    several, after = judge_file(system, enumerate(lines, start=1)).shared()
    assert several.good == []
    assert [one.line for one in after.good] == [1, 2, 3]


def test_several_processes_are_refused_where_they_cannot_write_side_by_side(run, tmp_path, world):
    file = written(tmp_path, *five())
    whole = run("cases", "import", file, "--processes", "2", "--atomic")
    assert whole.exit_code != 0
    assert numbers() == []
    if db.engine.dialect.name == "sqlite":
        assert run("cases", "import", file, "--processes", "2").exit_code != 0
        assert numbers() == []
