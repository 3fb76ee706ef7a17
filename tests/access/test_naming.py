"""Naming or clearing who is complained of takes two people, neither of whom is named. Each test is an attack."""

from __future__ import annotations

import pytest

from caseapp.actions.accounts import add_post, add_user
from caseapp.actions.cases import Act, decide, propose, record
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case, CaseEvent, Proposal
from caseapp.domain.cases.queries import find_case
from caseapp.domain.notices.models import Notice
from caseapp.kernel.errors import NotAllowed, OutOfScope, RuleViolation
from caseapp.web.entrance import word_of
from tests.audit.holds import the_record_holds  # noqa: F401
from tests.cases.make import do, log, name, petition
from tests.conftest import CAST, PASSWORD

pytestmark = pytest.mark.either_database


def ask(ctx, number, *about):
    with unit_of_work(ctx.session):
        data = {"field": "about", "to": list(about), "reason": "来访人反映"}
        return propose(ctx, Act(number, "name_accused", data)).id


def agree(ctx, asked):
    with unit_of_work(ctx.session):
        decide(ctx, asked, approved=True)


def sees(as_user, who, number) -> bool:
    return find_case(db.session, as_user(who).actor, number) is not None


def test_nobody_names_or_clears_anybody_alone(as_user):
    number = log(as_user("grid"))
    for data in ({"field": "about", "to": ["TH-SH"], "reason": "x"}, {"field": "about", "to": [], "reason": "x"}):
        for action in ("amend", "name_accused"):
            with pytest.raises(NotAllowed), unit_of_work(db.session):
                record(as_user("grid"), Act(number, action, data))
    asked = ask(as_user("grid"), number, "TH-SH")
    with pytest.raises(NotAllowed):
        agree(as_user("grid"), asked)
    assert db.session.query(Case).one().tier == "group"


def test_another_amendment_does_not_pass_for_a_naming(as_user):
    number = log(as_user("grid"))
    with pytest.raises(NotAllowed), unit_of_work(db.session):
        propose(as_user("grid"), Act(number, "name_accused", {"field": "risk", "to": "red", "reason": "x"}))


def test_a_grid_official_who_names_every_official_hides_nothing(as_user, system):
    with unit_of_work(db.session):
        for nth in range(80):
            add_post(system, add_user(system, f"extra{nth}", f"干部{nth}", PASSWORD), "village", "TH-DS")
    number = log(as_user("grid"))
    everybody = [who for who in CAST if who != "grid"] + [f"extra{nth}" for nth in range(80)]
    with pytest.raises(RuleViolation, match="nobody would be left"):
        ask(as_user("grid"), number, *everybody)
    db.session.rollback()
    assert all(sees(as_user, who, number) for who in ("village", "office", "leader", "station", "auditor"))
    ask(as_user("station"), number, "TH-SH")  # it waited for nobody, and nobody could ask for another naming


def test_while_it_waits_everybody_sees_the_case_and_it_stays_where_it_is(as_user):
    number = log(as_user("grid"))
    ask(as_user("office"), number, "TH-SH")
    assert sees(as_user, "village", number)
    assert db.session.query(Case).one().tier == "group"


def test_approved_it_holds_at_once_and_both_are_on_record(as_user):
    number = log(as_user("grid"))
    agree(as_user("leader"), ask(as_user("office"), number, "TH-SH"))
    assert not sees(as_user, "village", number)
    event = db.session.query(CaseEvent).filter_by(kind="amended").one()
    assert (event.by, event.facts["approved_by"], event.facts["to"]) == ("office", "leader", ["TH-SH"])


@pytest.mark.parametrize("about", [("office2",), ("leader", "TH-DS")])
def test_the_one_named_does_not_approve_nor_ask(as_user, about):
    number = log(as_user("grid"))
    asked = ask(as_user("office"), number, *about)
    with pytest.raises(NotAllowed):
        agree(as_user(about[0]), asked)
    with pytest.raises(NotAllowed):
        ask(as_user(about[0]), log(as_user("grid")), *about)


