"""Who owes what today stands in rows: after every step of a random walk they are what the pure rules say of the events,
the seats, the absences, the bars and the posts; and each list read from them is the one that the history gives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from caseapp.actions.absences import enter_absence
from caseapp.actions.accounts import add_post, add_user
from caseapp.actions.context import Ctx
from caseapp.actions.duties import turn_day
from caseapp.actions.org import bring_tree_in_line, record_changes
from caseapp.actions.teams import fill_seat, staff_case
from caseapp.cli.server import upgrade_schema
from caseapp.db import db, unit_of_work
from caseapp.domain.access.queries import actor_of
from caseapp.domain.cases.models import Case
from caseapp.domain.deadlines.models import Duty, DutyReader
from caseapp.domain.deadlines.queries import (
    DueList,
    coming,
    due_by,
    due_today,
    late_with_others,
    my_items,
    overdue_list,
    stands,
)
from caseapp.domain.deadlines.queries.recount import unlike
from caseapp.domain.org.chronicle import Change
from caseapp.domain.org.models import DUTIES, Mark
from caseapp.domain.people.queries import user_named
from caseapp.domain.teams.models import CaseSeat
from caseapp.domain.teams.queries.acting import keep_stands_for
from tests.cases.make import head, log, name, petition
from tests.conftest import CAST, TEAM
from tests.deadlines.walk import Walk
from tests.sizes import many, on_either

STEPS = many(28, 200)
"""Steps that a walk takes; what a rule refuses is none. In the long trials ten thousand on each database."""
LISTS: tuple[Callable[..., DueList], ...] = (my_items, coming, late_with_others, overdue_list, due_by, due_today)


def fresh(system: Ctx) -> Ctx:
    """The system, with the tree and the rules of today."""
    return Ctx(db.session, system.actor, system.clock)


def reader(system: Ctx, username: str) -> Ctx:
    """Somebody of the cast, by the tree of today."""
    ctx = fresh(system)
    user = user_named(db.session, username)
    assert user is not None
    ctx.actor = actor_of(user, ctx.units, ctx.today)
    return ctx


def rows_of(ctx: Ctx, listed: DueList) -> list[object]:
    """What a list tells."""
    items = listed.items(db.session, ctx.units)
    return [[item.deadline.id, item.responsible, item.person, item.acting, item.mine] for item in items]


def both_ways(ctx: Ctx, make: Callable[..., DueList]) -> tuple[list[object], list[object]]:
    """A list as the rows tell it, and as the history does."""
    listed = make(ctx.actor, ctx.today)
    told = rows_of(ctx, listed)
    assert listed.count(db.session) == len(told)
    listed.today = None
    return told, rows_of(ctx, listed)


@pytest.mark.parametrize(("world", "seed"), on_either(range(many(4, 50))), indirect=["world"])
def test_the_rows_are_what_the_rules_say_after_every_step(seed, clock, as_user, system, tried):
    walk, step = Walk(seed, clock, as_user, system), 0
    while sum(walk.taken.values()) < STEPS:
        walk.step()
        ctx = fresh(system)
        if not stands(db.session, ctx.today):
            with unit_of_work(db.session):
                bring_tree_in_line(ctx)
                turn_day(ctx)
        wrong = unlike(db.session, ctx.units, ctx.office, ctx.today)
        assert wrong == [], (step, walk.taken)
        db.session.rollback()
        step += 1
        for who in sorted(CAST)[step // 8 % 3 :: 3] if step % 8 == 0 else ():  # all in turn
            for make in LISTS:
                rows, history = both_ways(reader(system, who), make)
                assert rows == history, (step, who, make.__name__)
    assert db.session.query(Duty).count() > 3
    tried(STEPS)


def test_rows_that_are_wrong_are_named_and_made_anew(as_user, run):
    number = log(as_user("grid"), head())
    with unit_of_work(db.session) as session:
        session.execute(sa.update(Duty).values(person="nobody", holder_id=None, town_id=None))
    told = run("check", "--deep").output
    assert f"duties        1 cases differ: {number}" in told
    assert run("rebuild").exit_code == 0
    assert "duties        as recounted" in run("check", "--deep").output


def test_who_answers_for_a_seat_is_recounted_and_made_anew(as_user, run, clock):
    number = log(as_user("grid"), head())
    with unit_of_work(db.session):
        staff_case(as_user("office"), number)
    assert set(db.session.scalars(sa.select(CaseSeat.person))) == {holder for holder, _deputy in TEAM.values()}
    with unit_of_work(db.session) as session:
        session.execute(sa.update(CaseSeat).where(CaseSeat.seat == "dept").values(person="nobody"))
    assert f"duties        1 cases differ: {number}" in run("check", "--deep").output
    assert run("rebuild").exit_code == 0
    assert "duties        as recounted" in run("check", "--deep").output


@pytest.mark.parametrize("from_day", [23, 24])
def test_the_deputy_answers_for_a_seat_while_its_holder_is_away(as_user, clock, system, from_day):
    number = log(as_user("grid"), head())
    with unit_of_work(db.session):
        fill_seat(as_user("office"), number, "grid", ("grid", "grid2"), "")
        enter_absence(as_user("office"), "grid", "leave", date(2026, 11, from_day), date(2026, 11, 24))
    clock.set(2026, 11, from_day, 12, 0)
    with unit_of_work(db.session):
        turn_day(fresh(system))
    assert list(db.session.scalars(sa.select(CaseSeat.person))) == ["grid2"]
    clock.set(2026, 11, 25, 0, 1)
    with unit_of_work(db.session):
        turn_day(fresh(system))
    assert list(db.session.scalars(sa.select(CaseSeat.person))) == ["grid"]


def test_a_page_before_anybody_wrote_on_a_new_day_reads_the_history(as_user, clock, system):
    log(as_user("grid"), head())
    clock.pass_by(days=2)
    assert not stands(db.session, system.today)
    late = overdue_list(as_user("office").actor, system.today).items(db.session, as_user("office").units)
    assert [item.deadline.kind for item in late] == ["first_contact"]
    with unit_of_work(db.session):
        turn_day(system)
    assert rows_of(as_user("office"), overdue_list(as_user("office").actor, system.today)) != []
    assert stands(db.session, system.today)


def test_what_was_read_with_the_login_holds_no_longer_than_its_transaction(as_user, clock, system):
    log(as_user("grid"), head())
    clock.pass_by(days=1)
    with unit_of_work(db.session):
        assert not stands(db.session, system.today)
    db.session.rollback()
    keep_stands_for(db.session, system.today.isoformat())
    assert stands(db.session, system.today)
    with unit_of_work(db.session):
        assert not stands(db.session, system.today)
        turn_day(system)
        assert stands(db.session, system.today)


def test_who_writes_first_on_a_new_day_turns_the_rows(as_user, clock, system):
    waiting = log(as_user("grid"), head())
    clock.pass_by(days=2)
    log(as_user("grid"), head())
    assert stands(db.session, system.today)
    assert unlike(db.session, system.units, system.office, system.today) == []
    late = overdue_list(as_user("office").actor, system.today).items(db.session, as_user("office").units)
    assert [item.case.number for item in late] == [waiting]


def test_a_database_from_before_gets_its_rows_when_it_is_migrated(as_user, app, system):
    log(as_user("grid"), head())
    with unit_of_work(db.session) as session:
        session.execute(sa.delete(Duty))
        session.execute(sa.update(Mark).where(Mark.name == DUTIES).values(value=""))
    upgrade_schema()
    assert db.session.query(Duty).count() > 0
    assert unlike(db.session, system.units, system.office, system.today) == []


def test_a_post_that_moves_with_a_merged_unit_changes_whose_lists_a_duty_is_in(as_user, system):
    number = log(as_user("grid"), head())
    with unit_of_work(db.session):
        fill_seat(as_user("office"), number, "grid", ("grid2", None), "")
    assert "@grid2" in set(db.session.scalars(sa.select(DutyReader.reader)))
    with unit_of_work(db.session):
        record_changes(fresh(system), [Change("TH-DS-01", "merged", system.today, {"into": "TH-SH-01"}, reason="合并")])
    assert unlike(db.session, fresh(system).units, system.office, system.today) == []
    assert "@grid2" not in set(db.session.scalars(sa.select(DutyReader.reader)))


def test_who_comes_to_lie_in_a_unit_complained_of_answers_no_longer(as_user, system):
    """The person in the seat holds a post in a group that is moved into the village which the case complains of."""
    number = log(as_user("office"), petition(unit="TH-DS"))
    with unit_of_work(db.session):
        add_post(system, add_user(system, "grid-b", "网格员丙", "correct horse"), "grid", "TH-SH-02")
        fill_seat(as_user("office"), number, "grid", ("grid-b", None), "")
    name(as_user("office"), as_user("leader"), number, "TH-DS")
    assert "grid-b" in set(db.session.scalars(sa.select(Duty.person)))
    with unit_of_work(db.session):
        record_changes(fresh(system), [Change("TH-SH-02", "moved", system.today, {"parent": "TH-DS"}, reason="划转")])
    assert "grid-b" not in set(db.session.scalars(sa.select(Duty.person)))
    assert unlike(db.session, fresh(system).units, system.office, system.today) == []


def test_a_move_that_is_taken_back_before_any_night_leaves_nothing_of_it(as_user, clock, system):
    """The rows of a new day were written by the tree of that day, which no night had brought in line."""
    log(as_user("office"), petition(unit="TH-SH-02"))
    away = Change("TH-SH-02", "moved", system.today + timedelta(days=2), {"parent": "XT-AA"}, reason="划转")
    with unit_of_work(db.session):
        record_changes(fresh(system), [away])
    clock.pass_by(days=3)
    with unit_of_work(db.session):
        turn_day(fresh(system))
    with unit_of_work(db.session):
        back = Change("TH-SH-02", "moved", fresh(system).today, {"parent": "TH-SH"}, reason="划回")
        record_changes(fresh(system), [back])
    now = fresh(system)
    assert unlike(db.session, now.units, now.office, now.today) == []
    village = reader(system, "village")
    listed = overdue_list(village.actor, village.today).items(db.session, village.units)
    assert [one.deadline.kind for one in listed] == ["first_contact"]


@pytest.mark.parametrize("of_its_day", [True, False])
def test_a_matter_complaining_of_somebody_goes_to_the_town_its_unit_lay_in_that_day(as_user, clock, system, of_its_day):
    """A group is moved into another town from that very day on, and that is entered afterwards."""
    number, day = log(as_user("office"), petition(unit="TH-SH-02")), system.today
    name(as_user("office"), as_user("leader"), number, "village")
    later = day if of_its_day else day + timedelta(days=1)
    clock.pass_by(days=1)
    with unit_of_work(db.session):
        record_changes(fresh(system), [Change("TH-SH-02", "moved", later, {"parent": "XT-AA"}, reason="划转")])
    now = fresh(system)
    case = db.session.scalar(sa.select(Case).where(Case.number == number))
    assert case is not None
    assert case.holder_id == now.units.id_of["XT" if of_its_day else "TH"]
    with unit_of_work(db.session):
        turn_day(now)
    assert unlike(db.session, now.units, now.office, now.today) == []


def held_by(number: str) -> int:
    return db.session.scalars(sa.select(Case.holder_id).where(Case.number == number)).one()


def complained_of(as_user, unit: str) -> str:
    number = log(as_user("office"), petition(unit=unit))
    name(as_user("office"), as_user("leader"), number, "village")
    return number


def test_the_groups_of_a_village_merged_into_another_town_go_with_it(as_user, clock, system):
    number, day = complained_of(as_user, "TH-SH-02"), system.today
    clock.pass_by(days=1)
    with unit_of_work(db.session):
        record_changes(fresh(system), [Change("TH-SH", "merged", day, {"into": "XT-AA"}, reason="合并")])
    now = fresh(system)
    assert held_by(number) == now.units.id_of["XT"]
    with unit_of_work(db.session):
        turn_day(now)
    assert unlike(db.session, now.units, now.office, now.today) == []


def test_a_group_that_turns_out_to_have_left_before_its_village_did_stays_in_its_town(as_user, clock, system):
    """The village went to another town; that one of its groups had left it for a village here is entered afterwards."""
    first = system.today
    clock.pass_by(days=2)
    number = complained_of(as_user, "TH-SH-02")
    with unit_of_work(db.session):
        record_changes(fresh(system), [Change("TH-SH", "moved", fresh(system).today, {"parent": "XT"}, reason="划转")])
    assert held_by(number) == system.units.id_of["XT"]
    with unit_of_work(db.session):
        record_changes(fresh(system), [Change("TH-SH-02", "moved", first, {"parent": "TH-DS"}, reason="划转")])
    assert held_by(number) == system.units.id_of["TH"]
    now = fresh(system)
    with unit_of_work(db.session):
        turn_day(now)
    assert unlike(db.session, now.units, now.office, now.today) == []
