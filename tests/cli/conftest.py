"""The command line at the small world, run as a person would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from click.testing import CliRunner, Result

import caseapp.cli
from caseapp.db import db
from tests.cli.terminal import contents


@pytest.fixture
def run(world: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command on the small world; what the test reads afterwards is read anew."""
    monkeypatch.setattr(caseapp.cli, "create_app", lambda: world.app)

    def invoke(*words: object, typed: str = "") -> Result:
        db.session.remove()
        outcome = CliRunner().invoke(caseapp.cli.main, [str(word) for word in words], input=typed)
        db.session.remove()
        return outcome

    return invoke


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
