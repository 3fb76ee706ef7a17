"""Accusations have numbers of their own: no gap in another series tells that one came in, and none in their own."""

from __future__ import annotations

from itertools import pairwise

from caseapp.actions.imports import import_cases, read_lines
from caseapp.db import db, unit_of_work
from tests.cases.make import head, log, petition


def test_an_accusation_leaves_no_gap_among_petitions_and_disputes(as_user):
    office = as_user("office")
    kinds = ("appeal", "accusation", "suggestion", "accusation", "appeal")
    numbers = [log(office, petition(petition_class=kind)) for kind in kinds]
    assert numbers == [
        "太信〔2026〕0001号", "控〔2026〕1828号", "太信〔2026〕0002号", "控〔2026〕1000号", "太信〔2026〕0003号",
    ]  # fmt: skip
    assert log(office, head()) == "太调〔2026〕0001号"


def test_a_file_that_gives_no_numbers_gets_those_of_each_series(system):
    def line(kind: str, of: str = "") -> str:
        more = f', {{"kind": "repeated", "at": "2026-03-06T09:00:00+08:00", "of": "{of}"}}' if of else ""
        return (
            f'{{"track": "petition", "petition_class": "{kind}", "unit": "TH-SH-01", "title": "一件{kind}{of}", '
            f'"events": [{{"kind": "registered", "at": "2026-03-05T09:00:00+08:00"}}{more}]}}'
        )

    lines = [
        line("accusation"),
        line("appeal"),
        line("appeal", of="太信〔2026〕0001号"),
        line("accusation", of="控〔2026〕1828号"),
    ]
    with unit_of_work(db.session):
        result = import_cases(system, read_lines(lines))
    assert (result.added, result.refused) == (4, [])


def test_the_office_sets_what_they_begin_with(as_user, browse):
    answer = browse("office").post("/settings/prefix.accusation", data={"value": "太信", "valid_from": "2026-11-23"})
    assert answer.status_code == 422
    browse("office2").post("/settings/prefix.accusation", data={"value": "太控", "valid_from": "2026-11-23"})
    assert log(as_user("office"), petition(petition_class="accusation")) == "太控〔2026〕1828号"


def test_who_may_not_read_one_of_them_sees_no_gap(as_user):
    """A clerk who read the first and the third knew that the second complains of them."""
    office = as_user("office")
    numbers = [log(office, petition(petition_class="accusation")) for _ in range(12)]
    assert len(set(numbers)) == 12
    assert sorted(numbers) != numbers
    given = sorted(int(number[-5:-1]) for number in numbers)
    assert all(later - earlier > 1 for earlier, later in pairwise(given))


def test_numbers_given_before_are_stepped_over(as_user, system):
    given = '{"number": "控〔2026〕1828号", "track": "petition", "petition_class": "accusation", "unit": "TH-SH-01", "title": "早年一件", '
    with unit_of_work(db.session):
        events = '"events": [{"kind": "registered", "at": "2026-03-05T09:00:00+08:00"}]}'
        assert import_cases(system, read_lines([given + events])).added == 1
    assert log(as_user("office"), petition(petition_class="accusation")) == "控〔2026〕1000号"
