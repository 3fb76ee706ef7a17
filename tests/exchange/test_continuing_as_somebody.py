"""A file continues a case for somebody no further than its page would: each of these was possible by ``--as``."""

from __future__ import annotations

import json
from typing import Any

import pytest

from caseapp.actions.exports import export_cases
from caseapp.actions.imports import import_cases
from caseapp.db import db, unit_of_work
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.cases.models import Case
from caseapp.domain.verification.queries import entry_seen
from tests.cases.make import do, log, petition

pytestmark = pytest.mark.either_database

LATER = "2026-11-23T10:00:00+08:00"


def told(system, number) -> dict[str, Any]:
    """A case as the machine's own export tells it."""
    lines = [json.loads(line) for line in export_cases(system)]
    return next(line for line in lines if line["number"] == number)


def with_event(line, kind, by, **data):
    return line | {"events": [*line["events"], {"kind": kind, "at": LATER, "recorded_at": LATER, "by": by, **data}]}


def take(ctx, line):
    with unit_of_work(db.session):
        return import_cases(ctx, [(1, line)])


def problems(ctx, line) -> list[str]:
    return [str(one.problem) for one in take(ctx, line).refused]


def length(number) -> int:
    db.session.expire_all()
    return db.session.query(Case).filter_by(number=number).one().length


@pytest.fixture
def barred(as_user) -> str:
    """A case that complains of ``office2``, who reads everything else."""
    return log(as_user("grid"), petition(about=("office2",)))


def test_who_is_out_of_a_case_does_not_name_others_in_it_by_invented_people(as_user, system, barred):
    line = with_event(told(system, barred), "amended", "x", field="about", to=[], reason="误", approved_by="y")
    assert problems(as_user("office2"), line) == [f"there is no case {barred}"]
    assert length(barred) == 1


@pytest.mark.parametrize("other_head", [False, True])
def test_a_case_out_of_sight_reads_the_same_whatever_the_file_says_of_it(as_user, system, barred, other_head):
    line = told(system, barred) | ({"title": "别的事"} if other_head else {})
    assert problems(as_user("office2"), line) == [f"there is no case {barred}"]


def test_a_case_out_of_sight_is_not_told_by_a_reference_to_it(as_user, system, barred):
    other = log(as_user("office"))
    line = told(system, other)
    known, unknown = (
        problems(as_user("office2"), with_event(line, "marked_repeat", "office2", of=number))
        for number in (barred, "太信〔2026〕0999号")
    )
    assert [text.replace(barred, "太信〔2026〕0999号") for text in known] == unknown


def test_a_number_of_an_accusation_reads_the_same_whether_it_was_given_or_not(as_user, system):
    """Attack: a trial of one's own text under each number told by "added" which numbers nobody has."""
    given = log(as_user("grid"), petition(petition_class="accusation", about=("office2",)))
    own = told(system, log(as_user("office"), petition())) | {"petition_class": "accusation"}
    free = given[:-5] + f"{(int(given[-5:-1]) + 1) % 10000:04d}号"
    broken = {"events": [own["events"][0] | {"at": "2999-01-01T10:00:00+08:00"}]}
    for more in ({}, broken):
        answers = [problems(as_user("office2"), own | more | {"number": number}) for number in (given, free)]
        assert answers == [[f"there is no case {given}"], [f"there is no case {free}"]]
    assert db.session.query(Case).filter_by(number=free).count() == 0
    seen = log(as_user("grid"), petition(petition_class="accusation"))
    assert problems(as_user("office2"), told(as_user("office2"), seen)) == []  # who reads it goes on with it
    assert (length(given), take(system, own | {"number": free}).added) == (1, 1)


BY_TWO = {
    "withdrawn": {"reason": "本人撤回", "approved_by": "leader"},
    "amended": {"field": "about", "to": ["village"], "reason": "误", "approved_by": "leader"},
    "refused": {"ground": "litigation", "approved_by": "leader"},
    "accepted": {"route": 6},
}


@pytest.mark.parametrize("kind", BY_TWO)
def test_what_takes_a_second_person_or_the_organ_comes_from_no_file_of_one(as_user, system, kind):
    number = log(as_user("grid"), petition())
    line = with_event(told(system, number), kind, "village", **BY_TWO[kind])
    (problem,) = problems(as_user("office"), line)
    assert "not from a file" in problem
    assert length(number) == 1


def test_whoever_runs_the_machine_puts_back_what_was_lost(as_user, system):
    number = log(as_user("grid"), petition())
    line = with_event(told(system, number), "withdrawn", "village", **BY_TWO["withdrawn"])
    assert take(system, line).continued == 1
    assert length(number) == 2


def test_ordinary_work_is_continued_and_its_number_is_in_the_log(as_user):
    number, sealed = log(as_user("grid")), log(as_user("grid"), petition(petition_class="accusation", category="other"))
    follow_up = {"method": "visit", "note": "到场"}
    for one in (number, sealed):
        assert (
            take(
                as_user("office"), with_event(told(as_user("office"), one), "followed_up", "grid", **follow_up)
            ).continued
            == 1
        )
    do(as_user("office"), number, "follow_up", **follow_up)

    def entries(who):
        rows = db.session.query(AuditEntry).filter(AuditEntry.action == "case_imported", entry_seen(as_user(who).actor))
        return [(row.subject, row.detail) for row in rows.order_by(AuditEntry.seq)]

    assert entries("auditor") == [(number, {"event": ["followed_up"]})]
    assert entries("discipline") == [(sealed, {"event": ["followed_up"]})]


def test_whoever_runs_the_machine_goes_on_with_an_accusation(system):
    line = {
        "number": "旧控0001", "track": "petition", "petition_class": "accusation", "unit": "TH-SH-01", "title": "检举",
        "channel": "letter", "events": [{"kind": "registered", "at": "2026-10-08T09:00:00+08:00"}],
    }  # fmt: skip
    assert take(system, line).added == 1
    assert take(system, line).unchanged == 1
    assert take(system, with_event(line, "accepted", "x", route=6)).continued == 1
