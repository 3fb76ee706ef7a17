"""Several processes at one database: they answer, one that dies is replaced, and one scheduler runs among them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from caseapp.cli.processes import SchedulerSlot
from tests.many_processes import opened_by_many

ROOT = Path(__file__).resolve().parents[2]
SERVE = (sys.executable, "-c", "from caseapp.cli import main; main()", "serve", "--processes", "2", "--port")


@pytest.fixture
def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def served(worlds, tmp_path: Path, free_port: int) -> Iterator[subprocess.Popen[str]]:
    """Two processes with a scheduler, ready to answer."""
    with opened_by_many("postgres", tmp_path, worlds) as (url, _clock):
        environ = {**os.environ, "CASEAPP_INSTANCE": str(tmp_path), "CASEAPP_DATABASE_URL": url}
        environ.pop("CASEAPP_NOW", None)
        command = [*SERVE, str(free_port)]
        with subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr
            while str(free_port) not in (line := process.stderr.readline()):
                assert line or process.poll() is None, "it ended"
            try:
                yield process
            finally:
                process.terminate()
                process.communicate(timeout=60)


def begun_by(process: subprocess.Popen[str]) -> list[int]:
    return [int(one) for one in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def answer(port: int) -> int:
    with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=60) as found:
        return int(found.status)


@pytest.mark.slow
@pytest.mark.postgres
def test_processes_answer_and_one_that_dies_is_replaced(served, free_port, tmp_path):
    assert [answer(free_port) for _ in range(10)] == [200] * 10
    assert not SchedulerSlot(tmp_path / "scheduler.lock").take(), "one of them runs the scheduler"
    first = begun_by(served)
    assert len(first) == 3, "two that answer, and one in which heavy files are made"
    for one in first:
        os.kill(one, signal.SIGKILL)
        assert [answer(free_port) for _ in range(10)] == [200] * 10
    assert not set(first) & set(begun_by(served))


def test_one_scheduler_runs_and_the_next_begins_when_it_ends(tmp_path):
    slots = [SchedulerSlot(tmp_path / "scheduler.lock") for _ in range(3)]
    assert [slot.take() for slot in slots] == [True, False, False]
    slots[0].held.close()  # as when its process ends
    assert slots[1].take()
    slots[1].held.close()


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_several_processes_need_postgresql(run):
    done = run("serve", "--processes", "2")
    assert (done.exit_code, "PostgreSQL" in done.stderr) == (1, True)
