"""Due dates are held by the rules that the office had, whatever it set since."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from caseapp.actions.settings import set_value
from caseapp.actions.verify_shadows import verify_all
from caseapp.db import db, unit_of_work
from tests.cases.make import do, log, moment


@pytest.fixture
def office(as_user, world):
    """A settled case and an open one, and an office that set other limits since: some from a day on, some for all that
    runs."""
    office, grid = as_user("office"), as_user("grid")
    log(grid, at=moment(2026, 10, 6, 9))
    settled = log(grid, at=moment(2026, 10, 5, 9))
    do(grid, settled, "follow_up", method="visit", note="走访", at=moment(2026, 10, 6, 9))
    do(as_user("village"), settled, "mediate", result="agreed", at=moment(2026, 10, 7, 9))
    for key, days, recompute in (("first_contact", "3", False), ("handle_dispute", "20", True), ("team", "5", True)):
        world.clock.pass_by(minutes=1)
        with unit_of_work(db.session):
            set_value(office, f"days.{key}", days, office.today, recompute=recompute)
            office.forget_office()
    return office


def told(office) -> list[str]:
    db.session.expire_all()
    return [str(one) for one in verify_all(office).broken if "due dates" in str(one)]


def test_what_the_office_set_since_is_no_broken_place(office, system):
    assert told(system) == []


@pytest.mark.parametrize(
    "changed",
    [
        "UPDATE deadline SET due_on = '2030-01-01'",
        "UPDATE deadline SET due_on = '2030-01-01' WHERE kind = 'handle'",
        "UPDATE case_file SET handle_due_on = '2030-01-01'",
        "DELETE FROM deadline WHERE kind = 'handle'",
    ],
)
def test_dates_that_no_rule_of_the_office_gives_are_named(office, system, changed):
    with unit_of_work(db.session) as session:
        session.execute(text(changed))
    assert len(told(system)) == 2
