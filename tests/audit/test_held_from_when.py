"""A table that a version adds is held from its upgrade on; what only tells that somebody looked holds nobody up."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from caseapp.actions.held import hold_what_is_there
from caseapp.actions.logins import log_in, see
from caseapp.db import db, unit_of_work
from caseapp.domain.audit.models import HeldNow, HeldRow
from tests.audit.holds import what_does_not_hold
from tests.audit.test_verify import tamper
from tests.cases.make import log
from tests.conftest import PASSWORD


def links() -> int:
    """How long the chain of held rows is."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(HeldRow)) or 0


def test_bringing_the_schema_up_to_date_again_takes_nothing_in(world, as_user):
    """So a row that was slipped into a table that was empty stays a row that nobody wrote."""
    number = log(as_user("grid"))
    tamper(
        "INSERT INTO signing (case_id, move, signed_by, signed_at) VALUES (1, 1, 'village', '2026-11-01 00:00:00+00')"
    )
    with unit_of_work(db.session) as session:
        hold_what_is_there(session)
    assert [one.split(":")[0] for one in what_does_not_hold(world.clock)] == ["signing 1", number]


def test_being_seen_adds_nothing_to_the_chain_and_another_stage_does(world, as_user):
    with unit_of_work(db.session):
        begun = log_in(as_user("grid"), "grid", PASSWORD).id
    before = links()
    world.clock.pass_by(minutes=2)
    with unit_of_work(db.session) as session:
        see(session, begun, world.clock())
    assert links() == before
    assert not what_does_not_hold(world.clock)
    tamper(f"UPDATE login_session SET user_id = user_id + 1 WHERE id = '{begun}'")
    assert len(what_does_not_hold(world.clock)) == 1


def test_the_chain_holds_no_login_that_could_be_used(world, as_user):
    with unit_of_work(db.session):
        begun = log_in(as_user("grid"), "grid", PASSWORD).id
    kept = [*db.session.scalars(sa.select(HeldRow.key)), *db.session.scalars(sa.select(HeldNow.key))]
    tamper("UPDATE login_session SET stage = 'code'")
    assert begun not in kept
    assert begun not in str(what_does_not_hold(world.clock))


@pytest.mark.parametrize("series", ["UPDATE number_series SET last = last + 7", "DELETE FROM number_series"])
def test_a_series_that_was_moved_on_or_is_gone_is_found(world, as_user, series):
    log(as_user("grid"))
    tamper(series)
    assert [one.split(" ")[0] for one in what_does_not_hold(world.clock)] == ["number_series"]
