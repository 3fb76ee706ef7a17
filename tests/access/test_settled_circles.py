"""Who is out of a case is settled when the naming holds, by the posts and deputies of that moment, and put on record: no
later act of one person takes a case from anybody's sight. The first tests are attacks that were possible once."""

from __future__ import annotations

from typing import Any

import pytest

from caseapp.actions.account_acts import AskedAct, decide_act, do_or_ask
from caseapp.actions.accounts import add_post, add_user
from caseapp.actions.accusations import take_as_accusation
from caseapp.actions.cases import Act, RegisterCase, decide, propose, register
from caseapp.actions.recasting import settle_if_marked
from caseapp.actions.teams import fill_seat, set_standing_team
from caseapp.actions.verify_shadows import verify_all
from caseapp.db import db, unit_of_work
from caseapp.domain.access.models import CaseAccess
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import find_case
from caseapp.domain.notices.models import Notice
from caseapp.domain.org.models import SETTLED_ANEW, Mark
from caseapp.domain.people.models import AccountAct
from caseapp.domain.verification.queries import entry_seen
from caseapp.kernel.errors import RuleViolation
from tests.audit.test_verify import tamper
from tests.cases.make import log, name, petition
from tests.conftest import CAST, PASSWORD, TEAM

pytestmark = pytest.mark.either_database

FORM = {f"{seat}-holder": holder for seat, (holder, _none) in TEAM.items()}


def against(*about: str, **values: Any):
    return petition(about=about, **values)


def accusation(*about: str, **values: Any):
    return petition(petition_class="accusation", category="other", about=about, **values)


def seers(as_user, number) -> set[str]:
    """Who of the cast finds a case."""
    return {who for who in CAST if find_case(db.session, as_user(who).actor, number) is not None}


def settled(number) -> list[dict[str, Any]]:
    """What the log says of who is out of a case, entry by entry."""
    rows = db.session.query(AuditEntry).filter_by(action="circle_settled", subject=number).order_by(AuditEntry.seq)
    return [row.detail["out"] for row in rows]


def told() -> set[str]:
    return {row.recipient for row in db.session.query(Notice).filter_by(kind="circle")}


def set_team(ctx, **seats):
    with unit_of_work(db.session):
        set_standing_team(ctx, "TH-SH", TEAM | seats)


@pytest.mark.parametrize("who", ["office2", "leader", "station", "auditor"])
def test_a_clerk_shuts_nobody_out_by_making_them_deputy_of_the_accused(as_user, browse, who):
    """Attack: put a reader of the case beside the accused into a standing team, or a seat, and take it back."""
    number = log(as_user("office"), against("village"))
    before = seers(as_user, number)
    office = browse("office")
    for seat in ("lead", "village"):
        sent = FORM | {"village-holder": "", f"{seat}-holder": "village", f"{seat}-deputy": who}
        assert office.post("/teams/TH-SH", data=sent).status_code == 422
    with pytest.raises(RuleViolation, match="no post that this is for"), unit_of_work(db.session):
        fill_seat(as_user("office"), log(as_user("grid")), "village", ("village", who), "")
    assert seers(as_user, number) == before


def test_a_team_that_fits_bars_nobody_either_and_stands_in_the_log_with_its_people(as_user):
    number = log(as_user("office"), against("village", unit="TH-DS-01"))
    before = seers(as_user, number)
    assert "village2" in before
    set_team(as_user("office"), village=("village", "village2"))
    assert seers(as_user, number) == before
    entry = db.session.query(AuditEntry).filter_by(action="standing_team_set", actor="office").one()
    assert entry.detail["team"]["village"] == ["village", "village2"]


def test_an_accusation_does_not_become_one_clerks_own(as_user):
    """Attack: make the other readers deputies of the accused, and be the only reader left."""
    number = log(as_user("grid"), accusation("village"))
    for who in ("office2", "discipline"):
        with pytest.raises(RuleViolation):
            set_team(as_user("office"), village=("village", who))
    assert seers(as_user, number) == {"office", "office2", "discipline"}


def test_an_administrator_bars_no_desk_by_giving_the_accused_a_post_there(as_user):
    """Attack: the accused becomes a station official for a moment, and no station reads the case any more. Neither by
    one person, nor when a second one agrees to the post."""
    number = log(as_user("office"), against("village"))
    before = seers(as_user, number)
    with unit_of_work(db.session):
        assert do_or_ask(as_user("admin"), AskedAct("post", "village", "station", "TH")).act.state == "waiting"
        assert do_or_ask(as_user("admin"), AskedAct("post", "village", "village", "TH-DS")).act.state == "done"
    with unit_of_work(db.session):
        decide_act(as_user("leader"), db.session.query(AccountAct).filter_by(role="station").one().id, agreed=True)
    assert seers(as_user, number) == before
    assert settled(number) == [{"village": {"people": ["village"], "units": ["TH-SH"]}}]


def test_the_readers_are_told_and_two_of_them_look_anew(as_user):
    number = log(as_user("office"), against("village", unit="TH-DS-01"))
    set_team(as_user("office"), village=("village", "village2"))
    assert told() == {"office2", "leader"}  # not who did it
    with unit_of_work(db.session):
        data = {"field": "about", "to": ["village"], "reason": "副职有变"}
        asked = propose(as_user("office2"), Act(number, "name_accused", data)).id
    assert "village2" in seers(as_user, number)
    with unit_of_work(db.session):
        decide(as_user("leader"), asked, approved=True)
    assert "village2" not in seers(as_user, number)
    assert settled(number)[-1] == {"village": {"people": ["village", "village2"], "units": ["TH-SH"]}}
    set_team(as_user("office"))
    assert "village2" not in seers(as_user, number)  # what was settled stays


