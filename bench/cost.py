"""What something costs: processor time of this process and of the database behind it, and what the database read."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, create_engine, event, text

TICK = 1 / os.sysconf("SC_CLK_TCK")
ENOUGH, MOST = 0.6, 60  # seconds of processor time, repetitions
READ = """SELECT tup_returned + tup_fetched, blks_hit + blks_read FROM pg_stat_database
    WHERE datname = current_database()"""


@dataclass(frozen=True)
class Cost:
    """Milliseconds of processor time each time; rows and pages of the database that were read (PostgreSQL alone)."""

    milliseconds: float
    rows: float = 0.0
    buffers: float = 0.0


class Meter:
    """Measures what is asked of an engine's database."""

    def __init__(self, *engines: Engine) -> None:
        self.engines, self.pids = engines, set[int]()
        self.postgres = engines[0].dialect.name == "postgresql"
        if self.postgres:
            for engine in engines:
                event.listen(engine, "connect", self._connected)
                engine.dispose()
            self.beside = create_engine(engines[0].url, isolation_level="AUTOCOMMIT")

    def _connected(self, connection: object, _record: object) -> None:
        self.pids.add(connection.info.backend_pid)  # type: ignore[attr-defined]

    def cost(self, work: Callable[[], object]) -> Cost:
        """What it costs on average, after doing it once to warm up."""
        work()
        times, before, read = 0, self._spent(), self._read()
        while times < MOST and (times < 2 or self._spent() - before < ENOUGH):
            work()
            times += 1
        spent, after = self._spent() - before, self._read()
        rows, buffers = ((late - early) / times for late, early in zip(after, read, strict=True))
        return Cost(1000 * spent / times, rows, buffers)

    def _spent(self) -> float:
        return time.process_time() + sum(map(_ticks, self.pids)) * TICK

    def _read(self) -> tuple[float, float]:
        if not self.postgres:
            return 0.0, 0.0
        for engine in self.engines:
            with engine.connect() as connection:
                connection.execute(text("SELECT pg_stat_force_next_flush()"))
        with self.beside.connect() as connection:
            rows, buffers = connection.execute(text(READ)).one()
        return float(rows), float(buffers)


def _ticks(pid: int) -> int:
    try:
        words = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0
    return int(words[11]) + int(words[12])


@contextmanager
def seconds() -> Iterator[list[float]]:
    """How long what is done inside takes, as the one number of a list."""
    taken: list[float] = []
    start = time.perf_counter()
    yield taken
    taken.append(time.perf_counter() - start)
