"""Putting a round on record: who may, all or nothing, once, late stays late, and what is corrected stays on record."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest

from caseapp.actions.screening import correct_round
from caseapp.actions.settings import set_value
from caseapp.db import db, unit_of_work
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.people.models import Post
from caseapp.domain.screening.models import ScreeningCorrection, ScreeningFinding, ScreeningRound
from caseapp.domain.screening.queries import OwedList
from caseapp.kernel.errors import CaseappError, NotAllowed, OutOfScope, RuleViolation
from tests.screening.make import LONG_AGO, go_round, keep_rounds, matter, told

pytestmark = pytest.mark.either_database

FIRST = date(2026, 11, 16)


@pytest.fixture(autouse=True)
def _kept(world, system) -> None:
    keep_rounds(system)


def owed(ctx, day: date | None = None) -> list[tuple[str, date]]:
    listed = OwedList(ctx.actor, ctx.office, day or ctx.today)
    return [(one.code, one.round.first) for one in listed.rows(db.session)]


def test_each_matter_is_a_case_in_the_same_step(as_user):
    made = go_round(as_user("village"), matter(name="周甲一", headcount=4), matter("水渠漏水", unit="TH-SH-02"))
    cases = db.session.query(Case).order_by(Case.id).all()
    assert [(one.channel, one.track, one.title, one.headcount) for one in cases] == [
        ("screening", "dispute", "两家为滴水沟争执", 4), ("screening", "dispute", "水渠漏水", 1),
    ]  # fmt: skip
    assert [[party.name for party in one.parties] for one in cases] == [["周甲一"], []]
    assert db.session.query(CaseEvent).count() == 2
    assert {one.round_id for one in db.session.query(ScreeningFinding)} == {made.id}
    assert (made.signed_by, made.nothing_found, made.is_late) == ("village", False, False)
    assert sorted(one.username for one in made.members) == ["grid", "village"]
    assert (made.first_on, made.last_on) == (FIRST, date(2026, 11, 30))


def test_nothing_found_is_signed_and_meets_the_round(as_user):
    assert owed(as_user("village")) == [("TH-SH", date(2026, 11, 1)), ("TH-SH", FIRST)]
    made = go_round(as_user("liaison"))
    assert (made.nothing_found, made.signed_by) == (True, "liaison")
    assert owed(as_user("village")) == [("TH-SH", date(2026, 11, 1))]
    assert db.session.query(Case).count() == 0
    entry = db.session.query(AuditEntry).filter_by(action="round_recorded").one()
    assert (entry.subject, entry.detail["first"], entry.detail["late"]) == ("TH-SH", "2026-11-16", False)


def test_what_is_found_is_found_when_it_is_signed_however_the_clock_runs(as_user, clock):
    """Only what is added by a correction is shown as added."""
    ctx = as_user("village")

    def running() -> datetime:
        clock.pass_by(seconds=1)
        return clock()

    ctx.clock = running
    made = go_round(ctx, matter(), matter("第二件"))
    assert {one.added_at for one in db.session.query(ScreeningFinding)} == {made.signed_at}


def test_a_form_that_comes_again_with_more_or_other_matters_is_not_taken_for_stored(as_user):
    ctx, form = as_user("village"), {"token": "one-form"}
    made = go_round(ctx, matter(), **form)
    assert go_round(ctx, matter(), **form).id == made.id
    for others in ([matter(), matter("水渠漏水")], [matter("水渠漏水")]):
        with pytest.raises(RuleViolation, match="on record already"):
            go_round(ctx, *others, **form)
    with pytest.raises(RuleViolation, match="on record already"):
        go_round(ctx, matter(), households=37, **form)
    assert db.session.query(Case).count() == 1


def test_a_correction_that_comes_again_with_another_matter_is_not_taken_for_stored(as_user):
    ctx = as_user("village")
    go_round(ctx, matter())
    for story, stored in (("水渠漏水", True), ("水渠漏水", True), ("界桩被挪", False)):
        again = told(matter(story), token="one-correction")
        if stored:
            with unit_of_work(db.session):
                correct_round(ctx, "TH-SH", FIRST, again, "漏记一件")
        else:
            with pytest.raises(RuleViolation, match="on record already"):
                correct_round(ctx, "TH-SH", FIRST, again, "漏记一件")
            db.session.rollback()
    assert db.session.query(Case).count() == 2


@pytest.mark.parametrize("who", ["village", "liaison", "grid"])
def test_the_people_of_the_village_may(as_user, who):
    assert go_round(as_user(who), members=(who,)).signed_by == who


@pytest.mark.parametrize("who", ["leader", "office", "station", "auditor"])
def test_the_town_reads_and_does_not_record(as_user, who):
    assert ("TH-SH", FIRST) in owed(as_user(who))
    with pytest.raises(NotAllowed):
        go_round(as_user(who))


@pytest.mark.parametrize("who", ["village2", "grid2", "outsider", "admin", "discipline"])
def test_for_others_there_is_no_such_round(as_user, who):
    assert ("TH-SH", FIRST) not in owed(as_user(who))
    with pytest.raises(OutOfScope):
        go_round(as_user(who))


def test_a_grid_official_logs_matters_of_their_own_group(as_user):
    with pytest.raises(RuleViolation) as refused:
        go_round(as_user("grid"), matter(), matter(unit="TH-SH-02"))
    assert refused.value.field == "unit-2"
    assert go_round(as_user("grid"), matter()).nothing_found is False


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"area": "  "}, "area"), ({"area": "长" * 201}, "area"), ({"households": 0}, "households"),
        ({"households": 100_001}, "households"), ({"members": ()}, "members"), ({"members": ("village2",)}, "members"),
        ({"members": ("nobody",)}, "members"), ({"note": "长" * 1001}, "note"), ({"companions": "长" * 201}, "companions"),
        ({"area": "一\x00组"}, "area"), ({"nothing_found": True}, "nothing_found"),
    ],
)  # fmt: skip
def test_a_round_that_lacks_something_is_refused_and_nothing_is_kept(as_user, more, field):
    with pytest.raises(RuleViolation) as refused:
        go_round(as_user("village"), matter(), **more)
    assert refused.value.field == field
    assert (db.session.query(ScreeningRound).count(), db.session.query(Case).count()) == (0, 0)


def test_neither_matters_nor_nothing_found_is_refused(as_user):
    with pytest.raises(RuleViolation) as refused:
        go_round(as_user("village"), nothing_found=False)
    assert refused.value.field == "nothing_found"


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"story": " "}, "story"), ({"category": "nonsense"}, "category"), ({"category": ""}, "category"),
        ({"headcount": 0}, "headcount"), ({"unit": "TH-DS-01"}, "unit"), ({"unit": "TH"}, "unit"),
        ({"unit": "nowhere"}, "unit"), ({"name": "长" * 201}, "name"), ({"story": "坏\x00字"}, "story"),
    ],
)  # fmt: skip
def test_one_bad_matter_keeps_all_out_and_says_which(as_user, bad, field):
    with pytest.raises(RuleViolation) as refused:
        go_round(as_user("village"), matter(), matter(**{"story": "第二件"} | bad), matter("第三件"))
    assert refused.value.field == f"{field}-2"
    assert db.session.query(ScreeningRound).count() == 0
    assert db.session.query(Case).count() == 0
    go_round(as_user("village"), matter())
    assert db.session.query(Case).one().number == "太调〔2026〕0001号"  # no number was lost


def test_sent_twice_it_is_stored_once(as_user):
    first = go_round(as_user("village"), matter(), matter("第二件"), token="the same")
    again = go_round(as_user("village"), matter(), matter("第二件"), token="the same")
    assert first.id == again.id
    assert (db.session.query(Case).count(), db.session.query(ScreeningFinding).count()) == (2, 2)


def test_somebody_else_who_was_quicker_is_told_of_and_nothing_is_lost_or_doubled(as_user):
    go_round(as_user("village"), matter())
    with pytest.raises(RuleViolation, match="already"):
        go_round(as_user("liaison"), matter("第二件"))
    assert db.session.query(Case).count() == 1


def test_recorded_late_it_stays_late(as_user, clock):
    clock.set(2026, 12, 2, 9, 0)
    made = go_round(as_user("village"))
    assert (made.is_late, made.signed_on) == (True, date(2026, 12, 2))
    with unit_of_work(db.session):
        correct_round(as_user("village"), "TH-SH", FIRST, told(area="第三组"), "写错了")
    assert db.session.query(ScreeningRound).one().is_late


def test_on_the_last_day_it_is_in_time(as_user, clock):
    clock.set(2026, 11, 30, 23, 59)
    assert not go_round(as_user("village")).is_late


@pytest.mark.parametrize("day", ["2026-12-01", "2026-10-31", "2020-01-01"])
def test_a_round_that_has_not_begun_or_was_never_owed_is_none(as_user, day):
    with pytest.raises(OutOfScope):
        go_round(as_user("village"), day=day)


def test_a_village_owes_from_the_first_full_round_after_its_first_post(as_user, clock):
    sh = as_user("village").units.id_of["TH-SH"]
    with unit_of_work(db.session):
        db.session.query(Post).update({"started_on": date(2026, 11, 10)})
        db.session.query(Post).filter_by(unit_id=sh).update({"started_on": LONG_AGO})
    assert owed(as_user("office")) == [("TH-SH", date(2026, 11, 1)), ("TH-DS", FIRST), ("TH-SH", FIRST)]
    with pytest.raises(OutOfScope):
        go_round(as_user("village2"), unit="TH-DS", day="2026-11-05", members=("village2",))


def test_a_correction_keeps_what_was_and_says_why(as_user):
    go_round(as_user("village"))
    with unit_of_work(db.session):
        correct_round(as_user("grid"), "TH-SH", FIRST, told(households=40, members=("village",)), "漏记四户")
    rows = db.session.query(ScreeningCorrection).order_by(ScreeningCorrection.id).all()
    assert [(one.field, one.before, one.after, one.made_by) for one in rows] == [
        ("households", "36", "40", "grid"), ("members", "村干部甲、网格员甲", "村干部甲", "grid"),
    ]  # fmt: skip
    made = db.session.query(ScreeningRound).one()
    assert (made.households, made.signed_by) == (40, "village")
    assert db.session.query(AuditEntry).filter_by(action="round_corrected").one().detail["fields"] == [
        "households", "members",
    ]  # fmt: skip


def test_what_was_forgotten_is_added_as_a_case_and_the_signature_stays(as_user, clock):
    go_round(as_user("village"))
    clock.pass_by(days=1)
    for _tap in range(2):
        with unit_of_work(db.session):
            correct_round(as_user("village"), "TH-SH", FIRST, told(matter(), token="added"), "漏报一件")
    made = db.session.query(ScreeningRound).one()
    assert made.nothing_found is True
    assert db.session.query(ScreeningFinding).one().added_at > made.signed_at
    assert db.session.query(Case).one().channel == "screening"


@pytest.mark.parametrize(
    ("who", "more", "reason", "error"),
    [
        ("village", {}, "无", RuleViolation), ("village", {"area": "别处"}, " ", RuleViolation),
        ("office", {"area": "别处"}, "改", NotAllowed), ("outsider", {"area": "别处"}, "改", OutOfScope),
        ("village", {"households": 0}, "改", RuleViolation),
    ],
)  # fmt: skip
def test_a_correction_needs_a_change_a_reason_and_the_village(as_user, who, more, reason, error):
    go_round(as_user("village"))
    with pytest.raises(CaseappError) as refused, unit_of_work(db.session):
        correct_round(as_user(who), "TH-SH", FIRST, told(**more), reason)
    assert isinstance(refused.value, error)
    assert db.session.query(ScreeningCorrection).count() == 0


def test_a_round_not_on_record_cannot_be_corrected(as_user):
    with pytest.raises(OutOfScope), unit_of_work(db.session):
        correct_round(as_user("village"), "TH-SH", FIRST, told(), "改")


def set_rule(ctx, key: str, value: str) -> None:
    with unit_of_work(db.session):
        set_value(ctx, key, value, ctx.today)


def test_a_change_of_rules_moves_the_running_round_and_nothing_before(as_user, clock):
    go_round(as_user("village"), day="2026-11-01")
    set_rule(as_user("office"), "screening.sensitive", "2026-11-24 2026-12-03 全国两会")
    assert owed(as_user("village")) == [("TH-SH", FIRST)]
    assert go_round(as_user("village")).last_on == date(2026, 11, 29)
    clock.set(2026, 12, 10, 9, 0)
    assert owed(as_user("village")) == [("TH-SH", date(2026, 11, 30)), ("TH-SH", date(2026, 12, 7))]
    set_rule(as_user("office"), "screening.cadence", "weekly")
    clock.set(2026, 12, 22, 9, 0)
    assert [day for _code, day in owed(as_user("village"))] == [
        date(2026, 11, 30), date(2026, 12, 7), date(2026, 12, 14), date(2026, 12, 21),
    ]  # fmt: skip


def test_a_round_made_under_old_rules_stays_made(as_user, clock):
    """The half-month was done on the 20th; a sensitive period announced on the 25th asks for no second round in it."""
    clock.set(2026, 11, 20, 9, 0)
    go_round(as_user("village"))
    clock.set(2026, 11, 25, 9, 0)
    set_rule(as_user("office"), "screening.sensitive", "2026-11-25 2026-12-03 全国两会")
    assert owed(as_user("village")) == [("TH-SH", date(2026, 11, 1))]
    clock.set(2026, 11, 30, 9, 0)
    assert owed(as_user("village"))[-1] == ("TH-SH", date(2026, 11, 30))


def test_what_was_owed_on_a_past_day_can_be_told(as_user, clock, run):
    clock.set(2026, 12, 2, 9, 0)
    go_round(as_user("village"))
    listed = run("screening", "list", "--unit", "TH-SH", "--on", "2026-12-01", "--json")
    assert [(one["unit"], one["first"], one["due"], one["days_late"]) for one in json.loads(listed.stdout)] == [
        ("TH-SH", "2026-11-01", "2026-11-15", 16), ("TH-SH", "2026-11-16", "2026-11-30", 1),
        ("TH-SH", "2026-12-01", "2026-12-15", 0),
    ]  # fmt: skip
    today = run("screening", "list", "--unit", "TH", "--as", "village2").stdout
    assert ("2026-11-30" in today, "TH-SH" in today) == (True, False)
    for wrong in (("--unit", "XX"), ("--unit", "TH", "--on", "soon"), ("--unit", "TH", "--as", "admin")):
        refused = run("screening", "list", *wrong)
        assert (refused.exit_code, refused.stdout) == (1, ""), wrong
