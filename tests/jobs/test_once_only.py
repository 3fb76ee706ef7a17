"""Several processes at one database: each slot runs once, each number is given once, whatever dies in between."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from caseapp.db import db
from caseapp.domain.verification.queries import verify
from tests.jobs.worker import SLOTS
from tests.many_processes import opened_by_many
from tests.sizes import many

ROOT = Path(__file__).resolve().parents[2]
CLERKS, EACH = many(4, 20), many(25, 50)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def shared(request: pytest.FixtureRequest, tmp_path: Path, worlds: Any) -> Iterator[str]:
    with opened_by_many(request.param, tmp_path, worlds) as (url, _clock):
        yield url


def start(what: str, url: str, name: str, number: int, folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.jobs.worker", what, url, name, str(number), str(folder)]
    return subprocess.Popen(command, cwd=ROOT)


@pytest.mark.slow(seconds=70)
def test_many_at_once_register_cases_without_a_gap(shared: str, tmp_path: Path):
    workers = [start("register", shared, f"w{place}", EACH, tmp_path) for place in range(CLERKS)]
    assert [worker.wait(timeout=240) for worker in workers] == [0] * CLERKS
    numbers = sorted(db.session.scalars(sa.text("SELECT number FROM case_file")))
    assert numbers == [f"太调〔2026〕{place:04d}号" for place in range(1, CLERKS * EACH + 1)]
    assert verify(db.session).broken == []


@pytest.mark.slow
def test_two_hundred_slots_over_three_processes_run_once_each_though_processes_die(shared: str, tmp_path: Path):
    dying = [start("schedule", shared, f"d{place}", 1, tmp_path) for place in range(3)]
    died = sum(worker.wait(timeout=240) != 0 for worker in dying)
    lasting = [start("schedule", shared, f"w{place}", 0, tmp_path) for place in range(3)]
    assert [worker.wait(timeout=240) for worker in lasting] == [0] * 3
    slots = db.session.execute(sa.text("SELECT slot, count(*) FROM job_run GROUP BY slot")).all()
    effects = db.session.execute(
        sa.text("SELECT subject, count(*) FROM audit_entry WHERE action = 'slot' GROUP BY subject")
    ).all()
    assert (len(slots), {count for _, count in slots}) == (SLOTS, {1})
    assert (len(effects), {count for _, count in effects}) == (SLOTS, {1})
    assert died >= 1
    assert verify(db.session).broken == []
