"""The pages of rounds: the form without a script, the town's table, what somebody who is out of a case finds."""

from __future__ import annotations

import re
from functools import cache

import pytest

from caseapp.actions.interests import declare_interest
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case
from caseapp.domain.people.models import Post
from caseapp.domain.screening.models import ScreeningRound
from tests.screening.make import go_round, keep_rounds, matter
from tests.web.test_query_counts import MOST, counted

pytestmark = pytest.mark.one_database

RECORD, ROUND = "/screening/TH-SH/2026-11-16/record", "/screening/TH-SH/2026-11-16"
FORM = {
    "token": "made-with-the-form", "area": "第一组", "households": "36", "members": ["village", "grid"],
    "companions": "乡贤陈某", "note": "", "rows": "3",
}  # fmt: skip
MATTER = {
    "story-1": "两家为滴水沟争执。约好周三再谈",
    "unit-1": "TH-SH-02",
    "category-1": "neighbour",
    "headcount-1": "4",
    "name-1": "周甲一",
}


@pytest.fixture(autouse=True)
def _kept(world, system) -> None:
    keep_rounds(system)


@pytest.fixture
def browse(browse):
    """A client of somebody, the same one however often it is asked for."""
    return cache(browse)


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_desk_is_one_tap_away_from_the_form_and_the_badge_counts_it(browse, clock):
    clock.set(2026, 11, 28, 9, 0)
    client = browse("village")
    desk = client.get("/").text
    assert RECORD in desk
    assert "/screening/TH-SH/2026-11-01/record" in desk
    assert re.search(r'aria-current="page">我的工作 <span class="badge-count">2<', desk)
    assert client.post(RECORD, data={**FORM, "nothing_found": "1"}).status_code == 302
    assert RECORD not in client.get("/").text
    assert RECORD not in browse("leader").get("/").text


def test_the_form_is_kept_with_one_row_more_and_without_a_script(browse):
    client = browse("village")
    assert client.get(RECORD).text.count('<fieldset class="matter') == 3
    page = client.post(RECORD, data={**FORM, **MATTER, "name": "more"})
    assert page.status_code == 200
    assert page.text.count('<fieldset class="matter') == 4
    for kept in ("made-with-the-form", "第一组", "36", "乡贤陈某", "两家为滴水沟争执。约好周三再谈", "周甲一"):
        assert kept in page.text
    assert 'value="TH-SH-02" selected' in page.text
    assert page.text.count(" checked") == 2
    assert db.session.query(ScreeningRound).count() == 0


