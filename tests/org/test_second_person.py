"""Moving, merging or closing a unit: one person asks, another decides, who sees the same; renaming and opening hold at
once."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest
import sqlalchemy as sa

from caseapp.actions.accounts import add_post
from caseapp.actions.unit_changes import change_unit
from caseapp.actions.unit_requests import (
    ask_for_change,
    decide_change,
    look_at,
    request_for,
    requests_shown,
    withdraw_change,
)
from caseapp.db import db, unit_of_work
from caseapp.domain.access.models import CaseAccess
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.cases.models import Case
from caseapp.domain.notices.models import Notice
from caseapp.domain.org.chronicle import Change
from caseapp.domain.org.models import UnitRequest
from caseapp.domain.org.queries import load_units
from caseapp.domain.people.queries import user_named
from caseapp.kernel.errors import Conflict, NotAllowed, OutOfScope, RuleViolation
from caseapp.web.entrance import word_of
from tests.cases.make import do, head, log
from tests.cli.terminal import contents

pytestmark = pytest.mark.either_database

DAY = date(2026, 11, 23)
MERGE = Change("TH-DS", "merged", DAY, {"into": "TH-SH"}, reason="合村并居")
SECOND = (
    MERGE,
    Change("TH-DS-01", "closed", DAY, reason="撤组"),
    Change("TH-SH-02", "moved", DAY, {"parent": "TH-DS"}, reason="划归"),
)
TREE = ("unit", "unit_change", "post", "standing_seat", "case_file")


def asked(ctx, change: Change = MERGE) -> int:
    with unit_of_work(db.session):
        return ask_for_change(ctx, change).id


def looked(ctx, key: int) -> str:
    return look_at(ctx, request_for(ctx, key))[2]


def decide(ctx, key: int, *, approved: bool = True, sign: str | None = None) -> None:
    with unit_of_work(db.session):
        decide_change(ctx, key, approved=approved, looked=looked(ctx, key) if sign is None else sign)


@pytest.mark.parametrize("change", SECOND, ids=lambda change: change.kind)
def test_one_person_alone_moves_merges_and_closes_nothing(as_user, change):
    before = contents()
    with pytest.raises(NotAllowed, match="second person"):
        change_unit(as_user("office"), change)
    key = asked(as_user("office"), change)
    after = contents()
    assert [name for name in TREE if after[name] != before[name]] == []
    with pytest.raises(NotAllowed, match="asked for themselves"):
        decide(as_user("office"), key)
    with pytest.raises(NotAllowed):
        decide(as_user("village"), key, sign="")
    with pytest.raises(OutOfScope):
        decide(as_user("outsider"), key, sign="")


@pytest.mark.parametrize("second", ["office2", "leader"])
def test_another_of_the_office_or_a_leader_decides_and_both_are_on_record(as_user, second):
    key = asked(as_user("office"))
    assert sorted(row.recipient for row in db.session.query(Notice).filter_by(kind="unit_asked")) == [
        "leader",
        "office2",
    ]
    decide(as_user(second), key)
    units = load_units(db.session)
    assert units.into == {"TH-DS": "TH-SH"}
    change = units.chronicle.of_unit["TH-DS"][-1]
    assert (change.by, change.reason) == ("office", "合村并居")
    entry = db.session.query(AuditEntry).filter_by(action="unit_changed").one()
    assert (entry.actor, entry.detail["asked_by"]) == (second, "office")
    row = db.session.query(UnitRequest).one()
    assert (row.approved, row.decided_by) == (True, second)
    assert [one.recipient for one in db.session.query(Notice).filter_by(kind="unit_decided")] == ["office"]
    with pytest.raises(Conflict):
        decide(as_user("leader"), key, sign="")


def test_refused_or_taken_back_nothing_changes_and_it_can_be_asked_for_again(as_user):
    key = asked(as_user("office"))
    with pytest.raises(RuleViolation, match="asked for already"):
        asked(as_user("office2"))
    with pytest.raises(NotAllowed):
        withdraw_change(as_user("office2"), key)
    decide(as_user("leader"), key, approved=False)
    again = asked(as_user("office2"))
    waiting = sa.select(sa.func.count()).where(Notice.kind == "unit_asked")
    assert db.session.scalar(waiting) > 0
    with unit_of_work(db.session):
        withdraw_change(as_user("office2"), again)
    assert db.session.scalar(waiting) == 0
    assert load_units(db.session).into == {}
    assert [(row.id, row.approved) for row in requests_shown(as_user("leader"))] == [(again, False), (key, False)]
    asked(as_user("office"))


def test_what_it_moves_now_is_what_is_agreed_to(system, as_user, browse):
    key = asked(as_user("office"))
    sign = looked(as_user("leader"), key)
    number = log(as_user("grid2"), head(unit="TH-DS-01"))
    do(as_user("grid2"), number, "escalate", to="TH-DS", reason="难")
    with pytest.raises(RuleViolation, match="changed meanwhile"):
        decide(as_user("leader"), key, sign=sign)
    with unit_of_work(db.session):
        add_post(system, user_named(db.session, "grid"), "village", "TH-DS")
    _moves, differs, _sign = look_at(as_user("leader"), request_for(as_user("leader"), key))
    assert differs == ["posts"]
    assert "有变化" in browse("leader").get(f"/units/requests/{key}").text
    decide(as_user("leader"), key)
    case = db.session.query(Case).filter_by(number=number).one()
    assert case.holder_id == load_units(db.session).id_of["TH-SH"]


def test_what_cannot_be_any_more_is_refused_and_keeps_waiting(as_user):
    key = asked(as_user("office"), SECOND[1])
    log(as_user("grid2"), head(unit="TH-DS-01"))
    with pytest.raises(RuleViolation, match="holds open cases"):
        decide(as_user("leader"), key)
    assert db.session.query(UnitRequest).one().decided_at is None
    moved = asked(as_user("office"), SECOND[2])
    decide(as_user("leader"), moved)
    with pytest.raises(RuleViolation, match="how it stands already"):
        asked(as_user("office"), SECOND[2])


def test_a_case_that_who_decides_may_not_see_is_neither_shown_nor_a_difference(as_user, browse):
    number = log(as_user("grid2"), head(unit="TH-DS-01"))
    do(as_user("grid2"), number, "escalate", to="TH-DS", reason="难")
    with unit_of_work(db.session):
        case = db.session.query(Case).filter_by(number=number).one()
        db.session.add(CaseAccess(case_id=case.id, username="leader", barred=True))
    key = asked(as_user("office"))
    page = browse("leader").get(f"/units/requests/{key}").text
    assert number not in page
    assert "alert-warning" not in page
    assert number in browse("office2").get(f"/units/requests/{key}").text


def test_renaming_and_opening_hold_at_once(as_user):
    with unit_of_work(db.session):
        change_unit(
            as_user("office"), Change("TH-DS", "renamed", DAY, {"kind": "社区", "name": "顶上社区"}, reason="改名")
        )
        facts = {"parent": "TH", "tier": "village", "kind": "村", "name": "南坪村"}
        change_unit(as_user("office"), Change("TH-NN", "opened", DAY, facts, reason="新设"))
    units = load_units(db.session)
    assert (units.place("TH-DS").name, units.place("TH-NN").name) == ("顶上社区", "南坪村")


def test_the_pages_ask_show_the_same_to_another_and_decide(browse, as_user):
    office, leader = browse("office"), browse("leader")
    form = {"into": "TH-SH", "from_on": "2026-11-23", "reason": "合村并居"}
    page = office.post("/units/TH-DS/merge", data=form)
    sign = unescape(page.text.split('name="looked" type="hidden" value="')[1].split('"')[0])
    told = office.post("/units/TH-DS/merge", data=form | {"looked": sign, "keep": "1"}, follow_redirects=True).text
    assert "等待第二人" in told
    assert "/units/TH-DS/merge" not in told
    assert "/units/TH-DS/rename" in told
    key = db.session.query(UnitRequest).one().id
    own = office.get(f"/units/requests/{key}").text
    assert "/approve" not in own
    assert "/withdraw" in own
    notice = db.session.query(Notice).filter_by(kind="unit_asked", recipient="leader").one()
    assert leader.post(f"/inbox/{word_of(notice.id)}/read").location == "/units/requests"
    assert f"/units/requests/{key}" in leader.get("/units/requests").text
    seen = leader.get(f"/units/requests/{key}").text
    for word in ("顶上村第一组", "村干部乙", "双合村", "合村并居"):
        assert word in seen
    looked_at = seen.split('name="looked" value="')[1].split('"')[0]
    wrong = leader.post(f"/units/requests/{key}/approve", data={"looked": "x"}, follow_redirects=True).text
    assert "alert-danger" in wrong
    leader.post(f"/units/requests/{key}/approve", data={"looked": looked_at})
    db.session.expire_all()
    assert load_units(db.session).into == {"TH-DS": "TH-SH"}
    assert "信访办甲" in office.get("/units/TH-DS").text
    for who in ("village", "admin", "auditor"):
        assert browse(who).get("/units/requests").status_code == 403
    assert browse("outsider").get(f"/units/requests/{key}").status_code == 404


def test_a_list_from_the_command_line_stays_one_act_of_the_systems_user(run, tmp_path):
    file = tmp_path / "units.csv"
    file.write_text("code,parent,tier,kind,name,merged_into\nTH-DS,TH,village,村,顶上村,TH-SH\n", encoding="utf-8")
    told = run("units", "load", file, "--from", "2026-11-23")
    assert told.exit_code == 0, told.output
    assert load_units(db.session).into == {"TH-DS": "TH-SH"}
