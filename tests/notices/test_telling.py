"""Putting notices into inboxes: once, and never into the wrong one."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from caseapp.actions.notices_inbox import put_into_inboxes, read_all, read_notice, set_reach
from caseapp.db import db, unit_of_work
from caseapp.domain.access.models import CaseAccess
from caseapp.domain.notices.models import Reach
from caseapp.domain.notices.queries import inbox, unread
from caseapp.domain.notices.rules import Telling
from caseapp.domain.people.models import User
from caseapp.kernel.errors import OutOfScope, RuleViolation
from tests.cases.make import log, moment, petition
from tests.notices.make import case_of, list_robots, notices, told

pytestmark = pytest.mark.either_database


@pytest.fixture
def number(as_user) -> str:
    return log(as_user("grid"), at=moment(2026, 11, 22, 9))


def test_a_second_telling_changes_nothing(system, number):
    due = {"item": "handle:1", "due_on": date(2027, 1, 5)}
    assert told(system, number, "grid", "village", kind="overdue", rung="seat", **due) == 2
    assert told(system, number, "grid", "village", "leader", "grid", kind="overdue", rung="seat", **due) == 1
    assert len(notices()) == 3
    assert {(row.on, row.version) for row in notices()} == {(system.today, "2027-01-05")}


def test_another_rung_or_another_date_is_told_again(system, number):
    for rung, day in (("seat", 5), ("lead", 5), ("seat", 9)):
        assert told(system, number, "grid", kind="overdue", item="handle:1", rung=rung, due_on=date(2027, 1, day)) == 1


def test_who_is_complained_of_is_not_told_nor_anybody_of_the_unit(system, as_user, number):
    village = as_user("village").actor.offices[0].unit_id
    with unit_of_work(db.session) as session:
        session.add(CaseAccess(case_id=case_of(number), username="leader", barred=True))
        session.add(CaseAccess(case_id=case_of(number), unit_id=village, barred=True))
    assert told(system, number, "leader", "village", "grid", "office") == 1
    assert [row.recipient for row in notices()] == ["office"]  # the grid sits below the village


def test_an_accusation_is_told_to_its_desk_alone(system, as_user):
    number = log(as_user("discipline"), petition(petition_class="accusation", category="other"))
    assert told(system, number, "office", "grid", "leader", "discipline") == 2
    assert sorted(row.recipient for row in notices()) == ["discipline", "office"]


def test_a_closed_account_and_a_stranger_are_not_told(system, number):
    with unit_of_work(db.session) as session:
        session.execute(sa.update(User).where(User.username == "grid").values(active=False))
    assert told(system, number, "grid", "nobody") == 0


def test_many_are_told_at_once(system, as_user):
    cases = [case_of(log(as_user("grid"), at=moment(2026, 11, 22, 9, place))) for place in range(3)]
    tellings = [
        (Telling("urged", case, item=f"u:{place}"), ("grid", "leader")) for case in cases for place in range(400)
    ]
    with unit_of_work(db.session):
        assert put_into_inboxes(system, tellings) == 2400
        assert put_into_inboxes(system, tellings) == 0
        assert put_into_inboxes(system, []) == 0


def test_reading_marks_one_and_only_ones_own(system, as_user, number, clock):
    told(system, number, "grid", "leader")
    mine = inbox(db.session, as_user("grid").actor)[0].notice.id
    with pytest.raises(OutOfScope):
        read_notice(as_user("leader"), mine)
    with unit_of_work(db.session):
        assert read_notice(as_user("grid"), mine).case.number == number
    first = clock()
    clock.pass_by(hours=1)
    with unit_of_work(db.session):
        read_notice(as_user("grid"), mine)
    assert inbox(db.session, as_user("grid").actor)[0].notice.read_at == first
    assert db.session.scalar(unread(as_user("grid").actor)) == 0
    assert db.session.scalar(unread(as_user("leader").actor)) == 1


def test_all_are_read_at_once(system, as_user, number):
    for item in ("a", "b"):
        told(system, number, "grid", "leader", item=item)
    with unit_of_work(db.session):
        assert read_all(as_user("grid")) == 2
    assert [row.recipient for row in notices() if row.read_at is None] == ["leader", "leader"]


def test_an_inbox_shows_nothing_of_a_case_that_was_closed_to_its_reader(system, as_user, number):
    told(system, number, "leader")
    with unit_of_work(db.session) as session:
        session.add(CaseAccess(case_id=case_of(number), username="leader", barred=True))
    assert inbox(db.session, as_user("leader").actor) == []


GOOD = [
    ("email", "grid@office.example"),
    ("wecom", "https://robot.example/send?key=1"),
    ("dingtalk", "http://10.1.2.3:8080/send"),
    ("wecom", "http://[::1]/send"),
]
BAD = [
    ("email", "grid"), ("email", "a@b@c"), ("email", "@b"), ("email", "a b@c"), ("email", "a@b\nBcc: x@y"),
    ("email", "甲@office.example"), ("email", ""), ("wecom", "http://robot.example/send"), ("wecom", "ftp://10.0.0.1"),
    ("wecom", "https://"), ("dingtalk", "http://[::1"), ("wecom", "https://a b"), ("dingtalk", "https://a:b"),
    ("pager", "1"),
]  # fmt: skip


@pytest.mark.parametrize(("channel", "address"), GOOD)
def test_a_way_to_be_told_is_kept_and_changed_in_place(system, as_user, channel, address):
    list_robots(system, address)
    for active in (True, False):
        with unit_of_work(db.session):
            set_reach(as_user("grid"), channel, f" {address} ", active=active)
    row = db.session.scalars(sa.select(Reach)).one()
    assert (row.username, row.channel, row.address, row.active) == ("grid", channel, address, False)


@pytest.mark.parametrize(("channel", "address"), BAD)
def test_an_address_that_is_none_is_refused(as_user, channel, address):
    with pytest.raises(RuleViolation):
        set_reach(as_user("grid"), channel, address, active=True)
    assert db.session.scalars(sa.select(Reach)).all() == []


def test_a_secret_stays_while_the_address_does(system, as_user):
    kept, (first, second) = [], ("https://a.example", "https://b.example")
    list_robots(system, first, second)
    for address, secret in ((first, "s"), (first, ""), (second, "")):
        with unit_of_work(db.session):
            kept.append(set_reach(as_user("grid"), "dingtalk", address, secret, active=True).secret)
    assert kept == ["s", "s", ""]
