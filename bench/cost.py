"""What something costs: processor time of this process and of the database behind it, and what the database read."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event

from bench.plans import Read, read_by
from bench.spent import spent_by

ENOUGH, MOST = 0.6, 60  # seconds of processor time, repetitions


@dataclass(frozen=True)
class Cost:
    """Milliseconds of processor time each time; what was read of the database (PostgreSQL alone)."""

    milliseconds: float
    read: Read | None = None


class Meter:
    """Measures what is asked of an engine's database."""

    def __init__(self, *engines: Engine) -> None:
        self.engines, self.pids = engines, set[int]()
        self.postgres = engines[0].dialect.name == "postgresql"
        if self.postgres:
            for engine in engines:
                event.listen(engine, "connect", self._connected)
                engine.dispose()

    def _connected(self, connection: Any, _record: object) -> None:
        """Count what this connection's process does, and have no other do any of it."""
        self.pids.add(connection.info.backend_pid)
        connection.execute("SET max_parallel_workers_per_gather = 0")
        connection.commit()

    def cost(self, work: Callable[[], object]) -> Cost:
        """What it costs on average, after doing it once to warm up."""
        work()
        times, before = 0, spent_by(self.pids)
        while times < MOST and (times < 2 or spent_by(self.pids) - before < ENOUGH):
            work()
            times += 1
        return Cost(1000 * (spent_by(self.pids) - before) / times, self._read(work))

    def _read(self, work: Callable[[], object]) -> Read | None:
        if not self.postgres:
            return None
        with self.engines[0].connect() as connection:
            return read_by(connection, work)


@contextmanager
def seconds() -> Iterator[list[float]]:
    """How long what is done inside takes, as the one number of a list."""
    taken: list[float] = []
    start = time.perf_counter()
    yield taken
    taken.append(time.perf_counter() - start)
