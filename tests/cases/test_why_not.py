"""May this person make this move of this case now, and if not, why: what pages ask before they show a button."""

from __future__ import annotations

import pytest

from caseapp.actions.cases import Act, case_for, propose
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.queries import load_history
from caseapp.domain.cases.states import EVENT_OF, ROWS
from caseapp.domain.moves.queries import Ways, is_seated, why_not
from caseapp.domain.moves.queries.deciding import asked_for
from tests.cases.make import do, head, log, petition

pytestmark = pytest.mark.either_database


def asked(ctx, number: str, action: str) -> str:
    """Why not, in words; "" when they may."""
    case = case_for(ctx, number)
    ways = Ways(is_seated(ctx, case), (), {one.action for one in asked_for(ctx, case)})
    problem = why_not(ctx, case, load_history(ctx.session, case, ctx.units), action, ways)
    return str(problem or "")


def test_every_move_is_answered_in_every_state_that_a_case_reaches(as_user):
    number = log(as_user("office"), petition())
    for step in ({}, {"route": 6}, {"method": "mediation", "evidence": "协议"}):
        if step:
            do(as_user("office"), number, "accept" if "route" in step else "resolve", **step)
        answers = {action: asked(as_user("office"), number, action) for action in EVENT_OF}
        assert "" in answers.values()
        assert set(answers) == {row.action for row in ROWS}


@pytest.mark.parametrize(
    ("who", "action", "why"),
    [
        ("grid", "send_down", "no unit below"),
        ("grid", "escalate", ""),
        ("grid", "accept", "posts"),
        ("village", "reply", "not possible"),
        ("grid", "archive", "not possible"),
        ("grid", "extend", ""),
        ("auditor", "follow_up", "posts"),
        ("station", "rate", "rated once"),
    ],
)
def test_what_is_known_beforehand_of_a_fresh_dispute(as_user, who, action, why):
    number = log(as_user("grid"), head())
    found = asked(as_user(who), number, action)
    assert why in found
    assert bool(found) == bool(why)


def test_a_petition_is_accepted_once_and_replied_to_once_accepted(as_user):
    office = as_user("office")
    number = log(office, petition(unit="TH"))
    assert "accepted petition" in asked(office, number, "reply")
    assert "no unit above" in asked(office, number, "escalate")
    do(office, number, "accept", route=6)
    assert asked(office, number, "reply") == ""
    assert "accepted once" in asked(office, number, "accept")


def test_an_extension_is_not_asked_for_twice_at_once_nor_after_the_due_date(as_user, clock):
    number = log(as_user("grid"), head())
    with unit_of_work(db.session):
        propose(as_user("grid"), Act(number, "extend", {"to": "2026-12-30", "reason": "待鉴定"}))
    assert "waits for a second person" in asked(as_user("grid"), number, "extend")
    other = log(as_user("grid"), head(title="另一件"))
    clock.set(2026, 12, 24, 9, 0)
    assert "on or before the due date" in asked(as_user("grid"), other, "extend")


def test_who_resolved_a_case_is_not_offered_the_visit_that_confirms_it(as_user):
    number = log(as_user("grid"), head())
    do(as_user("grid"), number, "resolve", method="mediation", evidence="协议")
    assert "does not record the visit" in asked(as_user("grid"), number, "return_visit")
    assert asked(as_user("village"), number, "return_visit") == ""