def test_a_round_with_matters_is_stored_and_leads_to_its_page(browse):
    client = browse("village")
    for _tap in range(2):
        answer = client.post(RECORD, data={**FORM, **MATTER}, follow_redirects=True)
        assert answer.status_code == 200
    case = db.session.query(Case).one()
    assert (case.title, case.channel, case.headcount) == ("两家为滴水沟争执", "screening", 4)
    told = words(answer.text)
    for word in ("第一组", "36", "村干部甲、网格员甲", "乡贤陈某", case.number, "已完成", "发现1件"):
        assert word in told, word
    assert client.get(RECORD).status_code == 302


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({}, "请填写发现的事项，或者签字确认未发现"), ({**MATTER, "nothing_found": "1"}, "不能同时填写"),
        ({"nothing_found": "1", "households": "很多"}, "这不是整数"), ({"nothing_found": "1", "households": ""}, "整数"),
        ({"nothing_found": "1", "area": ""}, "请填写排查区域"), ({**MATTER, "category-1": ""}, "第1件：请选择类别"),
        ({**MATTER, "story-3": "第三件", "unit-3": "TH-SH"}, "第3件：请选择类别"), ({**MATTER, "headcount-1": "四"}, "第1件：这不是整数"),
        ({**MATTER, "unit-1": "TH-DS"}, "第1件：该事项不在本村"), ({"name-2": "周甲一"}, "第2件：请填写发生了什么"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(browse, more, sentence):
    page = browse("village").post(RECORD, data={**FORM, **more})
    assert page.status_code == 422
    assert sentence in words(page.text)
    assert "乡贤陈某" in page.text
    assert "made-with-the-form" in page.text
    assert all(value in page.text for name, value in more.items() if name.startswith(("story", "name")))
    assert (db.session.query(ScreeningRound).count(), db.session.query(Case).count()) == (0, 0)


@pytest.mark.parametrize(("who", "status"), [("office", 403), ("leader", 403), ("village2", 404), ("outsider", 404)])
def test_who_may_not(browse, as_user, who, status):
    client = browse(who)
    assert client.get(RECORD).status_code == status
    assert client.post(RECORD, data={**FORM, "nothing_found": "1"}).status_code == status
    assert client.get(ROUND).status_code == (200 if status == 403 else 404)
    go_round(as_user("village"))
    assert client.get(f"{ROUND}/correct").status_code == status


@pytest.mark.parametrize("path", ["/screening/TH/2026-11-16", "/screening/TH-SH-01/2026-11-16", "/screening/XX/2026-11-16",
                                  "/screening/TH-SH/soon", "/screening/TH-SH/2026-12-01", "/screening/TH-SH/1999-01-01"])  # fmt: skip
def test_an_address_without_a_round_is_not_found(browse, path):
    assert browse("office").get(path).status_code == 404
    assert browse("office").get(f"{path}/record").status_code == 404


def test_the_town_sees_who_has_not_and_what_was_found(browse, as_user, clock):
    go_round(as_user("village"), day="2026-11-01")
    clock.set(2026, 11, 25, 9, 0)
    go_round(as_user("village"), matter())
    page = browse("office").get("/screening").text
    told = words(page)
    assert "1/2 个村（社区）已完成" in told
    assert "未完成： 顶上村" in told
    assert page.count("逾期完成") == 1
    assert "发现1件" in told
    assert "/screening/TH-DS/2026-11-01" in page
    assert browse("outsider").get("/screening").text.count("TH-SH") == 0


def test_a_village_sees_its_own(browse, as_user):
    page = browse("grid").get("/screening").text
    assert RECORD in page
    assert "顶上村" not in page
    for who in ("discipline", "admin"):
        assert browse(who).get("/screening").status_code == 403


def test_what_is_late_stands_among_the_overdue_and_on_the_day_list(browse, as_user):
    for who, path in (("office", "/overdue"), ("village", "/overdue"), ("village", "/day"), ("office", "/day/town")):
        assert "/screening/TH-SH/2026-11-01" in browse(who).get(path).text, (who, path)
    assert "/screening/TH-DS" not in browse("village").get("/overdue").text
    assert "/screening/TH-SH" not in browse("office").get("/overdue?unit=TH-DS").text
    assert "/screening/" not in browse("office").get("/overdue?mine=1").text.split("<main")[1]
    assert re.search(r'逾期 <span class="badge-count">2<', browse("office").get("/overdue").text)
    go_round(as_user("village"), day="2026-11-01")
    assert "/screening/TH-SH/" not in browse("village").get("/day").text.split("<main")[1]


def test_before_rounds_are_kept_the_pages_say_so(world, browse, system):
    world.fresh()
    assert "还没有需要开展的排查" in browse("office").get("/screening").text
    keep_rounds(system, "2026-11-20")
    assert "2026年11月20日" in browse("village").get("/screening").text
    assert browse("village").get(ROUND).status_code == 404


def test_a_village_without_people_owes_nothing(browse, as_user):
    ds = {as_user("office").units.id_of[code] for code in ("TH-DS", "TH-DS-01")}
    with unit_of_work(db.session):
        db.session.query(Post).filter(Post.unit_id.in_(ds)).delete()
    page = browse("office").get("/screening").text
    assert "0/1 个村" in words(page)
    assert "/screening/TH-DS/" not in page
    assert browse("office").get("/screening/TH-DS/2026-11-16").status_code == 404


def test_who_is_out_of_a_case_sees_a_round_as_if_there_were_none(browse, as_user):
    """Neither the case, nor a count, nor a gap where a count should stand."""
    for unit, who in (("TH-SH", "village"), ("TH-DS", "village2")):
        lies = "TH-SH-01" if unit == "TH-SH" else "TH-DS-01"
        go_round(as_user(who), *([matter(unit=lies)] if unit == "TH-SH" else []), unit=unit, members=(who,))
    number = db.session.query(Case).one().number
    with unit_of_work(db.session):
        declare_interest(as_user("office2"), number)
    client = browse("office2")
    for path in ("/screening", ROUND):
        assert number not in client.get(path).text
        assert "发现1件" not in client.get(path).text
        assert "发现1件" in browse("office").get(path).text
    found, clean = (
        words(client.get(f"/screening/{unit}/2026-11-16").text.split("<main")[1]) for unit in ("TH-SH", "TH-DS")
    )
    assert found.replace("双合村", "顶上村").replace("村干部甲", "村干部乙") == clean
    assert number in browse("office").get(ROUND).text


def test_a_correction_stands_on_the_page(browse, as_user):
    go_round(as_user("village"))
    client = browse("village")
    page = client.get(f"{ROUND}/correct").text
    assert 'value="36"' in page
    assert "nothing_found" not in page
    assert client.post(f"{ROUND}/correct", data={**FORM, "households": "40", "rows": "1"}).status_code == 422
    sent = {**FORM, **MATTER, "households": "40", "rows": "1", "reason": "漏记四户", "companions": ""}
    answer = client.post(f"{ROUND}/correct", data=sent, follow_redirects=True)
    told = words(answer.text)
    assert "走访户数: 36 → 40" in told
    assert "漏记四户" in told
    assert f"{db.session.query(Case).one().number}于2026年11月23日 10:00补录。" in told or "补录" in told
    assert browse("village").get("/screening/TH-SH/2026-11-01/correct").status_code == 404


@pytest.mark.parametrize("path", ["/screening", ROUND, RECORD, "/", "/overdue", "/day", f"{ROUND}/correct"])
def test_a_page_costs_no_more_than_any_other(browse, as_user, path):
    client = browse("village" if path in (RECORD, f"{ROUND}/correct") else "liaison")
    if path != RECORD:
        go_round(as_user("village"), matter(), matter("第二件"))
    client.get("/")
    db.session.expire_all()
    with counted() as statements:
        assert client.get(path).status_code == 200
    assert len(statements) <= MOST, "\n".join(statements)


def test_the_office_sets_rhythm_periods_and_beginning_on_its_pages(browse):
    client = browse("office")
    for key, value, shown in (
        ("cadence", "weekly", "每周一次"), ("since", "2026-12-01", "2026年12月1日"),
        ("sensitive", "2027-03-03 2027-03-12 全国两会\n2027年2月5日至2027年2月12日 春节", "春节 (2027年2月5日至2027年2月12日)、全国两会"),
    ):  # fmt: skip
        page = client.get(f"/settings/screening.{key}")
        assert page.status_code == 200
        assert client.post(f"/settings/screening.{key}", data={"value": value}).status_code == 302
        assert shown in words(client.get("/settings").text)
    refused = client.post("/settings/screening.sensitive", data={"value": "2027-03-12 2027-03-03 全国两会"})
    assert refused.status_code == 422
    assert "结束日期早于开始日期" in refused.text
    assert "2027-03-12 2027-03-03 全国两会" in refused.text
    assert "全国两会（2027年3月3日至3月12日）每周一次" in words(client.get("/screening").text)
