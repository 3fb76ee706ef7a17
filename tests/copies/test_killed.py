"""Killed at any instant, a backup leaves the last good copy, and a restore what stood before; the next try works."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from caseapp.actions.backup import back_up
from caseapp.db import db
from caseapp.office.locked import open_copy
from tests.cli.terminal import contents
from tests.conftest import NOW
from tests.copies.holdings import a_case_with_papers, everything, half_made, holdings, kept_files, no_files
from tests.sizes import many
from tests.worlds import let_go

ROOT = Path(__file__).resolve().parents[2]
KILLS = many(4, 100)
PARTS = [(nth + 0.5) / KILLS for nth in range(KILLS)]


@pytest.fixture
def files(app):
    return no_files(app)


class Dying:
    """A process with a session of its own whose tries are killed; what they begin belongs to the session too."""

    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )

    def __call__(self, part: float) -> str:
        """One try, which is killed after a part of the usual time. Says what became of it."""
        self.process.stdin.write(f"{part}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def left_nothing(self) -> bool:
        """No program that a try began is at work any more: within a moment, or two minutes where the machine has much
        else to do."""
        end = time.monotonic() + 120
        while at_work(self.process.pid) and time.monotonic() < end:
            os.sched_yield()
        return not at_work(self.process.pid)


@pytest.fixture
def dying(app) -> Iterator[Callable[..., Dying]]:
    """Begin the process that is killed in the midst of what it does: ``dying("backup", copy)(0.5)``."""
    begun: list[Dying] = []

    def begin(what: str, copy: Path) -> Dying:
        instance = app.extensions["caseapp"].instance
        url = db.engine.url.render_as_string(hide_password=False)
        command = [sys.executable, "-m", "tests.copies.dying", what, str(instance), url, str(copy)]
        begun.append(Dying(command))
        return begun[-1]

    yield begin
    for one in begun:
        one.process.communicate(timeout=60)


def at_work(session: int) -> list[int]:
    """The processes of a session, without the one that leads it: what the tries began, and what they left behind. Nobody
    else's are taken for them, whatever database those work on."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(told[3]) == session and int(stat.parent.name) != session and told[0] != "Z":
            found.append(int(stat.parent.name))
    return found


@pytest.mark.slow(seconds=40)
def test_a_killed_backup_leaves_the_last_good_copy_and_the_next_try_works(app, as_user, files, tmp_path, dying, tried):
    a_case_with_papers(as_user, files)
    copy = tmp_path / "copy"
    once = dying("backup", copy)
    assert once(1) == "done"
    killed = 0
    for part in PARTS:
        killed += once(part) == "killed"
        assert once.left_nothing()
        with open_copy(copy, "") as opened:
            assert list(opened.flaws()) == []
    assert killed >= KILLS // 2
    assert once(1) == "done"
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]
    assert half_made(app) == []
    tried(KILLS)


@pytest.mark.slow(seconds=60)
def test_a_killed_restore_leaves_what_stood_before_and_the_next_try_works(
    app, system, world, as_user, files, tmp_path, dying, tried
):
    copy = tmp_path / "copy"
    stood = contents()
    kept, whole = a_case_with_papers(as_user, files), everything(system)
    back_up(holdings(app), copy, NOW)
    restored = contents()
    let_go()
    once = dying("restore", copy)
    assert once(1) == "done"
    ends = set()
    for part in PARTS:
        world.fresh()
        shutil.rmtree(files, ignore_errors=True)
        let_go()
        ends.add(once(part))
        assert once.left_nothing()
        found = contents()
        assert found in (stood, restored)
        if found == restored:
            assert kept_files(files) == kept
    assert "failed" not in ends
    assert "killed" in ends
    world.fresh()
    let_go()
    assert once(1) == "done"
    assert (everything(system), kept_files(files), half_made(app)) == (whole, kept, [])
    tried(KILLS)


@pytest.mark.postgres
def test_a_dump_that_breaks_off_leaves_what_stood_before(tmp_path, worlds):
    """Nothing is dropped before all that takes its place is there."""
    from caseapp.actions.postgres_programs import put_back
    from caseapp.kernel.errors import CaseappError

    found = worlds("postgres")
    with found.app.app_context():
        found.fresh()
        stood = contents()
        here = holdings(found.app)
        back_up(here, tmp_path / "copy", NOW)
        with open_copy(tmp_path / "copy", "") as opened, (tmp_path / "dump").open("wb") as dump:
            opened.copy(opened.parts[0], dump)
        whole = (tmp_path / "dump").read_bytes()
        for part in (0.3, 0.6, 0.9, 0.999):
            (tmp_path / "dump").write_bytes(whole[: int(len(whole) * part)])
            with pytest.raises(CaseappError, match="pg_restore says"):
                put_back(here.engine, tmp_path / "dump")
            assert contents() == stood
        assert sa.inspect(here.engine).has_table("case_file")
        found.rest()
