"""A thousand tamperings by somebody who may write the database: all found, with the anchor (in the suite a hundred)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from caseapp.actions.anchors import anchor_now
from caseapp.actions.context import Ctx
from caseapp.actions.verify_shadows import verify_all
from caseapp.db import db, unit_of_work
from caseapp.domain.access.actor import SYSTEM
from caseapp.domain.audit.anchor import from_text
from tests.audit.conftest import KEY
from tests.audit.tampering import Tampering, past_the_triggers, rebuild, shadow_of_all
from tests.sizes import many

TRIALS = many(100, 1000)


def seeds(count: int) -> range:
    """So many attacks: in the suite half of them on SQLite and the others on PostgreSQL."""
    return range(many(db.engine.dialect.name == "postgresql", 0), count, many(2, 1))  # type: ignore[arg-type]


def tampered(kind: str, seed: int, given) -> tuple[str, list[str], list[str]]:
    """Tamper in a transaction that is not kept: what was done; of history that was rewritten what is found without an
    anchor; and what is found with it."""
    session = db.session
    session.rollback()
    past_the_triggers(session)
    while True:
        attack = Tampering(session, seed)
        try:
            with session.begin_nested():
                told = getattr(attack, kind)()
            break
        except (sa.exc.IntegrityError, sa.exc.DataError, IndexError):  # the database itself refuses it: another one
            seed += 1_000_003
    ctx = Ctx(session, SYSTEM, given.clock)
    session.expire_all()
    alone: list[str] = []
    if kind == "rewritten":
        shadow_of_all(ctx)
        alone = [str(problem) for problem in verify_all(ctx, KEY).broken]
        session.expire_all()
    anchored = [str(problem) for problem in verify_all(ctx, KEY, given.anchors).broken]
    session.rollback()
    return told, alone, anchored


class Given:
    """The anchors that were kept elsewhere, and the clock."""

    def __init__(self, clock, *anchors) -> None:
        self.clock, self.anchors = clock, anchors


def test_what_nobody_touched_verifies_with_its_anchor_as_a_line_and_as_text(kept, system):
    for anchor in (kept, from_text(kept.text)):
        found = verify_all(system, KEY, [anchor])
        assert ([str(problem) for problem in found.broken], found.anchors) == ([], 2)


@pytest.mark.slow(seconds=60)
def test_a_change_a_forgery_a_swap_a_drop_or_a_cut_is_found(kept, system, tried):
    given = Given(system.clock, kept)
    missed = []
    for seed in seeds(TRIALS * 6 // 10):
        told, _alone, anchored = tampered("once", seed, given)
        missed += [] if anchored else [(seed, told)]
    assert missed == []
    tried(len(seeds(TRIALS * 6 // 10)))


@pytest.mark.slow(seconds=60)
def test_history_that_was_rewritten_with_all_its_digests_is_found_by_the_anchor_alone(kept, system, tried):
    given = Given(system.clock, from_text(kept.text))
    missed, unseen = [], 0
    for seed in seeds(TRIALS * 4 // 10):
        told, alone, anchored = tampered("rewritten", seed, given)
        missed += [] if anchored else [(seed, told)]
        unseen += not alone
    assert missed == []
    assert unseen > len(seeds(TRIALS * 4 // 10)) // 4, (
        "the attacks leave no broken chain: without an anchor they are not seen"
    )
    tried(len(seeds(TRIALS * 4 // 10)))


def test_an_anchor_that_was_taken_out_of_a_log_written_anew_is_missed_by_its_paper(kept, system):
    session = db.session
    session.rollback()
    past_the_triggers(session)
    session.execute(sa.text("DELETE FROM audit_entry WHERE action = 'anchored'"))
    rebuild(session)
    told = [str(one) for one in verify_all(system, KEY, [from_text(kept.text)]).broken]
    session.rollback()
    assert any("is not in the log" in one for one in told)


def test_an_anchor_on_paper_does_not_hold_without_the_key(kept, system):
    """Whoever may write the database may write what the log says of an anchor too; only its mark they cannot make."""
    told = [str(one) for one in verify_all(system, "", [from_text(kept.text)]).broken]
    assert len(told) == 2
    assert all("cannot be checked without the key" in one for one in told)


def test_an_anchor_of_another_key_is_named(kept, system):
    forged = Ctx(db.session, SYSTEM, system.clock)
    with unit_of_work(db.session):
        other = anchor_now(forged, "another key")
    told = [str(problem) for problem in verify_all(system, KEY, [other]).broken]
    assert len(told) == 1
    assert "mark" in told[0]
