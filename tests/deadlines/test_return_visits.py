"""Whom a return visit is charged to: never who recorded the resolution that it is to confirm."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import quote

import pytest

from caseapp.actions.absences import enter_absence
from caseapp.actions.accounts import add_post, add_user
from caseapp.actions.deadlines import sweep
from caseapp.actions.teams import clear_seat, fill_seat, staff_case
from caseapp.db import db, unit_of_work
from caseapp.domain.deadlines.models import Deadline, Flag
from caseapp.domain.deadlines.queries import DueList, overdue_list
from caseapp.domain.deadlines.queries.history import charged_to_me, owed_on
from tests.cases.make import do, head, log
from tests.conftest import PASSWORD
from tests.notices.test_who_is_told import told

DAY = date(2026, 11, 23)


@pytest.fixture
def number(as_user) -> str:
    """A neighbours' dispute with a team, whose grid official has no deputy."""
    found = log(as_user("grid"), head())
    with unit_of_work(db.session):
        staff_case(as_user("office"), found)
    return found


def resolve(as_user, number: str, who: str) -> None:
    do(as_user(who), number, "resolve", method="mediation", evidence="协议")


def visit(as_user) -> tuple[str | None, str | None, bool]:
    """The seat, the person and whether the deputy acts, of the first return visit that is owed."""
    listed = DueList(as_user("office").actor, DAY, owed_on(DAY), Deadline.kind == "return_visit", Deadline.nth == 1)
    (item,) = listed.items(db.session, as_user("office").units)
    return item.seat, item.person, item.acting


def mine(as_user, who: str) -> int:
    context = as_user(who)
    wanted = Deadline.kind == "return_visit", Deadline.nth == 1, charged_to_me(context.actor, DAY)
    return DueList(context.actor, DAY, owed_on(DAY), *wanted).count(db.session)


def test_it_is_the_grid_officials_when_somebody_else_resolved_it(number, as_user):
    resolve(as_user, number, "leader")
    assert visit(as_user) == ("grid", "grid", False)
    assert [who for who in ("grid", "village", "leader", "office") if mine(as_user, who)] == ["grid"]


def test_the_deputy_makes_it_when_the_grid_official_resolved_it(number, as_user):
    with unit_of_work(db.session):
        fill_seat(as_user("office"), number, "grid", ("grid", "grid2"), "设B角")
    resolve(as_user, number, "grid")
    assert visit(as_user) == ("grid", "grid2", True)
    assert (mine(as_user, "grid"), mine(as_user, "grid2")) == (0, 1)


def test_a_deputy_who_resolved_it_does_not_stand_in_for_the_holder(number, as_user):
    with unit_of_work(db.session):
        fill_seat(as_user("office"), number, "grid", ("grid", "grid2"), "设B角")
        enter_absence(as_user("office"), "grid", "leave", DAY, DAY + timedelta(days=5))
    resolve(as_user, number, "grid2")
    assert visit(as_user) == ("grid", "grid", False)
    assert mine(as_user, "grid2") == 0


def test_another_seat_makes_it_when_there_is_no_deputy(number, as_user):
    resolve(as_user, number, "grid")
    assert visit(as_user) == ("village", "village", False)
    assert [who for who in ("grid", "village", "liaison", "office") if mine(as_user, who)] == ["village"]


def test_the_office_names_a_visitor_when_nobody_else_sits(number, as_user, browse, clock):
    with unit_of_work(db.session):
        for seat in ("lead", "dept", "liaison", "village"):
            clear_seat(as_user("office"), number, seat, "调整")
    resolve(as_user, number, "grid")
    assert visit(as_user)[:2] == ("office", None)
    desk = browse("office").get("/").text
    assert f"/seat/grid/{quote(number)}" in desk
    assert "指定回访人" in desk
    with unit_of_work(db.session):
        fill_seat(as_user("office"), number, "grid", ("grid2", None), "由邻村网格员回访")
    assert visit(as_user)[:2] == ("grid", "grid2")


def test_without_a_team_it_is_the_units_as_long_as_somebody_else_works_there(as_user, system):
    alone = log(as_user("grid"), head())
    resolve(as_user, alone, "grid")
    assert visit(as_user)[0] == "office"
    with unit_of_work(db.session):
        post = add_user(system, "grid9", "网格员癸", PASSWORD)
        add_post(system, post, "grid", "TH-SH-01")
    do(as_user("grid"), alone, "reopen", reason="反弹")
    resolve(as_user, alone, "grid")
    assert visit(as_user)[0] is None
    assert (mine(as_user, "grid"), mine(as_user, "grid9")) == (0, 1)


def test_a_late_visit_is_flagged_with_who_makes_it_and_told_to_them(number, as_user, system, clock):
    resolve(as_user, number, "grid")
    clock.set(2026, 12, 2, 0, 0)
    with unit_of_work(db.session):
        sweep(system, date(2026, 12, 1))
    flag = db.session.query(Flag).filter_by(kind="return_visit", rung="seat").one()
    assert (flag.seat, flag.person, flag.acting) == ("village", "village", False)
    assert told("overdue", "seat") == ["village"]
    late = overdue_list(as_user("office").actor, date(2026, 12, 1)).items(db.session, as_user("office").units)
    assert {item.responsible for item in late if item.deadline.kind == "return_visit"} == {"村干部甲"}


def test_who_resolved_it_is_not_offered_the_visit_and_others_are(number, as_user, browse):
    resolve(as_user, number, "grid")
    assert f"/act/return_visit/{quote(number)}" not in browse("grid").get(f"/cases/{number}").text
    village = browse("village")
    assert f"/act/return_visit/{quote(number)}" in village.get(f"/cases/{number}").text
    assert f"/act/return_visit/{quote(number)}" in village.get("/").text
