"""Working on a case: who may, what it leaves behind, two at once, second persons."""

from __future__ import annotations

import pytest

from caseapp.actions.cases import Act, decide, propose, record
from caseapp.db import unit_of_work
from caseapp.domain.cases.history import History
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.cases.queries import load_history
from caseapp.kernel.errors import Conflict, NotAllowed, OutOfScope, RuleViolation
from tests.cases.make import do, head, log, moment, petition

pytestmark = pytest.mark.either_database


def the_case(ctx, number: str) -> Case:
    ctx.session.expire_all()
    return ctx.session.query(Case).filter_by(number=number).one()


def test_a_case_goes_its_whole_way_with_one_event_each(as_user, clock):
    grid, village, office = as_user("grid"), as_user("village"), as_user("office")
    number = log(grid)
    do(grid, number, "follow_up", method="visit", note="到现场看了水沟")
    do(grid, number, "escalate", to="TH-SH", reason="组里谈不拢")
    do(village, number, "mediate", result="agreed")
    do(village, number, "resolve", method="mediation", evidence="调解协议书")
    assert the_case(grid, number).standing == "resolved"
    clock.pass_by(days=7)
    do(grid, number, "return_visit", result="fulfilled")
    do(grid, number, "return_visit", result="refused")
    do(office, number, "archive")
    case = the_case(grid, number)
    assert (case.state, case.verified, case.archived, case.tier, case.length) == ("resolved", True, True, "village", 8)


def test_who_recorded_the_resolution_cannot_confirm_it(as_user):
    grid = as_user("grid")
    number = log(grid)
    do(grid, number, "resolve", method="mediation", evidence="协议")
    with pytest.raises(RuleViolation):
        do(grid, number, "return_visit", result="fulfilled")
    assert the_case(grid, number).verified is False


def test_a_case_sent_up_is_no_longer_the_groups_to_resolve(as_user):
    grid = as_user("grid")
    number = log(grid)
    do(grid, number, "escalate", to="TH-SH", reason="难")
    with pytest.raises(NotAllowed):
        do(grid, number, "resolve", method="mediation", evidence="协议")
    do(grid, number, "follow_up", method="visit", note="仍可跟进")


def test_the_second_of_two_people_is_told_that_the_case_moved(as_user):
    grid, village = as_user("grid"), as_user("village")
    number = log(grid)
    do(grid, number, "follow_up", method="visit", note="先到一步")
    with pytest.raises(Conflict), unit_of_work(village.session):
        record(village, Act(number, "follow_up", {"method": "phone", "note": "后到"}, length=1))


def test_somebody_out_of_scope_gets_no_case_at_all(as_user):
    number = log(as_user("grid"))
    for who in ("grid2", "village2", "outsider", "admin", "discipline"):
        with pytest.raises(OutOfScope):
            do(as_user(who), number, "follow_up", method="visit", note="x")
    with pytest.raises(NotAllowed):
        do(as_user("auditor"), number, "follow_up", method="visit", note="x")


def test_a_late_entry_is_put_in_its_place_and_the_whole_history_checked_again(as_user, clock):
    grid = as_user("grid")
    number = log(grid, at=moment(2026, 11, 20, 9))
    do(grid, number, "resolve", method="mediation", evidence="协议", at=moment(2026, 11, 22, 9))
    do(grid, number, "mediate", result="agreed", at=moment(2026, 11, 21, 9))
    history: History = load_history(grid.session, the_case(grid, number), grid.units)
    assert [event.kind for event in history.events] == ["registered", "mediated", "resolved"]
    with pytest.raises(RuleViolation):
        do(grid, number, "mediate", result="failed", at=moment(2026, 11, 22, 10))


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("extend", {"to": "2026-12-30", "reason": "案情复杂"}),
        ("void", {"reason": "误录"}),
        ("refuse", {"ground": "litigation"}),
    ],
)
def test_what_needs_a_second_person_waits_for_one(as_user, action, data):
    office, leader = as_user("office"), as_user("leader")
    number = log(office, petition(unit="TH-SH"), at=moment(2026, 10, 1, 9))
    with pytest.raises(NotAllowed):
        do(office, number, action, **data)
    with unit_of_work(office.session):
        asked = propose(office, Act(number, action, data)).id
    before = the_case(office, number).length
    with pytest.raises(NotAllowed), unit_of_work(office.session):
        decide(office, asked, approved=True)
    with pytest.raises(NotAllowed), unit_of_work(office.session):
        decide(as_user("village"), asked, approved=True)
    with unit_of_work(leader.session):
        decide(leader, asked, approved=True)
    case = the_case(office, number)
    last = load_history(office.session, case, office.units).events[-1]
    assert case.length == before + 1
    assert (last.by, last.data["approved_by"]) == ("office", "leader")


def test_what_is_not_approved_changes_nothing(as_user):
    office, leader = as_user("office"), as_user("leader")
    number = log(office, petition())
    with unit_of_work(office.session):
        asked = propose(office, Act(number, "void", {"reason": "误录"})).id
    with unit_of_work(leader.session):
        decide(leader, asked, approved=False, remark="不是误录")
    case = the_case(office, number)
    assert (case.state, case.length) == ("registered", 1)
    with pytest.raises(Conflict), unit_of_work(leader.session):
        decide(leader, asked, approved=True)


def test_a_case_is_merged_only_into_one_the_asker_sees(as_user):
    number = log(as_user("grid"))
    other = log(as_user("grid2"), head(unit="TH-DS-01"))
    grid = as_user("grid")
    with pytest.raises(RuleViolation), unit_of_work(grid.session):
        propose(grid, Act(number, "merge", {"into": other}))


def test_the_shadow_can_be_rebuilt_from_the_events(as_user, clock):
    from caseapp.actions.shadow import cast_shadow

    grid, village = as_user("grid"), as_user("village")
    number = log(grid)
    do(grid, number, "follow_up", method="visit", note="一")
    do(grid, number, "escalate", to="TH-SH", reason="难")
    do(village, number, "resolve", method="mediation", evidence="协议")
    case = the_case(grid, number)
    columns = [column.key for column in Case.__table__.columns]
    before = {key: getattr(case, key) for key in columns}
    with unit_of_work(grid.session):
        case = the_case(grid, number)
        case.state, case.standing, case.tier, case.title = "registered", "open", "town", "变了"
        cast_shadow(grid, case, load_history(grid.session, case, grid.units))
    case = the_case(grid, number)
    assert {key: getattr(case, key) for key in columns} == before
    assert grid.session.query(CaseEvent).count() == 4
