"""Changing the tree: what is put on record, and what moves where."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from caseapp.actions.imports import import_cases
from caseapp.actions.org import bring_tree_in_line, load_rows, load_tree
from caseapp.actions.shadow import bring_in_line
from caseapp.db import db, unit_of_work
from caseapp.domain.access.models import CaseAccess
from caseapp.domain.cases.models import Case
from caseapp.domain.org.models import Unit
from caseapp.domain.org.tree import Place
from caseapp.domain.org.unit_rows import UnitRow
from caseapp.domain.people.models import Post
from caseapp.domain.people.queries import posts_on, user_named
from caseapp.domain.screening.queries import OwedList
from caseapp.domain.search.models import CaseWords
from caseapp.domain.teams.models import StandingSeat
from caseapp.domain.verification.queries import verify
from caseapp.kernel.errors import RuleViolation
from tests.audit.test_verify import broken, tamper
from tests.cases.make import do, head, log, moment
from tests.conftest import PLACES
from tests.screening.make import keep_rounds

DS = next(place for place in PLACES if place.code == "TH-DS")
TODAY = date(2026, 11, 23)


def change(ctx, *rows: UnitRow) -> None:
    with unit_of_work(ctx.session):
        load_rows(ctx, rows)
    ctx.session.expire_all()
    ctx.forget_units()


def merged(day: date = TODAY) -> UnitRow:
    return UnitRow(DS, from_on=day, closed_on=day, merged_into="TH-SH")


def shadow() -> dict[str, set[tuple[object, ...]]]:
    """What hangs on the cases, as it can be compared."""
    db.session.expire_all()
    return {
        "cases": {(one.number, one.unit_id, one.holder_id, one.tier) for one in db.session.query(Case)},
        "ways": {(one.case_id, one.unit_id, one.username, one.barred) for one in db.session.query(CaseAccess)},
        "pairs": {(one.case_id, one.village_id) for one in db.session.query(CaseWords)},
    }


def test_cases_posts_teams_and_texts_follow_a_merged_village(system, as_user):
    held = log(as_user("grid2"), head(unit="TH-DS-01"))
    do(as_user("grid2"), held, "escalate", to="TH-DS", reason="难")
    accused = log(as_user("grid"), head(unit="TH-SH-01", about=("TH-DS",)))
    change(system, merged())
    ids = system.units.id_of
    case = db.session.query(Case).filter_by(number=held).one()
    assert (case.unit_id, case.holder_id) == (ids["TH-DS-01"], ids["TH-SH"])
    assert [post.unit_id for post in posts_on(user_named(db.session, "village2"), TODAY)] == [ids["TH-SH"]]
    bars = db.session.query(CaseAccess).join(Case, Case.id == CaseAccess.case_id).filter(Case.number == accused)
    assert [way.unit_id for way in bars.filter(CaseAccess.barred)] == [ids["TH-SH"]]
    assert not db.session.query(StandingSeat).filter_by(unit_id=ids["TH-DS"]).count()
    assert {row.village_id for row in db.session.query(CaseWords).filter_by(case_id=case.id)} == {ids["TH-SH"]}
    before = shadow()
    with unit_of_work(system.session):
        for one in system.session.query(Case).all():
            bring_in_line(system, one)
        assert bring_tree_in_line(system) == 0
    assert shadow() == before


def test_a_case_of_a_merged_village_can_be_worked_on(system, as_user):
    held = log(as_user("grid2"), head(unit="TH-DS-01"))
    do(as_user("grid2"), held, "escalate", to="TH-DS", reason="难")
    change(system, merged())
    village2 = as_user("village2")
    do(village2, held, "follow_up", method="visit", note="到户")
    do(village2, held, "send_down", to="TH-SH-02", requirement="限期办结")
    do(as_user("office"), held, "follow_up", method="desk", note="催办")


def test_a_change_that_waits_takes_hold_on_its_day(system, as_user, clock):
    held = log(as_user("grid2"), head(unit="TH-DS-01"))
    do(as_user("grid2"), held, "escalate", to="TH-DS", reason="难")
    change(system, merged(date(2026, 12, 1)))
    ids = system.units.id_of
    assert "TH-DS" in system.units.places
    assert db.session.query(Case).filter_by(number=held).one().holder_id == ids["TH-DS"]
    clock.set(2026, 12, 1, 0, 5)
    with unit_of_work(system.session):
        system.forget_units()
        assert bring_tree_in_line(system) == 2
    assert "TH-DS" not in system.units.places
    assert db.session.query(Case).filter_by(number=held).one().holder_id == ids["TH-SH"]


def test_a_unit_that_is_opened_again_has_its_cases_back(system, as_user):
    held = log(as_user("grid2"), head(unit="TH-DS-01"))
    do(as_user("grid2"), held, "escalate", to="TH-DS", reason="难")
    before = shadow()
    change(system, merged())
    change(system, UnitRow(DS, from_on=TODAY))
    assert shadow() == before


def test_a_unit_that_holds_open_cases_is_not_closed(system, as_user):
    log(as_user("grid2"), head(unit="TH-DS-01"))
    group = next(place for place in PLACES if place.code == "TH-DS-01")
    with pytest.raises(RuleViolation, match="holds open cases"):
        change(system, UnitRow(group, closed_on=TODAY))


def test_posts_of_a_closed_group_end(system):
    group = next(place for place in PLACES if place.code == "TH-DS-01")
    change(system, UnitRow(group, closed_on=TODAY))
    assert posts_on(user_named(db.session, "grid2"), TODAY) == []
    assert db.session.query(Post).filter_by(ended_on=TODAY).count() == 1


def test_changes_are_chained_and_cannot_be_changed(system):
    change(system, merged())
    assert verify(system.session).broken == []
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), unit_of_work(system.session):
        system.session.execute(sa.text("UPDATE unit_change SET reason = 'x'"))


def test_a_list_without_days_holds_from_today_and_leaves_the_past_alone(system):
    with unit_of_work(system.session):
        assert load_tree(system, [Place("TH-DS", "TH", "village", "社区", "顶上社区")]) == (0, 1)
    assert system.units.on(date(2026, 11, 22)).place("TH-DS").name == "顶上村"
    assert system.units.place("TH-DS").name == "顶上社区"
    assert db.session.query(Unit).filter_by(code="TH-DS").one().name == "顶上社区"


def test_the_history_of_the_tree_goes_from_one_database_to_another(system, run, tmp_path):
    change(system, merged())
    file, again = tmp_path / "units.csv", tmp_path / "again.csv"
    assert run("units", "export", file).exit_code == 0
    told = file.read_text()
    assert "TH-DS,TH,village,村,顶上村,2026-11-23,2026-11-23,TH-SH," in told
    with unit_of_work(db.session):
        empty_tree()
    assert run("units", "load", file).exit_code == 0
    assert run("units", "export", again).exit_code == 0
    assert again.read_text() == told


def empty_tree() -> None:
    """A database as if no unit had been loaded."""
    postgres = db.engine.dialect.name == "postgresql"
    off = ["ALTER TABLE unit_change DISABLE TRIGGER ALL"] if postgres else ["DROP TRIGGER unit_change_no_delete"]
    for statement in (
        *off, "DELETE FROM unit_change", "DELETE FROM standing_seat", "DELETE FROM post", "UPDATE unit SET into_id = NULL",
        "UPDATE unit SET parent_id = NULL", "DELETE FROM unit",
        f"UPDATE chain_head SET seq = 0, digest = '{'0' * 64}' WHERE name = 'units'",
    ):  # fmt: skip
        db.session.execute(sa.text(statement))


def test_old_cases_are_registered_by_the_tree_of_their_day(system, as_user):
    change(system, merged())
    events = [{"kind": "registered", "at": "2026-11-23T10:00"}]
    line = {"track": "dispute", "unit": "TH-DS", "title": "事", "events": events}
    with unit_of_work(system.session):
        assert "is not there" in str(import_cases(system, [(1, line)]).refused[0].problem)
    number = log(as_user("village2"), head(unit="TH-DS"))  # a form that was open before: it goes where the village went
    assert db.session.query(Case).filter_by(number=number).one().unit_id == system.units.id_of["TH-SH"]
    log(as_user("office"), head(unit="TH-DS"), at=moment(2026, 11, 20, 9))


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE unit_change SET from_on = '2026-11-01' WHERE seq = 9",
        "UPDATE unit_change SET reason = 'x' WHERE seq = 2",
        "DELETE FROM unit_change WHERE seq = 9",
        "DELETE FROM unit_change WHERE seq = 3",
    ],
)
def test_a_change_that_was_tampered_with_shows(system, tampering):
    change(system, merged())
    tamper(tampering)
    assert len(broken()) == 1


def test_a_closed_village_owes_no_rounds_from_its_day_on(system):
    keep_rounds(system)

    def owing(day: date) -> set[str]:
        return {row.code for row in OwedList(system.actor, system.office, day).rows(system.session)}

    system.forget_office()
    assert "TH-DS" in owing(TODAY)
    change(system, merged())
    assert "TH-DS" not in owing(TODAY)
    assert {"TH-DS", "TH-SH"} <= owing(date(2026, 11, 22))


def test_a_group_that_is_said_to_lie_below_the_other_village_stays_there_when_its_own_is_opened_again(system):
    change(system, merged(date(2026, 11, 20)))
    group = next(place for place in PLACES if place.parent == "TH-DS")
    moved = UnitRow(Place(group.code, "TH-SH", group.tier, group.kind, group.name), from_on=date(2026, 11, 21))
    change(system, moved)
    assert [one.kind for one in system.units.chronicle.of_unit[group.code]] == ["opened", "moved"]
    change(system, UnitRow(DS, from_on=TODAY))
    assert system.units.place(group.code).parent == "TH-SH"
