"""Whole histories in and out: legal ones are taken, others refused by line and rule, twice is once, out is in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from caseapp.actions.exports import export_cases
from caseapp.actions.imports import UndoneError, import_cases, read_lines
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.rates.queries import windows_figures
from caseapp.domain.reports.queries import read_report
from caseapp.domain.reports.report import as_json
from caseapp.domain.verification.queries import verify
from caseapp.kernel.errors import NotAllowed, RuleViolation
from caseapp.kernel.periods import Month

pytestmark = pytest.mark.either_database

FIXTURE = Path(__file__).resolve().parents[2].parent / "shared" / "fixtures" / "june-2024"


def line(**values):
    events = values.pop("events", [{"kind": "registered", "at": "2024-03-05T09:00:00+08:00"}])
    return {"number": "A1", "track": "dispute", "unit": "TH-SH-01", "title": "水沟", "events": events, **values}


def event(kind, at, **data):
    return {"kind": kind, "at": f"2024-{at}:00+08:00", **data}


def take(ctx, *lines, **options):
    with unit_of_work(ctx.session):
        return import_cases(ctx, enumerate(lines, start=1), **options)


def out(ctx, **options):
    with unit_of_work(ctx.session):
        return list(export_cases(ctx, **options))


def refused(result):
    return [(refusal.line, str(refusal.problem)) for refusal in result.refused]


@pytest.mark.skipif(not FIXTURE.exists(), reason="the worked example is not beside the checkout")
def test_the_worked_example_gives_its_report(system):
    """June 2024 of rates.md §5, on each database."""
    take(system, *(json.loads(text) for text in (FIXTURE / "cases.jsonl").read_text().splitlines()))
    expected = json.loads((FIXTURE / "expected.json").read_text())
    month = Month(2024, 6)
    found = as_json(read_report(system.session, system.actor, system.units, "TH", month, as_of=system.now))
    assert {key: found[key] for key in expected} == expected
    twin = windows_figures(system.session, system.actor, system.units.part("TH"), [month.window, month.year_to_date])
    for figures, part in zip(twin, (expected, expected["year_to_date"]), strict=True):
        assert figures.lines == part["lines"]
        assert figures.net._asdict() == part["rates"]["net"]
        assert figures.verified._asdict() == part["rates"]["verified"]


def test_importing_again_adds_nothing(system):
    lines = [line(), line(number="A2", title="另一件"), {**line(title="无编号"), "number": ""}]
    assert take(system, *lines).added == 3
    again = take(system, *lines)
    assert (again.added, again.continued, again.unchanged) == (0, 0, 3)
    assert db.session.query(CaseEvent).count() == 3


def test_a_file_that_knows_more_continues_a_case(system):
    first = event("registered", "03-05T09:00")
    take(system, line(events=[first]))
    more = take(system, line(events=[first, event("resolved", "03-06T09:00", method="mediation", evidence="协议")]))
    assert more.continued == 1
    assert take(system, line(events=[first])).unchanged == 1
    assert db.session.query(Case).one().standing == "resolved"


def test_a_contradiction_is_refused(system):
    first = event("registered", "03-05T09:00")
    take(system, line(events=[first, event("resolved", "03-06T09:00", method="mediation", evidence="协议")]))
    other_head = take(system, line(events=[first], title="别的事"))
    other_act = take(system, line(events=[first, event("resolved", "03-06T09:00", method="policy", evidence="协议")]))
    other_start = take(system, line(events=[event("registered", "03-04T09:00")]))
    assert [len(result.refused) for result in (other_head, other_act, other_start)] == [1, 1, 1]
    assert db.session.query(CaseEvent).count() == 2


BAD = [
    (line(unit="TH-XX"), "no unit with the code TH-XX"),
    (line(track="other"), "track"),
    (line(title=" "), "title"),
    (line(track="petition"), "petition_class"),
    (line(petition_class="appeal"), "petition class"),
    (line(events=[]), "events"),
    (line(headcount=0), "whole number"),
    (line(risk="blue"), "risk"),
    (line(colour="red"), "no field colour"),
    (line(parties=[{"role": "boss"}]), "role"),
    (line(events=[event("registered", "02-30T09:00")]), "not a date and time"),
    (line(events=[event("registered", "03-05T09:00"), event("flown", "03-06T09:00")]), "flown"),
    (line(events=[event("registered", "03-05T09:00"), event("resolved", "03-06T09:00", method="magic")]), "magic"),
    (line(events=[event("registered", "03-05T09:00"), event("resolved", "03-06T09:00", method="policy")]), "evidence"),
    (line(events=[event("registered", "03-05T09:00"), event("archived", "03-06T09:00")]), "not possible"),
    (line(events=[event("registered", "03-05T09:00"), event("merged", "03-06T09:00", into="A9")]), "no case A9"),
    (line(events=[{"kind": "registered", "at": "2036-01-01T00:00:00+08:00"}]), "future"),
    (["not", "a", "case"], "JSON object"),
]


@pytest.mark.parametrize(("bad", "why"), BAD)
def test_a_line_that_breaks_a_rule_is_refused_and_the_others_are_taken(system, bad, why):
    result = take(system, line(number="G1"), bad, line(number="G2"))
    assert result.added == 2
    [(number, sentence)] = refused(result)
    assert number == 2
    assert why in sentence


def test_lines_that_are_no_json_are_refused_by_number():
    read = list(read_lines(['{"a": 1}\n', "\n", "{oops\n"]))
    assert read[0] == (1, {"a": 1})
    assert read[1][0] == 3
    assert isinstance(read[1][1], RuleViolation)


def test_a_case_may_refer_to_another_line_of_the_file_but_not_to_a_refused_one(system):
    first = event("registered", "03-05T09:00")
    merged = line(number="M", events=[first, event("merged", "03-06T09:00", into="T")])
    assert take(system, merged, line(number="T")).added == 2
    broken = take(
        system,
        line(number="M2", events=[first, event("merged", "03-06T09:00", into="T2")]),
        line(number="T2", risk="x"),
    )
    assert [number for number, _ in refused(broken)] == [1, 2]


def test_a_dry_run_changes_nothing(system):
    with pytest.raises(UndoneError), unit_of_work(system.session):
        result = import_cases(system, [(1, line())])
        raise UndoneError
    assert result.added == 1
    assert db.session.query(Case).count() == 0


def test_out_and_in_and_out_again_is_the_same_to_the_byte(system, world):
    first = event("registered", "03-05T09:00", received_on="2024-03-01")
    rich = line(
        number="R", track="petition", petition_class="appeal", about=["TH-DS", "nobody"], headcount=7, risk="red",
        parties=[{"role": "petitioner", "name": "王丙三", "phone": "000-0000-9999", "contact": "phone"}],
        events=[
            first,
            event("amended", "03-07T09:00", field="parties", to=[{"role": "petitioner", "name": "王丙三", "phone": "000-0000-8888"}], reason="改号"),
            event("accepted", "03-06T10:00", route=6, by="office", recorded_at="2024-03-09T10:00:00.5+08:00"),
            event("seat_filled", "03-06T10:00", seat="lead", holder="不在册的人", deputy="leader", reason="包案"),
            event("followed_up", "03-08T10:00", method="visit", by_seat="lead", acting=True, note="走访"),
        ],
    )  # fmt: skip
    take(system, line(number="Z"), rich, {**line(title="无编号"), "number": ""})
    plain, full = out(system), out(system, reason="移交")
    assert "000-0000-8888" not in "".join(plain)
    assert "000-0000-8888" in "".join(full)
    for exported, reason in ((plain, None), (full, "移交")):
        world.fresh()
        take(system, *(json.loads(text) for text in exported))
        assert out(system, reason=reason) == exported
        assert verify(db.session).broken == []


def test_telephone_numbers_leave_only_with_a_reason_and_a_right(system, as_user):
    take(system, line(parties=[{"role": "party", "name": "赵丁四", "phone": "000-0000-7777"}]))
    assert "7777" not in "".join(out(system))
    with pytest.raises(RuleViolation):
        out(system, reason=" ")
    with pytest.raises(NotAllowed):
        out(as_user("grid"), reason="工作需要")


def test_an_import_for_a_user_stays_in_their_scope(as_user):
    office = as_user("outsider")
    result = take(office, line())
    assert result.added == 0
    assert "do not cover" in refused(result)[0][1]


def test_a_second_event_of_a_kind_at_one_instant_continues_a_history_that_tells_the_first(system):
    visit = {
        "kind": "followed_up",
        "at": "2024-03-06T09:00:00+08:00",
        "method": "visit",
        "note": "到场",
        "by_seat": "lead",
    }
    line = {
        "number": "旧0002", "track": "dispute", "unit": "TH-SH-01", "title": "同时到场",
        "events": [{"kind": "registered", "at": "2024-03-05T09:00:00+08:00"}, visit],
    }  # fmt: skip
    longer = {**line, "events": [*line["events"], {**visit, "by_seat": "grid"}]}
    otherwise = {**line, "events": [line["events"][0], {**visit, "method": "phone"}]}
    with unit_of_work(db.session):
        assert import_cases(system, [(1, line)]).added == 1
        assert import_cases(system, [(1, otherwise)]).refused
        assert import_cases(system, [(1, longer)]).continued == 1
        assert import_cases(system, [(1, longer)]).unchanged == 1


def test_that_a_case_repeats_an_accusation_does_not_leave_and_the_rest_comes_in_again(system):
    registered = event("registered", "06-01T09:00")
    accusation = {"number": "ACC", "track": "petition", "petition_class": "accusation"}
    again = [registered, event("repeated", "06-05T09:00", of="ACC")]
    taken = take(system, line(**accusation, events=[registered]), line(number="N1", events=again))
    assert taken.added == 2
    [left] = out(system)
    assert "ACC" not in left
    assert [one["kind"] for one in json.loads(left)["events"]] == ["registered"]


@pytest.mark.parametrize("number", [".", "A\n1", "—"])
def test_a_number_that_no_address_can_hold_is_refused(system, number):
    [(_, sentence)] = refused(take(system, line(number=number)))
    assert "letter or a figure" in sentence or "cannot be read" in sentence


def test_blanks_around_a_number_are_not_part_of_it(system):
    assert take(system, line(number=" D1 ")).added == 1
    assert take(system, line(number="D1")).unchanged == 1