def test_nor_does_who_would_be_in_the_circle(as_user):
    """office2 shares the desk of who is named; the leader does not."""
    number = log(as_user("village2"), petition(unit="TH-DS-01"))
    asked = ask(as_user("village2"), number, "office")
    with pytest.raises(NotAllowed):
        agree(as_user("office2"), asked)
    agree(as_user("leader"), asked)


def test_clearing_is_decided_outside_the_circle_of_the_old_names_too(as_user, system):
    with unit_of_work(db.session):
        double = add_user(system, "double", "双岗干部", PASSWORD)
        add_post(system, double, "office", "TH")
        add_post(system, double, "village", "TH-SH")
    number = log(as_user("office"), petition(about=("TH-SH",)))
    asked = ask(as_user("office"), number)
    with pytest.raises(OutOfScope):
        agree(as_user("double"), asked)
    agree(as_user("leader"), asked)
    assert sees(as_user, "village", number)


def test_a_leader_named_is_decided_by_who_is_not_named_and_then_gone_for_the_whole_town(as_user):
    number = log(as_user("grid"))
    agree(as_user("office2"), ask(as_user("office"), number, "leader"))
    assert not any(sees(as_user, who, number) for who in CAST)


def test_when_who_asks_is_the_only_one_outside_the_circle_who_is_not_named_decides(as_user):
    """The town has one leader; the desk of who is named is the whole petition office."""
    number = log(as_user("grid"))
    asked = ask(as_user("leader"), number, "office")
    with pytest.raises(NotAllowed):
        agree(as_user("office"), asked)
    agree(as_user("office2"), asked)
    assert sees(as_user, "leader", number)
    assert not sees(as_user, "office2", number)


def test_the_page_says_whom_it_would_bar_and_offers_the_decision_to_who_may_decide(as_user, browse):
    number = log(as_user("village2"), petition(unit="TH-DS-01"))
    client = browse("village2")
    assert client.get(f"/amend/about/{number}").status_code == 200
    sent = {"to": ["office"], "in_words": "会计", "of_unit": "TH-SH", "reason": "来访人反映", "length": "1"}
    assert client.post(f"/amend/about/{number}", data=sent).status_code == 302
    assert db.session.query(Proposal).one().data["to"] == ["office", "会计@TH-SH"]
    clients = browse("leader"), browse("office")
    for path in ("/", f"/cases/{number}"):
        leader, office = (one.get(path).text for one in clients)
        assert "会计" in leader
        assert "双合村" in leader
        assert 'value="approve"' in leader
        assert "会计" not in office
        assert 'value="approve"' not in office
    told = {row.recipient for row in db.session.query(Notice).filter_by(kind="asked")}
    assert told == {"leader"}


def test_somebody_in_words_needs_their_unit_and_what_was_typed_stays(as_user, browse):
    number = log(as_user("office"))
    sent = {"in_words": "村会计", "of_unit": "", "reason": "来访人反映", "length": "1"}
    answer = browse("office").post(f"/amend/about/{number}", data=sent)
    assert answer.status_code == 422
    assert "村会计" in answer.text
    assert db.session.query(Proposal).count() == 0


def test_a_case_that_a_decision_takes_from_who_decided_leads_elsewhere(as_user, browse):
    """To the sheet that goes outside with it, since nobody here reads it again."""
    number = log(as_user("office"))
    asked = ask(as_user("office"), number, "leader")
    answer = browse("office2").post(f"/decide/{word_of(asked)}", data={"decision": "approve"})
    assert answer.status_code == 302
    assert answer.location.startswith("/outside/sheet/")


def test_it_can_be_amended_back_by_two_others(as_user):
    number = log(as_user("grid"))
    name(as_user("office"), as_user("leader"), number, "TH-SH")
    name(as_user("office"), as_user("leader"), number)
    do(as_user("village"), number, "follow_up", method="visit", note="到场")
