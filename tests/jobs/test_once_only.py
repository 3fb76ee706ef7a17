"""Several processes at one database: each slot runs once, each number is given once, whatever dies in between."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from caseapp.db import db
from caseapp.domain.verification.queries import verify
from tests.jobs.worker import SLOTS, main
from tests.many_processes import opened_by_many, start, status
from tests.sizes import many

CLERKS, EACH = many(4, 20), many(25, 50)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def shared(request: pytest.FixtureRequest, tmp_path: Path, worlds: Any) -> Iterator[str]:
    with opened_by_many(request.param, tmp_path, worlds) as (url, _clock):
        yield url


@pytest.mark.slow(seconds=70)
def test_many_at_once_register_cases_without_a_gap(shared: str, tmp_path: Path, tried):
    workers = [start(main, "register", shared, f"w{place}", EACH, tmp_path) for place in range(CLERKS)]
    assert [status(worker) for worker in workers] == [0] * CLERKS
    numbers = sorted(db.session.scalars(sa.text("SELECT number FROM case_file")))
    assert numbers == [f"太调〔2026〕{place:04d}号" for place in range(1, CLERKS * EACH + 1)]
    assert verify(db.session).broken == []
    tried(len(numbers))


def frozen_in_turn(workers: list[BaseProcess]) -> int:
    """One after the other stands still for a moment while the others go on, until all have ended. How often."""
    times = 0
    for one in cycle(workers):
        still = [other.sentinel for other in workers if other.is_alive()]
        if not still:
            break
        with suppress(ProcessLookupError):  # it ends at this very moment
            os.kill(one.pid, signal.SIGSTOP)  # type: ignore[arg-type]
            wait([other for other in still if other != one.sentinel], timeout=0.2)
            os.kill(one.pid, signal.SIGCONT)  # type: ignore[arg-type]
            times += 1
        wait(still, timeout=0.05)
    return times


@pytest.mark.slow
def test_hundreds_of_slots_over_three_processes_run_once_each_though_processes_die_and_freeze(
    shared: str, tmp_path: Path, tried
):
    dying = [start(main, "schedule", shared, f"d{place}", 1, tmp_path) for place in range(3)]
    died = sum(status(worker) != 0 for worker in dying)
    lasting = [start(main, "schedule", shared, f"w{place}", 0, tmp_path) for place in range(3)]
    assert frozen_in_turn(lasting) > 3
    assert [status(worker) for worker in lasting] == [0] * 3
    slots = db.session.execute(sa.text("SELECT slot, count(*) FROM job_run GROUP BY slot")).all()
    effects = db.session.execute(
        sa.text("SELECT subject, count(*) FROM audit_entry WHERE action = 'slot' GROUP BY subject")
    ).all()
    assert (len(slots), {count for _, count in slots}) == (SLOTS, {1})
    assert (len(effects), {count for _, count in effects}) == (SLOTS, {1})
    assert died >= 1
    assert verify(db.session).broken == []
    tried(SLOTS)
