"""After an act, or a whole story, the record verifies: nobody touched it."""

from __future__ import annotations

from typing import Any

import pytest

from caseapp.actions.context import Ctx
from caseapp.actions.verify_shadows import verify_all
from caseapp.db import db
from caseapp.domain.access.actor import SYSTEM


def what_does_not_hold(clock: Any) -> list[str]:
    """What ``caseapp audit verify`` would say of the database of the test."""
    db.session.rollback()
    db.session.expire_all()
    return [str(problem) for problem in verify_all(Ctx(db.session, SYSTEM, clock)).broken]


@pytest.fixture(autouse=True)
def the_record_holds(request: pytest.FixtureRequest) -> Any:
    """Every test of a folder that asks for this leaves a record that verifies."""
    world = request.getfixturevalue("world") if "world" in request.fixturenames else None
    yield
    if world is not None and not request.node.get_closest_marker("tampers"):
        broken = what_does_not_hold(world.clock)
        assert not broken, broken
