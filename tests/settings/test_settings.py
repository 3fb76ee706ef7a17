"""What the office sets: valid from a day on, within the law; running due dates move only on purpose, after a look."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask_migrate import upgrade

from caseapp.actions import settings
from caseapp.actions.deadlines import sweep
from caseapp.actions.exports import export_cases
from caseapp.db import db, unit_of_work
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.deadlines.models import Deadline, Flag
from caseapp.domain.notices.rules import is_quiet
from caseapp.domain.org.queries import load_office
from caseapp.kernel.errors import NotAllowed, RuleViolation
from caseapp.kernel.notice_text import parse_notice
from tests.cases.make import do, head, log, moment, petition
from tests.conftest import HandClock, make_app

pytestmark = pytest.mark.either_database

TODAY = date(2026, 11, 23)


def running(kind: str) -> list[date]:
    rows = db.session.query(Deadline).filter_by(kind=kind, to_on=None).order_by(Deadline.case_id)
    return [row.due_on for row in rows]


def change(ctx, key: str, value: str, **more) -> int:
    with unit_of_work(db.session):
        return settings.set_value(ctx, key, value, more.pop("valid_from", TODAY), **more)


def test_a_change_holds_for_what_is_counted_from_its_day_on(as_user, clock):
    log(as_user("grid"), head())
    change(as_user("office"), "days.first_contact", "3", valid_from=date(2026, 11, 25))
    log(as_user("grid"), head())
    clock.set(2026, 11, 25, 9, 0)
    log(as_user("grid"), head())
    assert running("first_contact") == [date(2026, 11, 24), date(2026, 11, 24), date(2026, 11, 28)]


def test_running_due_dates_move_only_on_purpose_and_the_look_names_them(as_user):
    number = log(as_user("grid"), head())
    moved = settings.moved_by(as_user("office"), "days.handle_dispute", "20")
    assert [(one.number, one.kind, one.before, one.after) for one in moved] == [
        (number, "handle", date(2026, 12, 23), date(2026, 12, 13))
    ]
    assert running("handle") == [date(2026, 12, 23)]
    assert change(as_user("office"), "days.handle_dispute", "20", recompute=True) == 1
    assert running("handle") == [date(2026, 12, 13)]


@pytest.mark.parametrize("about", ["office2", "TH"])
def test_the_look_and_its_counts_tell_who_is_complained_of_nothing(as_user, browse, about):
    """A case that complains of a clerk moves with the others, and is neither named to them nor counted."""
    seen = log(as_user("grid"), petition())
    accused, hidden = as_user("office2"), log(as_user("grid"), petition(about=(about,)))
    days = {date(2027, 1, 1): ("holiday", "元旦")}
    assert {one.number for one in settings.moved_by(accused, "days.handle_petition", "50")} == {seen}
    client = browse("office2")
    answer = client.post("/settings/days.handle_petition", data={"value": "50", "look": "1"}).text
    assert (seen in answer, hidden in answer) == (True, False)
    assert hidden not in {one.number for one in settings.moved_by_year(accused, 2027, days)}
    data = {"value": "50", "recompute": "1", "valid_from": TODAY.isoformat()}
    assert "重新计算了1件" in client.post("/settings/days.handle_petition", data=data, follow_redirects=True).text
    assert set(running("handle")) == {date(2027, 1, 27)}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("days.notice", "16"), ("days.handle_petition", "61"), ("days.handle_petition", "-1"), ("days.team", "drei"),
        ("ladder.lead", "0"), ("unit.team", "weeks"), ("days.nothing", "1"), ("seat.lead", "长" * 41),
    ],
)  # fmt: skip
def test_what_the_law_or_reason_forbids_is_refused_with_the_bounds(as_user, key, value):
    with pytest.raises(RuleViolation):
        settings.set_value(as_user("office"), key, value, TODAY)


def test_a_statutory_limit_may_be_shortened(as_user):
    change(as_user("office"), "days.notice", "10")
    log(as_user("office"), petition())
    assert running("notice") == [date(2026, 12, 3)]


def test_only_the_office_and_administrators_set_and_it_is_on_record(as_user):
    with pytest.raises(NotAllowed):
        settings.set_value(as_user("leader"), "days.team", "5", TODAY)
    change(as_user("admin"), "days.team", "5")
    entry = db.session.query(AuditEntry).filter_by(action="setting_changed", subject="days.team").one()
    assert (entry.subject, entry.detail["old"], entry.detail["new"]) == ("days.team", 3, 5)


def test_nothing_is_set_for_the_past(as_user):
    with pytest.raises(RuleViolation, match="from today"):
        settings.set_value(as_user("office"), "days.team", "5", date(2026, 11, 22))


def test_the_ladder_follows_the_settings(as_user, system, clock):
    log(as_user("grid"), head())
    change(as_user("office"), "ladder.lead", "1")
    clock.set(2026, 11, 27, 0, 0)
    with unit_of_work(db.session):
        sweep(system, date(2026, 11, 26))
    assert sorted(row.rung for row in db.session.query(Flag)) == ["lead", "seat"]


def test_working_days_of_a_year_without_official_days_are_provisional_until_they_are_entered(as_user, clock):
    change(as_user("office"), "unit.follow_up_green", "working")
    clock.set(2026, 12, 25, 9, 0)
    number = log(as_user("grid"), head())
    do(as_user("grid"), number, "follow_up", method="visit", note="到场")
    item = db.session.query(Deadline).filter_by(kind="follow_up", to_on=None).one()
    assert (item.due_on, item.unit, item.provisional) == (date(2027, 1, 14), "working", True)
    reading = parse_notice(
        "一、元旦：1月1日（周五）至3日（周日）放假调休，共3天。二、国庆节：10月1日至7日放假，共7天。", 2027
    )
    days = {day: ("holiday", name) for day, name in reading.holidays.items()}
    moved = settings.moved_by_year(as_user("office"), 2027, days)
    assert [(one.before, one.after) for one in moved] == [(date(2027, 1, 14), date(2027, 1, 15))]
    with unit_of_work(db.session):
        settings.set_year(as_user("office"), 2027, days, "2027年通知")
    item = db.session.query(Deadline).filter_by(kind="follow_up", to_on=None).one()
    assert (item.due_on, item.provisional) == (date(2027, 1, 15), False)


def test_the_pages_lead_from_a_look_to_the_change(browse, as_user):
    number = log(as_user("grid"), head())
    client = browse("office")
    assert client.get("/settings").status_code == 200
    looked = client.post("/settings/days.handle_dispute", data={"value": "20", "look": "1"})
    assert (looked.status_code, number in looked.text) == (200, True)
    assert client.post("/settings/days.notice", data={"value": "99"}).status_code == 422
    saved = client.post("/settings/seat.lead", data={"value": "包案镇领导"})
    assert saved.status_code == 302
    assert "包案镇领导" in client.get(f"/cases/{number}").text
    read = client.post("/settings/calendar?year=2027", data={"text": "一、元旦：1月1日（周五）放假，共1天。"})
    assert "2027年1月1日" in read.text
    assert browse("leader").get("/settings").status_code == 403


def test_the_lights_follow_the_settings_in_list_and_filter_alike(as_user, browse):
    number = log(as_user("grid"), head())
    do(as_user("grid"), number, "follow_up", method="visit", note="到场")  # the next in 14 days
    client = browse("office")
    assert number not in client.get("/cases?light=yellow").text
    change(as_user("office"), "light.short", "15")
    assert number in client.get("/cases?light=yellow").text
    assert "light-yellow" in client.get("/cases?light=yellow").text


def test_a_category_of_our_own_is_offered_stored_shown_and_never_taken_away(as_user, browse, system):
    change(as_user("office"), "category.own", "林权流转\n物业")
    log(as_user("grid"), head())
    client = browse("grid")
    assert "林权流转" in client.get("/cases/new").text
    answer = client.post("/cases/new", data={
        "track": "dispute", "story": "林地流转费没有给", "unit": "TH-SH-01", "category": "own1", "headcount": "2",
        "name": "赵丙三", "token": "one-token", "risk": "green", "channel": "screening", "contact": "any",
        "petition_class": "appeal",
    })  # fmt: skip
    assert answer.status_code == 302, answer.text
    assert "林权流转" in client.get(answer.location.replace("/receipt/", "/cases/")).text
    with pytest.raises(RuleViolation, match="stays"):
        settings.set_value(as_user("office"), "category.own", "林权流转", TODAY)
    exported = [json.loads(line)["category"] for line in export_cases(system)]
    assert sorted(exported) == ["neighbour", "own1"]


def test_quiet_hours_and_heads_are_the_offices_to_set(as_user):
    change(as_user("office"), "quiet.from", "20:00")
    change(as_user("office"), "head.1", "leader")
    office = as_user("office").office
    assert is_quiet(moment(2026, 11, 23, 20, 30), office.quiet(TODAY))
    assert office.heads(TODAY) == ["leader"]
    for key, value in (("quiet.from", "25:00"), ("head.1", "nobody")):
        with pytest.raises(RuleViolation):
            settings.set_value(as_user("office"), key, value, TODAY)


def test_numbers_begin_with_what_the_office_set_and_older_ones_are_still_found(as_user, browse):
    before = log(as_user("office"), petition())
    change(as_user("office"), "prefix.petition", "石信")
    after = log(as_user("office"), petition())
    assert (before, after) == ("太信〔2026〕0001号", "石信〔2026〕0002号")
    typed = as_user("office").office.typed_prefixes(date(2026, 11, 23))
    assert (typed["太信"], typed["石信"], typed["信"]) == ("太信", "石信", "石信")
    answer = browse("office").post("/settings/prefix.petition", data={"value": "信12"})
    assert (answer.status_code, "字头最多" in answer.text) == (422, True)


def test_a_database_that_gave_numbers_before_goes_on_with_the_beginning_they_had(tmp_path):
    app = make_app(f"sqlite:///{tmp_path / 'old.sqlite3'}", tmp_path, HandClock())
    with app.app_context():
        upgrade(revision="0013")
        with db.engine.begin() as old:
            old.execute(sa.text("INSERT INTO number_series (track, year, last) VALUES ('petition', 2026, 7)"))
        upgrade()
        assert load_office(db.session).prefix("petition", date(2026, 11, 23)) == "太信"
        db.session.remove()
        db.engine.dispose()


ACCUSATION: dict[str, Any] = {
    "track": "petition", "petition_class": "accusation", "sealed": True, "state": "registered", "standing": "open",
}  # fmt: skip


def put(connection: sa.Connection, name: str, **values: Any) -> None:
    """A row of a table as it stands at a revision; what it needs besides ``values`` holds anything."""
    table = sa.Table(name, sa.MetaData(), autoload_with=connection)
    anything = {
        int: 1,
        str: "x",
        bool: False,
        date: date(2026, 1, 1),
        datetime: datetime(2026, 1, 1, tzinfo=UTC),
        Decimal: 1,
    }
    needed = [one for one in table.columns if not (one.nullable or one.name == "id" or one.name in values)]
    rest = {one.name: anything.get(one.type.python_type, "x") for one in needed}
    connection.execute(table.insert().values(rest | values))


@pytest.mark.parametrize(
    ("petitions", "there", "given"),
    [
        ("太信", "太信〔2026〕0001号", "太控"),
        ("太信", "太控〔2025〕0003号", "太检控"),
        ("信", "信〔2026〕0001号", "控"),
    ],
)
def test_a_town_that_gave_numbers_before_gets_a_free_beginning_for_accusations(tmp_path, petitions, there, given):
    app = make_app(f"sqlite:///{tmp_path / 'old.sqlite3'}", tmp_path, HandClock())
    with app.app_context():
        upgrade(revision="0018")
        with db.engine.begin() as old:
            put(old, "number_series", track="petition", year=2026, last=7)
            put(old, "unit", id=1, code="TH", path="/TH/", tier="town", kind="镇")
            put(old, "case_file", number=there, **ACCUSATION)
            put(old, "office_setting", key="prefix.petition", value=petitions)
        upgrade()
        assert load_office(db.session).prefix("accusation", date(2026, 11, 23)) == given
        assert db.session.scalar(sa.text("SELECT number FROM case_file")) == there
        db.session.remove()
        db.engine.dispose()


def test_a_new_database_has_a_beginning_of_no_town(tmp_path):
    app = make_app(f"sqlite:///{tmp_path / 'new.sqlite3'}", tmp_path, HandClock())
    with app.app_context():
        upgrade()
        assert load_office(db.session).prefix("dispute", date(2026, 11, 23)) == "调"
        db.session.remove()
        db.engine.dispose()


def test_what_papers_say_of_the_office_holds_from_its_day_on(as_user):
    before = load_office(db.session).letterhead(TODAY)
    assert (before.organ, before.sign, before.review, before.court) == ("", "", "", "")
    change(as_user("office"), "paper.organ", " 太和镇人民政府 ")
    change(as_user("office"), "paper.sign", "太信", valid_from=date(2026, 11, 25))
    change(as_user("office"), "office.hours", "工作日 8:30—17:30")
    head = load_office(db.session).letterhead(TODAY)
    assert (head.organ, head.sign, head.hours) == ("太和镇人民政府", "", "工作日 8:30—17:30")
    assert load_office(db.session).letterhead(date(2026, 11, 25)).sign == "太信"


@pytest.mark.parametrize("sign", ["", "太信1", "太〔信", "太 信", "太" * 11])
def test_what_numbers_of_papers_begin_with_is_a_few_letters(as_user, sign):
    with pytest.raises(RuleViolation, match="letters, no digits"):
        change(as_user("office"), "paper.sign", sign)
