"""The command line at the small world, run as a person would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest

from caseapp.db import db
from tests.cli.terminal import contents


@pytest.fixture
def nothing_changes(world: Any) -> Callable[[], AbstractContextManager[None]]:
    """Hold that what is done inside changes no row of any table, logs left aside."""

    @contextmanager
    def hold() -> Iterator[None]:
        before = contents()
        yield
        db.session.remove()
        after = contents()
        assert [name for name in before if before[name] != after[name]] == []

    return hold
