"""A frozen report never changes, can be worked out again byte for byte, and says in its next revision what moved it."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
import sqlalchemy as sa

from caseapp.actions.imports import import_cases
from caseapp.actions.interests import declare_interest
from caseapp.actions.reports import compare_with_today, freeze_each, freeze_month, freezing
from caseapp.actions.settings import set_value
from caseapp.db import db, unit_of_work
from caseapp.domain.access.actor import SYSTEM
from caseapp.domain.reports.frozen import digest_of, written
from caseapp.domain.reports.models import FrozenReport
from caseapp.domain.reports.queries import frozen_reports, read_report
from caseapp.domain.reports.report import as_json
from caseapp.kernel.errors import Conflict, NotAllowed, RuleViolation
from caseapp.kernel.periods import Month
from tests.cases.make import do, head, log, moment
from tests.statements import counted

pytestmark = pytest.mark.either_database

OCTOBER = Month(2026, 10)


@pytest.fixture
def october(as_user, clock) -> list[str]:
    """Three cases of October, one resolved and confirmed, entered as they happened."""
    numbers = []
    for day in (5, 12, 20):
        numbers.append(log(as_user("grid"), head(title=f"十月{day}日"), at=moment(2026, 10, day, 9)))
    do(as_user("grid"), numbers[0], "resolve", at=moment(2026, 10, 25, 9), method="mediation", evidence="协议")
    do(as_user("village"), numbers[0], "return_visit", at=moment(2026, 10, 30, 9), result="fulfilled")
    clock.set(2026, 11, 24, 18, 0)
    return numbers


def frozen(ctx, unit: str = "TH", **more) -> FrozenReport:
    with unit_of_work(db.session):
        return freeze_month(ctx, unit, OCTOBER, **more)


def again(ctx, as_of: datetime) -> dict:
    return as_json(read_report(db.session, SYSTEM, ctx.units, "TH", OCTOBER, as_of=as_of))


def test_what_is_frozen_is_worked_out_again_byte_for_byte_a_year_later(october, as_user, clock, system):
    kept = frozen(as_user("office"))
    first, as_of, digest = kept.content, kept.as_of, kept.digest
    clock.set(2026, 12, 10, 9, 0)
    do(as_user("grid"), october[1], "resolve", at=moment(2026, 10, 28, 9), method="mediation", evidence="补录")
    late = log(as_user("grid"), head(title="补登"), at=moment(2026, 10, 30, 9))
    with unit_of_work(db.session):
        set_value(as_user("office"), "days.handle_dispute", "20", as_user("office").today, recompute=True)
    clock.set(2027, 11, 3, 9, 0)
    told = again(system, as_of)
    stored = json.loads(first)
    assert written({**told, "frozen": stored["frozen"]}) == first
    assert digest_of(told, kept.settings, kept.stored) == digest == stored["frozen"]["digest"]
    assert late not in first


def test_the_next_revision_names_exactly_the_cases_and_events_that_moved_it(october, as_user, clock):
    frozen(as_user("office"))
    clock.set(2026, 12, 10, 9, 0)
    do(as_user("grid"), october[1], "resolve", at=moment(2026, 10, 28, 9), method="mediation", evidence="补录")
    do(as_user("grid"), october[2], "follow_up", at=moment(2026, 12, 9, 9), method="phone", note="十二月的事")
    second = frozen(as_user("office"))
    assert second.revision == 2
    assert second.moved["cases"] == [october[1]]
    assert second.moved["numbers"]["lines.resolved"] == [1, 2]
    assert second.moved["numbers"]["rates.net"] == [{"n": 1, "d": 3}, {"n": 2, "d": 3}]
    assert [row[:3] for row in second.moved["events"]] == [[october[1], "resolved", "2026-10-28"]]
    assert json.loads(db.session.query(FrozenReport).filter_by(revision=1).one().content)["lines"]["resolved"] == 1


def test_nothing_is_frozen_twice_without_a_change_nor_before_the_month_is_over(october, as_user, clock):
    kept = frozen(as_user("office"))
    with pytest.raises(RuleViolation, match="nothing moved"):
        frozen(as_user("office"))
    assert compare_with_today(as_user("office"), kept)["numbers"] == {}
    with pytest.raises(RuleViolation, match="not over"):
        freeze_month(as_user("office"), "TH", Month(2026, 11))
    with pytest.raises(NotAllowed):
        freeze_month(as_user("leader"), "TH", OCTOBER)


@pytest.mark.both_databases
@pytest.mark.parametrize("attack", ["UPDATE frozen_report SET content = ''", "DELETE FROM frozen_report"])
def test_the_database_refuses_to_change_what_is_frozen(october, as_user, attack):
    frozen(as_user("office"))
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        db.session.execute(sa.text(attack))
    db.session.rollback()


def test_an_import_behind_a_frozen_report_is_recorded_now_and_says_so(october, as_user, system, clock):
    before = frozen(as_user("office"))
    as_of = before.as_of
    clock.set(2026, 12, 1, 9, 0)
    line = {
        "number": "旧0001", "track": "dispute", "unit": "TH-SH-01", "title": "迟到的卷宗",
        "events": [{"kind": "registered", "at": "2026-10-08T09:00:00+08:00"}],
    }  # fmt: skip
    with unit_of_work(db.session):
        result = import_cases(system, [(1, line)])
    assert (result.added, result.recorded_now) == (1, 1)
    assert again(system, as_of)["lines"] == json.loads(before.content)["lines"]
    with unit_of_work(db.session):
        assert import_cases(system, [(1, line)]).unchanged == 1


def test_what_frozen_reports_knew_is_asked_no_oftener_for_cases_of_more_units(october, as_user, system, clock):
    frozen(as_user("office"))
    clock.set(2026, 12, 1, 9, 0)
    begun = {"kind": "registered", "at": "2026-10-08T09:00:00+08:00"}
    asked = []
    for nth, units in enumerate((("TH-SH-01",), ("TH-SH-01", "TH-SH", "TH"))):
        line = {"track": "dispute", "title": "迟到的卷宗", "events": [begun]}
        lines = [{**line, "number": f"旧{nth}-{unit}", "unit": unit} for unit in units]
        with counted() as statements, unit_of_work(db.session):
            assert import_cases(system, list(enumerate(lines, 1))).recorded_now == len(units)
        asked.append(sum("FROM frozen_report" in one for one in statements))
    assert 0 < asked[0] == asked[1]


def test_a_history_behind_a_frozen_report_is_judged_once(october, as_user, system, clock, monkeypatch):
    frozen(as_user("office"))
    clock.set(2026, 12, 1, 9, 0)
    monkeypatch.setattr("caseapp.actions.opening.check_history", None)  # what a second judgement would call
    begun = {"kind": "registered", "at": "2026-10-08T09:00:00+08:00"}
    worked_on = {"kind": "followed_up", "at": "2026-10-09T09:00:00+08:00", "method": "visit", "note": "走访"}
    line = {"number": "旧0001", "track": "dispute", "unit": "TH-SH-01", "title": "迟到的卷宗", "events": [begun]}
    early = {**worked_on, "recorded_at": "2026-10-08T10:00:00+08:00"}
    for events, outcome in (([begun, early], (0, 0, 1)), ([begun], (1, 0, 0)), ([begun, early], (0, 0, 1))):
        with unit_of_work(db.session):
            result = import_cases(system, [(1, {**line, "events": events})])
        assert (result.added, result.continued, len(result.refused)) == outcome  # recorded before it happened
    assert result.recorded_now == 0


@pytest.mark.both_databases
def test_every_town_and_village_is_frozen_once_each_in_a_transaction_of_its_own(october, system):
    kept = []
    for keep in freeze_each(system, OCTOBER, as_of=system.now):
        with unit_of_work(db.session):
            kept.append(keep())
    assert len({report.unit_id for report in kept}) == len(kept) == 5
    assert list(freeze_each(system, OCTOBER, as_of=system.now)) == []


@pytest.mark.both_databases
def test_what_is_worked_out_for_freezing_locks_nothing_and_changes_nothing(october, system):
    with counted() as statements:
        next(iter(freeze_each(system, OCTOBER, as_of=system.now)))
    assert statements
    assert [text for text in statements if not text.startswith(("SELECT", "WITH")) or " FOR " in text] == []
    assert frozen_reports(db.session, system.units.id_of["TH"]) == []


@pytest.mark.both_databases
def test_what_was_entered_in_time_and_kept_while_it_was_worked_out_is_in_it(october, as_user, system, clock):
    """A page that had begun before the instant of freezing, and ended after the report was worked out."""
    keep = freezing(as_user("office"), "TH", OCTOBER, as_of=clock.instant)
    late = log(as_user("grid"), head(title="同时登记"), at=moment(2026, 10, 30, 9))
    with unit_of_work(db.session):
        kept = keep()
    assert late in kept.content
    assert again(system, kept.as_of)["lines"] == json.loads(kept.content)["lines"]


@pytest.mark.both_databases
def test_what_somebody_else_froze_meanwhile_is_said_and_not_written_over(october, as_user):
    slow, quick = (freezing(as_user("office"), "TH", OCTOBER) for _ in range(2))
    with unit_of_work(db.session):
        quick()
    with pytest.raises(Conflict), unit_of_work(db.session):
        slow()
    assert [report.revision for report in db.session.scalars(sa.select(FrozenReport))] == [1]


@pytest.mark.both_databases
def test_a_report_that_another_process_froze_meanwhile_stays_as_it_is(october, system):
    slow, quick = (list(freeze_each(system, OCTOBER, as_of=system.now)) for _ in range(2))
    for keep in [*quick, *slow]:
        with unit_of_work(db.session):
            keep()
    assert {report.revision for report in db.session.scalars(sa.select(FrozenReport))} == {1}


def test_the_command_freezes_and_gives_out_the_revision_as_stored(october, run):
    of_october = ("report", "month", "2026-10", "--unit", "TH")
    done = run(*of_october, "--freeze", "--json")
    assert done.exit_code == 0, done.output
    assert done.stdout.strip() == db.session.query(FrozenReport).one().content
    assert run(*of_october, "--revision", 1, "--json").stdout == done.stdout
    for wrong in ((*of_october, "--revision", 2), ("report", "month", "2026-12", "--unit", "TH", "--freeze")):
        refused = run(*wrong)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert refused.stderr


def test_the_page_shows_revisions_and_the_list_as_it_was(october, browse, as_user, clock):
    client = browse("office")
    assert client.post("/reports/TH/2026-10/freeze").status_code == 302
    clock.pass_by(minutes=10)
    do(as_user("grid"), october[1], "resolve", at=moment(2026, 10, 28, 9), method="mediation", evidence="补录")
    page = client.get("/reports/TH/2026-10?revision=1").text
    assert "sha256:" in page
    then = client.get("/reports/TH/2026-10/cases/resolved?revision=1").text
    now = client.get("/reports/TH/2026-10/cases/resolved").text
    assert (october[1] in then, october[1] in now) == (False, True)
    assert october[1] in client.get("/reports/TH/2026-10/compare?revision=1").text
    assert client.get("/reports/TH/2026-10?revision=7").status_code == 404


def test_whose_month_was_frozen_is_told_on_the_desk_for_a_week(october, browse, as_user, clock):
    frozen(as_user("office"))
    frozen(as_user("office"), "TH-SH")
    told = {name: browse(name).get("/").text for name in ("leader", "village", "village2")}
    assert "太和镇 2026年10月已定稿" in told["leader"]
    assert "双合村 2026年10月已定稿" not in told["leader"]
    assert "双合村 2026年10月已定稿" in told["village"]
    assert "已定稿" not in told["village2"]
    clock.pass_by(days=8)
    assert "已定稿" not in browse("office").get("/").text


def test_who_is_out_of_a_case_sees_the_frozen_report_without_it(october, browse, as_user):
    frozen(as_user("office"))
    with unit_of_work(db.session):
        declare_interest(as_user("office2"), october[0])
    client = browse("office2")
    page = client.get("/reports/TH/2026-10?revision=1")
    assert page.status_code == 200
    assert october[0] not in client.get("/reports/TH/2026-10/cases/new?revision=1").text
    compared = client.get("/reports/TH/2026-10/compare?revision=1")
    assert (compared.status_code, october[0] in compared.text) == (200, False)


def test_the_next_revision_knows_no_less_than_the_last(october, as_user, clock):
    kept = frozen(as_user("office"))
    clock.pass_by(days=1)
    do(as_user("grid"), october[1], "resolve", at=moment(2026, 10, 28, 9), method="mediation", evidence="协议")
    frozen(as_user("office"))
    with pytest.raises(RuleViolation, match="knew more than that"):
        frozen(as_user("office"), as_of=kept.as_of)


def test_freezing_again_on_the_command_line_says_what_moved_and_which_cases_moved_it(october, as_user, clock, run):
    month = ("report", "month", "2026-10", "--unit", "TH", "--freeze")
    assert run(*month).exit_code == 0
    clock.pass_by(days=1)
    do(as_user("grid"), october[1], "resolve", at=moment(2026, 10, 28, 9), method="mediation", evidence="协议")
    told = run(*month)
    assert "rates.net，原 1/3，现 2/3" in told.stdout + told.stderr
    assert october[1] in told.stdout + told.stderr
