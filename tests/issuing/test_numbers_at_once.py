"""Many who issue letters at one moment get numbers without a gap, also when some of them are refused in the middle."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from typing import Any

from caseapp.actions.imports import import_cases
from caseapp.actions.issuing import issue_letter
from caseapp.actions.settings import set_at_first
from caseapp.db import db, unit_of_work, waiting_at_most
from caseapp.domain.cases.models import Case
from caseapp.domain.issuing.models import Letter
from caseapp.kernel.errors import RuleViolation
from tests.issuing.make import ACCEPTANCE, OFFICE
from tests.sizes import many

PEOPLE, EACH = many((4, 3), (20, 50))
REFUSED_EVERY = 4
HISTORY = {
    "track": "petition", "petition_class": "appeal", "unit": "TH",
    "parties": [{"role": "petitioner", "name": "李乙二"}],
    "events": [{"kind": "registered", "at": "2026-11-20T09:00:00+08:00", "by": "office"}],
}  # fmt: skip


def signed_off(ctx: Any, case: Case, nth: int) -> Letter:
    """A letter that is signed off; of every fourth what is written says a way that no case is accepted in."""
    route = "9" if nth % REFUSED_EVERY == 0 else "6"
    written = str({**ACCEPTANCE, "route": route, "remark": ""}).replace("'", '"')
    at = ctx.now - timedelta(hours=1)
    return Letter(
        case_id=case.id, kind="acceptance", state="signed", written=written, writers=["office2"],
        drafted_by="office2", drafted_at=at, checked_by="leader", checked_at=at, signed_by="leader", signed_at=at,
    )  # fmt: skip


def test_numbers_have_no_gap_when_many_issue_at_once(world, as_user, system, tried):
    office, nth = as_user("office"), count()
    with unit_of_work(db.session):
        told = ({**HISTORY, "title": f"低保待遇核定{one}"} for one in range(PEOPLE * EACH))
        assert import_cases(system, enumerate(told, start=1)).refused == []
    with unit_of_work(db.session) as session:
        for key, value in OFFICE.items():
            set_at_first(office, key, value)
        letters = [signed_off(office, case, next(nth)) for case in session.query(Case).order_by(Case.id)]
        session.add_all(letters)
        session.flush()
        ids = [letter.id for letter in letters]
    db.session.remove()
    db.engine.pool._max_overflow = PEOPLE  # each of them has a connection, as a server gives it to each of its threads

    def issue(place: int) -> int:
        done = 0
        with world.app.app_context(), waiting_at_most(60):
            for key in ids[place::PEOPLE]:
                try:
                    with unit_of_work(db.session):
                        issue_letter(as_user("office"), key)
                    done += 1
                except RuleViolation:
                    pass
            db.session.remove()
        return done

    with ThreadPoolExecutor(PEOPLE) as pool:
        done = sum(pool.map(issue, range(PEOPLE)))
    expected = PEOPLE * EACH - -(-PEOPLE * EACH // REFUSED_EVERY)
    assert done == expected
    numbers = {number for (number,) in db.session.query(Letter.number).filter(Letter.number.is_not(None))}
    assert numbers == {f"太信受〔2026〕{one}号" for one in range(1, expected + 1)}
    tried(done)
