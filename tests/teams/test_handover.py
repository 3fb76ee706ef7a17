"""Handing over: shown before it is done, to who may hold it alone, each seat with an event, taken back exactly."""

from __future__ import annotations

from datetime import date

import pytest

from caseapp.actions.absences import enter_absence
from caseapp.actions.accounts import add_post, add_user, set_active
from caseapp.actions.co_handlers import ask_to_help, say_word
from caseapp.actions.handover import hand_over, handovers, plan_handover, take_back
from caseapp.actions.meetings import record_decision
from caseapp.actions.teams import fill_seat, set_standing_team, staff_case
from caseapp.db import db, unit_of_work
from caseapp.domain.access.models import CaseAccess
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.meetings.models import MeetingDecision
from caseapp.domain.notices.models import Notice
from caseapp.domain.people.queries import user_named
from caseapp.domain.teams.models import CaseSeat, CoHandler, Handover, StandingSeat
from caseapp.kernel.errors import CaseappError, NotAllowed, OutOfScope, RuleViolation
from tests.cases.make import head, log
from tests.cli.terminal import contents
from tests.conftest import TEAM
from tests.sizes import many

pytestmark = pytest.mark.either_database

SEATS = many(30, 200)
DAY = date(2026, 11, 30)


@pytest.fixture
def successor(system) -> str:
    with unit_of_work(db.session):
        add_post(system, add_user(system, "next", "继任", "correct horse battery"), "grid", "TH-SH")
    return "next"


def held_by(person: str) -> int:
    return db.session.query(CaseSeat).filter_by(holder=person).count()


def staffed(as_user, count: int) -> list[str]:
    numbers = [log(as_user("grid"), head(title=f"第{place}件")) for place in range(count)]
    with unit_of_work(db.session):
        for number in numbers:
            staff_case(as_user("office"), number)
    return numbers


def gone(as_user, *words: str) -> list[str]:
    """The cases of the handover that was done; ``words`` are who to whom and why."""
    with unit_of_work(db.session):
        _row, did = hand_over(as_user("office"), *words)
    return sorted(piece.case.number for piece, _pair in did.moves if piece.kind == "seat" and piece.case)


def why(kept) -> list[tuple[str, str]]:
    """What stayed, each with why."""
    return [(piece.kind, str(problem)) for piece, problem in kept]


@pytest.mark.slow
def test_all_seats_change_hands_in_one_action_with_an_event_each(as_user, successor):
    numbers = staffed(as_user, SEATS)
    before = db.session.query(CaseEvent).count()
    assert gone(as_user, "grid", successor, "调离") == sorted(numbers)
    assert (held_by("grid"), held_by(successor)) == (0, SEATS)
    assert db.session.query(CaseEvent).count() == before + SEATS
    assert len(gone(as_user, successor, "grid", "调回")) == SEATS
    assert held_by("grid") == SEATS


def everything(as_user, successor: str) -> list[str]:
    """Somebody with two seats of cases, two of standing teams, a task and a decision."""
    first, second = staffed(as_user, 2)
    with unit_of_work(db.session):
        fill_seat(as_user("office"), second, "grid", ("grid2", "grid"), "换人")
        ask_to_help(as_user("office"), second, "grid", "测量水沟", DAY)
        record_decision(as_user("office"), "TH", date(2026, 11, 23), "修好水沟", "grid", DAY)
    return [first, second]


def test_the_plan_lists_what_moves_by_kind_and_writes_nothing(as_user, successor):
    numbers = everything(as_user, successor)
    before = contents()
    plan = plan_handover(as_user("office"), "grid", successor)
    told = [(piece.kind, piece.case.number if piece.case else "", piece.held, pair) for piece, pair in plan.moves]
    assert told == [
        ("seat", numbers[0], ("grid", None), ("next", None)),
        ("seat", numbers[1], ("grid2", "grid"), ("grid2", "next")),
        ("standing", "", ("grid", None), ("next", None)),
        ("standing", "", ("grid", None), ("next", None)),
        ("task", numbers[1], ("grid", None), ("next", None)),
        ("decision", "", ("grid", None), ("next", None)),
    ]
    assert plan.kept == []
    assert contents() == before


