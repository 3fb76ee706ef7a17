"""Leaving a post or an account: what it leaves is said before, told after, and marked until it is handed over."""

from __future__ import annotations

from datetime import date

import pytest

from caseapp.actions.accounts import add_post, add_user, end_post, set_active
from caseapp.actions.cases import Act, propose
from caseapp.actions.co_handlers import ask_to_help
from caseapp.actions.handover import hand_over
from caseapp.actions.leaving import vacancies, villages_without_makers, would_leave
from caseapp.actions.meetings import record_decision
from caseapp.actions.teams import fill_seat, staff_case
from caseapp.db import db, unit_of_work
from caseapp.domain.access.models import CaseAccess
from caseapp.domain.cases.models import Case
from caseapp.domain.notices.models import Notice
from caseapp.domain.people.queries import user_named
from caseapp.kernel.errors import NotAllowed
from caseapp.web.entrance import word_of
from tests.cases.make import log, petition
from tests.cli.terminal import contents

pytestmark = pytest.mark.either_database

DAY = date(2026, 11, 30)
LEFT = {"seat": 1, "deputy": 1, "standing": 2, "task": 1, "decision": 1, "requests": 1}


@pytest.fixture
def number(as_user) -> str:
    """A case of which ``grid`` holds a seat; ``grid`` has everything else there is as well."""
    found, other = log(as_user("grid")), log(as_user("grid"))
    with unit_of_work(db.session):
        staff_case(as_user("office"), found)
        fill_seat(as_user("office"), other, "grid", ("grid2", "grid"), "")
        ask_to_help(as_user("office"), other, "grid", "测量水沟", DAY)
        record_decision(as_user("office"), "TH", date(2026, 11, 23), "修好水沟", "grid", DAY)
        propose(as_user("grid"), Act(found, "extend", {"to": "2026-12-30", "reason": "待鉴定"}))
    return found


def post_of(username: str) -> int:
    user = user_named(db.session, username)
    assert user is not None
    return user.posts[0].id


def test_what_an_account_leaves_is_counted_before_and_nothing_is_written(as_user, number):
    before = contents()
    left = would_leave(as_user("admin"), "grid")
    assert left.counts("grid") == LEFT
    assert left.villages == []  # the cadre makes the rounds of the village too
    assert contents() == before


def test_a_post_leaves_what_no_other_post_of_the_person_is_for(system, as_user, number):
    post = post_of("grid")
    with unit_of_work(db.session):
        add_post(system, user_named(db.session, "grid"), "village", "TH-SH")
    assert would_leave(as_user("admin"), "grid", post).counts("grid") == {
        "seat": 1, "deputy": 1, "standing": 2, "task": 0, "decision": 0, "requests": 0,
    }  # fmt: skip
    with unit_of_work(db.session):
        add_post(system, user_named(db.session, "grid"), "grid", "TH-SH-02")
    assert not would_leave(as_user("admin"), "grid", post)


def test_the_last_who_makes_rounds_or_decides_is_named(as_user, system):
    with unit_of_work(db.session):
        for name in ("grid", "liaison"):
            set_active(as_user("admin"), name, active=False)
    assert would_leave(as_user("admin"), "village").villages == ["双合村"]
    assert villages_without_makers(as_user("office")) == []
    with unit_of_work(db.session):
        set_active(as_user("admin"), "village", active=False)
    assert villages_without_makers(as_user("office")) == ["双合村"]
    assert would_leave(as_user("admin"), "leader").undecided == []
    with unit_of_work(db.session):
        for name in ("office", "office2"):
            set_active(system, name, active=False)
    assert would_leave(as_user("admin"), "leader").undecided == ["太和镇"]


