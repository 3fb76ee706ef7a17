"""How much the heaviest tests try: enough to fail in the suite, all of it in the long trials (``./run trust``)."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from zlib import crc32

import pytest

LONG = bool(os.environ.get("CASEAPP_TEST_LONG"))
Much = TypeVar("Much")


def many(usually: Much, in_the_long_trials: Much) -> Much:
    """How many of something are tried, or which."""
    return in_the_long_trials if LONG else usually


def on_either(values: Sequence[Any]) -> list[Any]:
    """Parameters of ``world`` and one more: the first half of the values on SQLite, the others on PostgreSQL; in the long
    trials all of them on both."""
    half = len(values) // 2
    on_sqlite, on_postgres = (values, values) if LONG else (values[:half], values[half:])
    return [
        *(pytest.param("sqlite", one) for one in on_sqlite),
        *(pytest.param("postgres", one, marks=pytest.mark.postgres) for one in on_postgres),
    ]


def left_to_the_long_trials(items: Sequence[pytest.Item], *, with_postgres: bool) -> Iterator[pytest.Item]:
    """What the suite leaves out of what runs on both databases in the long trials: on PostgreSQL what turns on no
    database, and of what is marked ``either_database`` each test on one of the two, in turn."""
    found: dict[tuple[Path, str], list[pytest.Item]] = defaultdict(list)
    for item in items:
        if item.get_closest_marker("one_database") and item.get_closest_marker("postgres"):
            yield item
        elif item.get_closest_marker("either_database") and not item.get_closest_marker("both_databases"):
            found[item.path, item.name.replace("postgres", "sqlite")].append(item)
    turns: dict[Path, count[int]] = {}
    for (path, _name), pair in found.items():
        if len(pair) == 2:
            nth = next(turns.setdefault(path, count(crc32(path.name.encode()))))
            on_postgres = with_postgres and nth % 2 == 1
            yield from (one for one in pair if (one.get_closest_marker("postgres") is not None) != on_postgres)