def hands() -> list[object]:
    """Who holds what now."""
    db.session.rollback()
    seats = sorted((row.case_id, row.seat, row.holder, row.deputy or "") for row in db.session.query(CaseSeat))
    teams = sorted((row.unit_id, row.seat, row.holder, row.deputy or "") for row in db.session.query(StandingSeat))
    tasks = [row.username for row in db.session.query(CoHandler)]
    return [seats, teams, tasks, [row.responsible for row in db.session.query(MeetingDecision)]]


def test_it_is_taken_back_exactly_and_both_are_on_record(as_user, successor):
    everything(as_user, successor)
    before = hands()
    with unit_of_work(db.session):
        done, did = hand_over(as_user("office"), "grid", successor, "调离")
        key = done.id
    assert len(did.moves) == 6
    assert hands() != before
    events = db.session.query(CaseEvent).count()
    with unit_of_work(db.session):
        assert take_back(as_user("office2"), key, "调令收回") == []
    assert hands() == before
    assert db.session.query(CaseEvent).count() == events + 2
    row, count = handovers(as_user("office"))[0]
    assert count == 6
    assert (row.taken_back_by, all(item.back for item in row.items)) == ("office2", True)
    with pytest.raises(OutOfScope):
        take_back(as_user("office"), key, "再来")


def test_taking_back_moves_nothing_that_the_successor_had_or_got_otherwise(as_user, successor):
    first, second = staffed(as_user, 2)
    with unit_of_work(db.session):
        fill_seat(as_user("office"), second, "grid", (successor, None), "本来就是")
        key = hand_over(as_user("office"), "grid", successor, "调离")[0].id
    third = staffed(as_user, 1)[0]
    with unit_of_work(db.session):
        take_back(as_user("office"), key, "收回")
    held = {row.case_id: row.holder for row in db.session.query(CaseSeat).filter_by(seat="grid")}
    number = {case.id: case.number for case in db.session.query(Case)}
    assert {number[key]: holder for key, holder in held.items()} == {first: "grid", second: successor, third: successor}


def test_what_changed_hands_since_stays_and_is_named(as_user, successor):
    first, second = staffed(as_user, 2)
    with unit_of_work(db.session):
        ask_to_help(as_user("office"), second, "grid", "测量水沟", DAY)
        key = hand_over(as_user("office"), "grid", successor, "调离")[0].id
    with unit_of_work(db.session):
        fill_seat(as_user("office"), first, "grid", ("grid2", None), "又换")
        task = db.session.query(CoHandler).one()
        say_word(as_user("next"), task.id, "量好了", done=True)
        set_standing_team(as_user("office"), "TH-DS", TEAM | {"grid": ("grid2", None)})
    with unit_of_work(db.session):
        kept = take_back(as_user("office"), key, "收回")
    assert why(kept) == [
        (kind, "it changed hands since, and stays as it is now") for kind in ("seat", "standing", "task")
    ]
    assert held_by("grid2") == 1
    assert held_by("grid") == 1


def test_nothing_goes_back_to_who_may_not_hold_it_any_more(system, as_user, successor):
    staffed(as_user, 1)
    with unit_of_work(db.session):
        key = hand_over(as_user("office"), "grid", successor, "调离")[0].id
        set_active(as_user("admin"), "grid", active=False)
    with unit_of_work(db.session):
        kept = take_back(as_user("office"), key, "收回")
    assert {problem for _kind, problem in why(kept)} == {"there is no active user grid"}
    assert held_by(successor) == 1


@pytest.mark.tampers  # a bar is put in by hand
@pytest.mark.parametrize(
    ("person", "problem"),
    [
        ("village2", "村干部乙 has no post that this is for"),
        ("outsider", "外镇信访办 has no post that this is for"),
        ("away", "网格员away is away today"),
        ("gone", "there is no active user gone"),
        ("barred", "网格员barred cannot sit on this case: it complains of them or their unit"),
    ],
)
def test_it_goes_to_nobody_who_may_not_hold_it_and_says_why(system, as_user, person, problem):
    number = staffed(as_user, 1)[0]
    with unit_of_work(db.session):
        for name in ("away", "gone", "barred"):
            add_post(system, add_user(system, name, f"网格员{name}", "correct horse battery"), "grid", "TH-DS-01")
        enter_absence(as_user("away"), "away", "leave", date(2026, 11, 23), DAY)
        set_active(as_user("admin"), "gone", active=False)
        case = db.session.query(Case).filter_by(number=number).one()
        db.session.add(CaseAccess(case_id=case.id, username="barred", barred=True))
    if person == "gone":
        with pytest.raises(RuleViolation, match=problem):
            plan_handover(as_user("office"), "grid", person)
        return
    plan = plan_handover(as_user("office"), "grid", person)
    assert ("seat", problem) in why(plan.kept)
    assert not [piece for piece, _pair in plan.moves if piece.kind == "seat"]
    assert gone(as_user, "grid", person, "调离") == []
    assert held_by("grid") == 1


