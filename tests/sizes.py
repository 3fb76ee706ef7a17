"""How much the heaviest tests try: enough to fail in the suite, all of it in the long trials (``./run trust``)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, TypeVar

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
