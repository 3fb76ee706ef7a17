"""Work that several processes share, each with lines of its own to the database."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any, TypeVar

from caseapp.db import db
from caseapp.kernel.errors import N_, RuleViolation

Told = TypeVar("Told")
_WORKS: list[Callable[[], Any]] = []
"""What there is to do, in a process that shares it: it came with the memory of the one that began."""


def check_several() -> None:
    """Raise RuleViolation where several processes cannot write side by side."""
    if db.engine.dialect.name == "sqlite" or os.name == "nt":
        raise RuleViolation("processes", N_("several processes need PostgreSQL, and a machine that is not Windows"))


def shared_out(works: Sequence[Callable[[], Told]], processes: int) -> Iterator[Told]:
    """Do some works, so many at a time, and tell what came of each when it is done. What one raises is raised here;
    works that were begun are finished."""
    if not works:
        return
    _WORKS[:] = works
    db.session.remove()
    db.engine.dispose()  # no line is handed on
    way = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(min(processes, len(works)), mp_context=way) as pool:
        try:
            for done in as_completed([pool.submit(_do, nth) for nth in range(len(works))]):
                yield done.result()
        finally:
            pool.shutdown(cancel_futures=True)
            _WORKS.clear()


def _do(nth: int) -> Any:
    return _WORKS[nth]()