def test_a_case_where_the_successor_sits_already_stays_and_is_named(system, as_user, successor):
    first, second, third = staffed(as_user, 3)
    with unit_of_work(db.session):
        add_post(system, user_named(db.session, successor), "village", "TH-SH")
        fill_seat(as_user("office"), first, "village", (successor, None), "换人")
        _row, did = hand_over(as_user("office"), "grid", successor, "调离")
    assert sorted(piece.case.number for piece, _pair in did.moves if piece.kind == "seat") == [second, third]
    assert why(did.kept) == [("seat", "继任 already sits in this team; one person holds one seat")]


@pytest.mark.tampers  # a bar is put in by hand
def test_a_case_that_who_hands_over_does_not_see_is_neither_moved_nor_named(as_user, successor):
    number = staffed(as_user, 1)[0]
    with unit_of_work(db.session):
        case = db.session.query(Case).filter_by(number=number).one()
        db.session.add(CaseAccess(case_id=case.id, username="office", barred=True))
    plan = plan_handover(as_user("office"), "grid", successor)
    assert "seat" not in {piece.kind for piece, _pair in plan.moves} | {piece.kind for piece, _problem in plan.kept}
    assert gone(as_user, "grid", successor, "调离") == []
    assert held_by("grid") == 1


def test_the_successor_of_a_leader_who_was_the_deputy_holds_the_seat_alone(system, as_user, successor):
    number = staffed(as_user, 1)[0]
    with unit_of_work(db.session):
        fill_seat(as_user("office"), number, "grid", ("grid", successor), "换人")
        key = hand_over(as_user("office"), "grid", successor, "调离")[0].id
    row = db.session.query(CaseSeat).filter_by(seat="grid").one()
    assert (row.holder, row.deputy) == (successor, None)
    with unit_of_work(db.session):
        assert take_back(as_user("office"), key, "收回") == []
    row = db.session.query(CaseSeat).filter_by(seat="grid").one()
    assert (row.holder, row.deputy) == ("grid", successor)


def test_only_who_keeps_the_teams_hands_over_and_only_with_a_reason(as_user, successor):
    staffed(as_user, 1)
    with pytest.raises(NotAllowed):
        hand_over(as_user("village"), "grid", successor, "调离")
    with pytest.raises(RuleViolation, match="say why"):
        hand_over(as_user("office"), "grid", successor, " ")
    with pytest.raises(RuleViolation):
        hand_over(as_user("office"), "grid", "nobody", "调离")
    with pytest.raises(CaseappError):
        take_back(as_user("village"), 1, "收回")
    assert db.session.query(Handover).count() == 0


def test_the_page_shows_the_plan_and_does_it_only_once_that_very_plan_was_looked_at(as_user, successor, browse):
    first = staffed(as_user, 1)[0]
    client = browse("office")
    form = {"leaver": "grid", "successor": successor, "reason": "调离"}
    page = client.post("/teams/handover", data=form | {"keep": "1"})
    assert first in page.text
    assert held_by("grid") == 1
    looked = page.text.split('name="looked"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    second = staffed(as_user, 1)[0]
    again = client.post("/teams/handover", data=form | {"keep": "1", "looked": looked})
    assert second in again.text
    assert held_by("grid") == 2
    looked = again.text.split('name="looked"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    done = client.post("/teams/handover", data=form | {"keep": "1", "looked": looked})
    assert "alert-success" in done.text
    assert (held_by("grid"), held_by(successor)) == (0, 2)
    key = db.session.query(Handover).one().id
    refused = client.post(f"/teams/handover/{key}/back", data={"reason": ""}, follow_redirects=True)
    assert "alert-danger" in refused.text
    client.post(f"/teams/handover/{key}/back", data={"reason": "收回"})
    assert held_by("grid") == 2
    assert {row.recipient for row in db.session.query(Notice).filter_by(kind="given")} >= {"grid", successor}
