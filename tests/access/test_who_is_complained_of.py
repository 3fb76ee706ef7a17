"""Attacks on who may read what complains of them: each was possible once."""

from __future__ import annotations

import pytest

from caseapp.actions.accounts import add_post, add_user, end_post
from caseapp.actions.cases import Act, record
from caseapp.actions.interests import declare_interest, undo
from caseapp.actions.recasting import rebar_if_marked
from caseapp.actions.teams import set_standing_team
from caseapp.db import db, unit_of_work
from caseapp.domain.access.models import CaseAccess
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import find_case
from caseapp.domain.org.models import BARRED_ANEW, Mark
from caseapp.domain.people.queries import user_named
from caseapp.domain.receipts.queries import visitors_for
from caseapp.kernel.errors import RuleViolation
from tests.cases.make import log, petition
from tests.conftest import CAST, PASSWORD

pytestmark = pytest.mark.either_database


def seers(as_user, number) -> set[str]:
    """Who of the cast finds a case."""
    return {name for name in CAST if find_case(db.session, as_user(name).actor, number) is not None}


@pytest.fixture
def colleague(system):
    """Another cadre of the first village, and another official of the station."""
    with unit_of_work(system.session):
        add_post(system, add_user(system, "village3", "村干部丙", PASSWORD), "village", "TH-SH")
        add_post(system, add_user(system, "station2", "司法所乙", PASSWORD), "station", "TH")


def sees(as_user, name, number) -> bool:
    return find_case(db.session, as_user(name).actor, number) is not None


def test_the_colleague_of_a_village_head_does_not_read_the_petition_against_him(as_user, colleague):
    number = log(as_user("office"), petition(about=("village",)))
    assert not sees(as_user, "village3", number)
    assert seers(as_user, number) == {"office", "office2", "leader", "station", "auditor"}


def test_nor_does_who_shares_the_desk_of_an_official_of_the_town(as_user, colleague):
    number = log(as_user("office"), petition(about=("station",)))
    assert not sees(as_user, "station2", number)
    assert sees(as_user, "leader", number)


def test_nor_does_his_deputy_in_another_village(as_user, system):
    with unit_of_work(system.session):
        set_standing_team(system, "TH-SH", {"village": ("village", "village2")})
    number = log(as_user("office"), petition(unit="TH-DS-01", about=("village",)))
    assert not sees(as_user, "village2", number)
    assert sees(as_user, "grid2", number)
    with unit_of_work(system.session):
        set_standing_team(system, "TH-SH", {"village": ("village", None)})
    assert not sees(as_user, "village2", number)  # another deputy does not let the one of the naming in


def test_a_person_without_an_account_is_named_by_role_and_unit(as_user):
    number = log(as_user("office"), petition(about=("会计@TH-SH",)))
    assert seers(as_user, number) == {"office", "office2", "leader", "station", "auditor"}
    with pytest.raises(RuleViolation), unit_of_work(db.session):
        record(as_user("office"), Act(number, "send_down", {"to": "TH-SH-02", "requirement": "办理"}))


def test_an_ended_post_leaves_its_unit_in_the_circle(as_user, system):
    number = log(as_user("office"), petition(unit="TH-SH-01", about=("grid",)))
    admin, user = as_user("admin"), user_named(db.session, "grid")
    with unit_of_work(db.session):
        end_post(admin, "grid", user.posts[0].id)
        add_post(system, add_user(system, "grid3", "网格员丙", PASSWORD), "grid", "TH-SH-01")
    assert not sees(as_user, "grid3", number)  # who comes later is of that unit too
    other = log(as_user("office"), petition(unit="TH-SH-01", about=("village2",)))
    assert sees(as_user, "grid3", other)


def test_a_case_is_not_sent_to_the_unit_of_the_official_it_complains_of(as_user):
    number = log(as_user("office"), petition(unit="TH-DS-01", about=("village2",)))
    with pytest.raises(RuleViolation), unit_of_work(db.session):
        record(as_user("office"), Act(number, "send_down", {"to": "TH-DS-01", "requirement": "办理"}))
    with unit_of_work(db.session):
        record(as_user("office"), Act(number, "send_down", {"to": "TH-SH", "requirement": "办理"}))


def test_a_return_visit_goes_to_somebody_outside_the_circle(as_user, system):
    number = log(as_user("office"), petition(about=("TH-SH",)))
    case = db.session.query(Case).filter_by(number=number).one()
    found = visitors_for(db.session, system.units, case, frozenset(), system.today)
    assert found
    assert not {"village", "grid", "liaison"} & set(found)


def test_who_was_out_by_an_interest_and_who_took_it_back_stays_on_the_page_of_the_case(as_user, browse):
    number = log(as_user("office"))
    with unit_of_work(db.session):
        declare_interest(as_user("station"), number, "亲属")
    for who in ("leader", "office2"):
        with unit_of_work(db.session):
            undo(as_user(who), 1)
    page = browse("auditor").get(f"/cases/{number}").text
    assert "司法所甲" in page
    assert "leader、office2" in page
    told = {row.action for row in db.session.query(AuditEntry).filter(AuditEntry.action.like("interest%"))}
    assert told == {"interest_declared", "interest_undo_asked", "interest_undone"}


def test_the_circles_of_cases_from_before_are_worked_out_once(as_user, system):
    number = log(as_user("office"), petition(about=("village",)))
    with unit_of_work(db.session):
        db.session.query(CaseAccess).filter(CaseAccess.barred, CaseAccess.unit_id.is_not(None)).delete()
        db.session.query(CaseAccess).filter(CaseAccess.barred).update({"because": None})
        db.session.add(Mark(name=BARRED_ANEW, value="1"))
    assert sees(as_user, "grid", number)
    with unit_of_work(db.session):
        assert rebar_if_marked(system) == 1
        assert rebar_if_marked(system) == 0
    assert not sees(as_user, "grid", number)
