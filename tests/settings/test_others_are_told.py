"""A setting that counts for everybody is changed by nobody alone unseen: others are told who, what, from what to what."""

from __future__ import annotations

from datetime import date

import pytest

from caseapp.actions import settings
from caseapp.db import db, unit_of_work
from caseapp.domain.notices.models import Notice
from caseapp.domain.org.settings import SPECS

pytestmark = pytest.mark.either_database

TODAY = date(2026, 11, 23)
QUIET = {"light", "category", "target", "contact", "paper", "prefix", "seat", "duty"}
TOLD_BY_THE_OFFICE = ["admin", "leader", "office2", "outsider"]


def change(ctx, key: str, value: str, **more: bool) -> None:
    with unit_of_work(db.session):
        settings.set_value(ctx, key, value, TODAY, **more)


def told() -> list[str]:
    return sorted(row.recipient for row in db.session.query(Notice).filter_by(kind="setting_changed"))


def test_names_and_what_everybody_reads_anyway_tell_nobody_and_all_else_does():
    assert {spec.group for spec in SPECS.values() if not spec.tells} == QUIET
    assert not [key for key, spec in SPECS.items() if spec.tells and spec.group in QUIET]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("days.team", "365"), ("unit.team", "working"), ("ladder.heads", "365"), ("quiet.from", "07:31"),
        ("outside.discipline", "县纪委监委"), ("anchor.mails", "watch@county.example"), ("head.1", "leader"),
        ("screening.cadence", "monthly"), ("freeze.day", "20"),
    ],
)  # fmt: skip
def test_others_are_told(as_user, key, value):
    change(as_user("office"), key, value)
    assert told() == TOLD_BY_THE_OFFICE


def test_the_list_of_robots_is_told_by_the_administrator_and_names_are_not(as_user):
    change(as_user("admin"), "robot.hosts", "robot.example")
    change(as_user("office"), "seat.lead", "领导")
    assert told() == ["leader", "office", "office2", "outsider"]


def test_emptying_is_told_as_well_and_the_inbox_says_who_and_what(as_user, browse):
    change(as_user("office"), "anchor.mails", "watch@county.example")
    change(as_user("office"), "anchor.mails", "")
    change(as_user("office"), "days.team", "365", recompute=True)
    inbox = browse("leader").get("/inbox").text
    assert "信访办甲" in inbox
    assert "— → watch@county.example" in inbox
    assert "watch@county.example → —" in inbox
    assert "3天 → 365天" in inbox
    assert len(told()) == 3 * len(TOLD_BY_THE_OFFICE)
    assert browse("admin").get("/inbox").text.count("365") == 1


def test_a_year_of_official_days_is_told(as_user, browse):
    with unit_of_work(db.session):
        settings.set_year(as_user("office"), 2027, {date(2027, 1, 1): ("holiday", "元旦")}, "notice")
    assert told() == TOLD_BY_THE_OFFICE
    assert "2027年法定节假日" in browse("leader").get("/inbox").text