def test_of_an_accusation_its_desk_is_told_and_nobody_else(as_user):
    log(as_user("grid2"), accusation("village", unit="TH-DS-01"))
    with unit_of_work(db.session):
        do_or_ask(as_user("admin"), AskedAct("post", "village", "grid", "TH-DS-01"))
    assert told() == {"office", "office2", "discipline"}


def test_nobody_is_told_when_nothing_would_change(as_user):
    log(as_user("office"), against("village"))
    set_team(as_user("office"), grid=("grid", "grid2"))
    with unit_of_work(db.session):
        do_or_ask(as_user("admin"), AskedAct("post", "grid", "grid", "TH-SH-02"))
    assert told() == set()


def test_every_naming_leaves_whom_it_bars_and_because_of_whom_in_the_log(as_user):
    number = log(as_user("office"), against("station", "会计@TH-SH"))
    assert settled(number) == [
        {"station": {"people": ["station"], "roles": ["station@TH"]}, "会计@TH-SH": {"units": ["TH-SH"]}}
    ]
    name(as_user("office"), as_user("leader"), number, "TH-DS")
    name(as_user("office"), as_user("leader"), number)
    assert settled(number)[1:] == [{"TH-DS": {"units": ["TH-DS"]}}, {}]
    assert settled(log(as_user("office"))) == []


def test_the_entry_is_shown_to_who_reads_the_log_and_the_case_and_to_nobody_else(as_user, browse):
    sealed = log(as_user("grid"), accusation("village"))
    about_the_auditor = log(as_user("office"), against("auditor"))
    plain = log(as_user("office"), against("village"))

    def shown(number):
        query = db.session.query(AuditEntry).filter(AuditEntry.subject == number)
        return {who for who in CAST if query.filter(entry_seen(as_user(who).actor)).count()}

    assert shown(sealed) == {"office", "office2", "discipline"}
    assert shown(about_the_auditor) == set()
    assert shown(plain) == {"auditor"}
    page = browse("auditor").get("/audit?act=circle_settled").text
    assert plain in page
    assert sealed not in page


@pytest.mark.parametrize("attack", ["added", "because of nobody", "taken away", "turned", "let in"])
def test_verifying_finds_a_bar_too_many_and_one_too_few(as_user, system, attack):
    number = log(as_user("office"), against("village"))
    assert verify_all(system).broken == []
    case = db.session.query(Case).filter_by(number=number).one()
    of_units = db.session.query(CaseAccess).filter_by(case_id=case.id, barred=True, username=None)
    with unit_of_work(db.session):
        if attack == "taken away":
            of_units.delete()
        elif attack == "turned":
            of_units.update({"unit_id": system.units.id_of["TH-DS"]})
        else:
            because = {"added": "village"}.get(attack)
            db.session.add(
                CaseAccess(case_id=case.id, username="leader", barred=attack != "let in", because=because)
            )  # fmt: skip
    assert [problem.params["name"] for problem in verify_all(system).broken] == [number]


def test_what_was_taken_back_is_not_on_record(as_user):
    with pytest.raises(RuleViolation), unit_of_work(db.session):
        register(as_user("office"), RegisterCase(against("village"), "taken-back"))
        raise RuleViolation("", "taken back")
    with unit_of_work(db.session):
        db.session.query(Case).count()
    assert db.session.query(AuditEntry).filter_by(action="circle_settled").count() == 0


def test_bars_of_before_are_put_on_record_once_as_they_stand(as_user, system):
    number, plain = log(as_user("office"), against("village")), log(as_user("office"))
    tamper("DELETE FROM audit_entry WHERE action = 'circle_settled'")
    case = db.session.query(Case).filter_by(number=number).one()
    with unit_of_work(db.session):
        db.session.add(CaseAccess(case_id=case.id, username="leader", barred=True, because="village"))
        db.session.add(Mark(name=SETTLED_ANEW, value="1"))
    with unit_of_work(db.session):
        assert settle_if_marked(system) == 1
    with unit_of_work(db.session):
        assert settle_if_marked(system) == 0
    assert settled(number) == [{"village": {"people": ["leader", "village"], "units": ["TH-SH"]}}]
    assert settled(plain) == []


def test_taking_a_case_as_an_accusation_lets_nobody_in_again(as_user, system):
    """One person of the desk does it, after another one changed the team."""
    set_team(system, village=("village", "village2"))
    number = log(as_user("office"), against("village"))
    set_team(system)
    with unit_of_work(db.session):
        taken = take_as_accusation(as_user("office"), number).number
    assert settled(taken) == settled(number) == [{"village": {"people": ["village", "village2"], "units": ["TH-SH"]}}]
    assert verify_all(system).broken == []


def test_who_comes_to_a_barred_unit_later_is_of_it(as_user, system):
    number = log(as_user("office"), against("village"))
    with unit_of_work(db.session):
        add_post(system, add_user(system, "later", "村干部新", PASSWORD), "village", "TH-SH")
    assert find_case(db.session, as_user("later").actor, number) is None
