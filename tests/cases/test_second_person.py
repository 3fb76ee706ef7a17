"""What closes a petition or ends a case takes two people, and a statutory act on a petition takes the town's organ."""

from __future__ import annotations

import pytest

from caseapp.actions.cases import Act, case_for, decide, record
from caseapp.db import unit_of_work
from caseapp.domain.cases.queries import load_history
from caseapp.domain.cases.states import ROWS
from caseapp.domain.moves.queries import Ways, is_seated, why_not
from caseapp.domain.moves.queries.deciding import asked_for
from caseapp.kernel.errors import NotAllowed
from tests.cases.make import CALL, by_two, do, log, petition

pytestmark = pytest.mark.either_database

ORGAN = {
    "accept", "serve_notice", "reply", "redirect", "refuse", "transfer_out", "take_assignment", "object",
    "answer_objection", "report", "return_report", "ask_review", "file_review", "pass_request", "answer_request",
}  # fmt: skip
BY_TWO = {
    "withdraw": {"reason": "本人撤回"}, "terminate": {"advice": "可向法院起诉"}, "void": {"reason": "误录"},
    "refuse": {"ground": "rereviewed"},
}  # fmt: skip


def offered(ctx, number: str) -> set[str]:
    """The moves a page offers to somebody now."""
    case = case_for(ctx, number)
    ways, history = (
        Ways(is_seated(ctx, case), (), {one.action for one in asked_for(ctx, case)}),
        load_history(ctx.session, case, ctx.units),
    )
    return {row.action for row in ROWS if why_not(ctx, case, history, row.action, ways) is None}


def test_the_table_names_the_acts_of_the_organ():
    assert {row.action for row in ROWS if row.transition.organ} == ORGAN


@pytest.mark.parametrize("who", ["grid", "village", "liaison"])
def test_no_post_and_no_seat_of_a_village_does_what_the_organ_does_on_a_petition(as_user, who: str):
    number = log(as_user("office"), petition())
    for seat, holder in (("village", "village"), ("grid", "grid"), ("liaison", "liaison")):
        do(as_user("office"), number, "fill_seat", seat=seat, holder=holder)
    assert not offered(as_user(who), number) & ORGAN
    for action, data in {"serve_notice": {"notice": "accepted", "method": "微信"}, "accept": {"route": 6}}.items():
        with pytest.raises(NotAllowed), unit_of_work(as_user(who).session):
            record(as_user(who), Act(number, action, data))
    assert "accept" in offered(as_user("office"), number)


def test_a_village_still_accepts_the_dispute_it_mediates(as_user):
    number = log(as_user("village"))
    assert "accept" in offered(as_user("village"), number)


def test_a_village_seat_holder_does_not_close_the_petition_against_his_own_head_by_himself(as_user):
    """He served a notice by chat, recorded "withdrawn", and it counted as handled in time: now neither is his to do."""
    number = log(as_user("office"), petition(title="反映村主任占用机动地"))
    do(as_user("office"), number, "fill_seat", seat="village", holder="village")
    village = as_user("village")
    with pytest.raises(NotAllowed), unit_of_work(village.session):
        record(village, Act(number, "serve_notice", {"notice": "accepted", "method": "微信"}))
    for action in ("withdraw", "void"):
        with pytest.raises(NotAllowed), unit_of_work(village.session):
            record(village, Act(number, action, BY_TWO[action]))
    assert case_for(as_user("office"), number).standing == "open"


@pytest.mark.parametrize("action", sorted(BY_TWO))
def test_what_closes_a_case_is_asked_by_one_and_agreed_to_by_another(as_user, action: str):
    office = as_user("office")
    number = log(office) if action == "terminate" else log(office, petition())
    with pytest.raises(NotAllowed, match="second person"), unit_of_work(office.session):
        record(office, Act(number, action, BY_TWO[action]))
    with pytest.raises(NotAllowed), unit_of_work(office.session):
        by_two(office, office, number, action, **BY_TWO[action])
    assert case_for(office, number).standing == "open"
    with unit_of_work(office.session):
        decide(as_user("office2"), 1, approved=True, told=CALL | {"called_on": "2026-11-23"})
    assert case_for(office, number).standing != "open"
