"""The desk of each role: what is late, what waits for me, what there is to take up, and the next act one tap away."""

from __future__ import annotations

import re
from datetime import date

import pytest

from caseapp.actions.cases import Act, propose
from caseapp.actions.teams import staff_case
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import CaseEvent, Proposal
from caseapp.web.entrance import word_of
from caseapp.web.work import views
from tests.cases.make import do, head, log, moment, petition

pytestmark = pytest.mark.one_database


@pytest.fixture
def number(as_user) -> str:
    found = log(as_user("office"), petition())
    do(as_user("office"), found, "accept", route=6)
    with unit_of_work(db.session):
        staff_case(as_user("office"), found)
    return found


def test_a_leader_approves_an_extension_from_the_desk_with_what_the_petitioner_was_told(number, browse, as_user, clock):
    with unit_of_work(db.session):
        asked = propose(as_user("station"), Act(number, "extend", {"to": "2027-02-10", "reason": "待鉴定"})).id
    leader = browse("leader")
    assert f"/decide/{word_of(asked)}" in leader.get("/").text
    data = {"decision": "approve", "remark": "同意", "told_on": "2026-11-23", "told_how": "phone"}
    assert leader.post(f"/decide/{word_of(asked)}", data=data).status_code == 302
    assert db.session.get(Proposal, asked).approved
    page = leader.get(f"/cases/{number}").text
    assert "2027年2月10日" in page
    assert "电话" in page


def test_a_late_request_changes_nothing(number, browse, as_user, clock):
    with unit_of_work(db.session):
        asked = propose(as_user("station"), Act(number, "extend", {"to": "2027-02-10", "reason": "待鉴定"})).id
    clock.set(2027, 2, 5, 9, 0)
    leader = browse("leader")
    answer = leader.post(f"/decide/{word_of(asked)}", data={"decision": "approve"}, follow_redirects=True)
    assert "2027年1月22日" in answer.text
    assert db.session.query(CaseEvent).filter_by(kind="extended").count() == 0
    assert db.session.get(Proposal, asked).decided_at is None


def test_each_role_finds_its_own_piles(number, browse, as_user):
    assert number in browse("station").get("/").text.split('id="to_reply"')[1]
    assert number in browse("liaison").get("/").text.split('id="to_plan"')[1]
    do(as_user("liaison"), number, "file_plan", text="先查账再调解")
    again = log(as_user("office"), petition(title="另一件"))
    office = browse("office").get("/").text
    assert again in office.split('id="to_accept"')[1]


def test_what_others_are_late_with_is_on_the_leads_desk_to_call_and_urge(browse, as_user, clock):
    found = log(as_user("grid"), head())
    with unit_of_work(db.session):
        staff_case(as_user("office"), found)
    clock.set(2026, 11, 27, 9, 0)
    leader = browse("leader")
    late = leader.get("/").text.split('id="others"')[1]
    assert found in late
    assert "/urge/first_contact/" in late
    done = leader.post(f"/urge/first_contact/{found}", follow_redirects=True)
    assert "网格员甲" in done.text
    assert "催办" in browse("grid").get("/inbox").text


def test_the_list_of_the_day_is_each_persons_own_and_the_town_has_all(browse, as_user, clock):
    found = log(as_user("grid"), head())
    with unit_of_work(db.session):
        staff_case(as_user("office"), found)
    clock.set(2026, 11, 24, 7, 30)
    assert found in browse("grid").get("/day").text
    assert found not in browse("village").get("/day").text
    town = browse("office").get("/day/town").text
    assert found in town
    assert "网格员甲" in town
    assert browse("liaison").get("/day/town").status_code == 403
    assert as_user("grid").today == date(2026, 11, 24)


def test_a_long_desk_shows_the_first_of_each_group_and_counts_all(browse, as_user, clock):
    for place in range(25):
        log(as_user("grid"), head(title=f"第{place}件"), at=moment(2026, 10, 5, 9, place))
    clock.set(2026, 11, 24, 18, 0)
    grid = browse("grid")
    page = grid.get("/")
    owed = int(re.search(r'summary-red[^>]*>\s*<span class="summary-count">(\d+)', page.text)[1])
    assert page.text.count('class="case-row light-red"') == 20 < owed
    assert f"全部 {owed} 件" in page.text
    whole = grid.get("/?all=red")
    assert (whole.text.count('class="case-row light-red"'), "全部" in whole.text) == (owed, False)


def test_a_desk_full_of_late_items_still_says_what_is_due_soon(browse, as_user, clock, monkeypatch):
    monkeypatch.setattr(views, "MOST", 5)
    monkeypatch.setattr(views, "FIRST", 3)
    for place in range(8):
        log(as_user("grid"), head(title=f"早到{place}"), at=moment(2026, 10, 5, 9, place))
    clock.set(2026, 11, 24, 18, 0)
    soon = log(as_user("grid"), head(title="新到一件"))
    grid = browse("grid")
    page = grid.get("/").text
    assert re.search(r'summary-red[^>]*>\s*<span class="summary-count">5\+<', page)
    assert (page.count('class="case-row light-red"'), "前 5 件" in page) == (3, True)
    assert soon in page.split('id="yellow"')[1]
    whole = grid.get("/?all=red").text
    assert (whole.count('class="case-row light-red"'), "前 5 件" in whole) == (5, False)
    assert soon in whole


def test_what_a_leader_is_late_with_leaves_room_for_what_others_are(browse, as_user, clock, monkeypatch):
    monkeypatch.setattr(views, "MOST", 2)
    for place in range(3):
        found = log(as_user("office"), petition(title=f"信访{place}", risk="red"), at=moment(2026, 10, 5, 9, place))
        with unit_of_work(db.session):
            staff_case(as_user("office"), found)
    clock.set(2026, 11, 27, 9, 0)
    page = browse("leader").get("/").text
    assert 'id="others"' in page
    assert all("/urge/" in part for part in page.split('id="others"')[1:])