@pytest.mark.tampers  # a bar is put in by hand
def test_nothing_of_an_accusation_or_of_a_case_about_who_asks_is_counted(as_user, number):
    accusation = log(as_user("discipline"), petition(petition_class="accusation", category="other"))
    before = would_leave(as_user("admin"), "discipline").counts("discipline")
    with unit_of_work(db.session):
        propose(as_user("discipline"), Act(accusation, "extend", {"to": "2027-02-20", "reason": "待核实"}))
    assert would_leave(as_user("admin"), "discipline").counts("discipline") == before
    with unit_of_work(db.session):
        case = db.session.query(Case).filter_by(number=number).one()
        db.session.add(CaseAccess(case_id=case.id, username="admin", barred=True))
    assert would_leave(as_user("admin"), "grid").counts("grid") == LEFT | {"seat": 0, "requests": 0}


@pytest.mark.parametrize("way", ["post", "account"])
def test_the_office_is_told_and_seats_are_marked_until_they_are_handed_over(system, as_user, browse, number, way):
    with unit_of_work(db.session):
        add_post(system, add_user(system, "next", "继任", "correct horse battery"), "grid", "TH-SH")
        if way == "post":
            end_post(as_user("admin"), "grid", post_of("grid"))
        else:
            set_active(as_user("admin"), "grid", active=False)
    told = db.session.query(Notice).filter_by(kind="vacant").all()
    assert sorted(row.recipient for row in told) == ["office", "office2"]
    office = browse("office")
    page = office.post(
        f"/inbox/{next(word_of(row.id) for row in told if row.recipient == 'office')}/read", follow_redirects=True
    )
    assert page.request.path == "/teams/vacant"
    assert number in page.text
    assert "/teams/handover?leaver=grid" in page.text
    assert "已离岗" in office.get(f"/cases/{number}").text
    with unit_of_work(db.session):
        hand_over(as_user("office"), "grid", "next", "调离")
    assert vacancies(as_user("office")) == []
    assert "已离岗" not in office.get(f"/cases/{number}").text


def test_nobody_is_told_where_nothing_is_left(as_user, system):
    with unit_of_work(db.session):
        set_active(system, "office2", active=False)
    assert db.session.query(Notice).filter_by(kind="vacant").count() == 0


def test_leaving_touches_nothing_of_any_case(as_user, number):
    before = contents()
    with unit_of_work(db.session):
        set_active(as_user("admin"), "grid", active=False)
    after = contents()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"user_account", "notice", "held_row", "held_now", "chain_head"}


@pytest.mark.tampers  # a bar is put in by hand
def test_who_may_not_see_a_case_does_not_find_it_among_the_seats(as_user, number, browse):
    with unit_of_work(db.session):
        set_active(as_user("admin"), "grid", active=False)
        case = db.session.query(Case).filter_by(number=number).one()
        db.session.add(CaseAccess(case_id=case.id, username="office", barred=True))
    assert number not in browse("office").get("/teams/vacant").text
    assert number in browse("office2").get("/teams/vacant").text
    for outsider in ("village", "admin", "auditor"):
        with pytest.raises(NotAllowed):
            vacancies(as_user(outsider))
        assert browse(outsider).get("/teams/vacant").status_code == 403
    assert browse("outsider").get("/teams/vacant").text.count(number) == 0


def test_the_page_before_the_end_lists_numbers_and_no_case(as_user, browse, number):
    client = browse("admin")
    page = client.get("/accounts/grid/leaving").text
    assert number not in page
    assert "单位常设班子" in page or "常设" in page
    of_post = client.get(f"/accounts/grid/leaving?post={post_of('grid')}").text
    assert "结束" in of_post
    assert client.get("/accounts/grid/leaving?post=999999").status_code == 404
    assert client.get("/accounts/admin/leaving").status_code == 404
    assert browse("office").get("/accounts/grid/leaving").status_code == 403
    show = client.get("/accounts/grid").text
    assert "/accounts/grid/leaving" in show
    done = client.post("/accounts/grid/disable", follow_redirects=True)
    assert done.status_code == 200
    assert not user_named(db.session, "grid").active  # type: ignore[union-attr]
