"""Merges in files: into a living case, whatever the order of the lines, in one file or in two; never in a circle."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from caseapp.actions.imports import read_lines
from caseapp.db import db
from caseapp.domain.cases.models import Case
from caseapp.domain.reports.queries import read_report
from caseapp.domain.reports.report import as_json
from caseapp.kernel.periods import Month
from tests.exchange.test_casefiles import event, line, refused, take

pytestmark = pytest.mark.either_database

FAILED_ONCE = Path(__file__).resolve().parents[2].parent / "shared" / "cases" / "circular_merge.jsonl"


def told(number, *events, since="03-05T09:00", **values):
    return line(number=number, title=number, events=[event("registered", since), *events], **values)


def merged(into, at):
    return event("merged", at, into=into)


def states():
    return {case.number: (case.state, case.merged_into) for case in db.session.query(Case)}


A_INTO_B = told("A", merged("B", "03-06T09:00"))
B_INTO_A = told("B", merged("A", "03-07T09:00"))
CHAIN = [A_INTO_B, told("B", merged("C", "03-08T09:00")), told("C")]
ONE_LIVES = {"A": ("merged", "B"), "B": ("registered", None)}


@pytest.mark.parametrize("lines", [[A_INTO_B, B_INTO_A], [B_INTO_A, A_INTO_B]])
def test_of_a_circle_the_later_merge_is_refused_and_its_case_lives(system, lines):
    [(number, sentence)] = refused(take(system, *lines))
    assert lines[number - 1] is B_INTO_A
    assert "living" in sentence
    assert states() == ONE_LIVES
    again = take(system, *lines)
    assert (again.added, again.continued, again.unchanged, len(again.refused)) == (0, 0, 2, 1)
    assert states() == ONE_LIVES


def test_a_circle_in_two_files_is_refused_as_in_one(system):
    assert not take(system, A_INTO_B, told("B")).refused
    result = take(system, B_INTO_A)
    assert len(result.refused) == 1
    assert result.unchanged == 1
    assert states() == ONE_LIVES


@pytest.mark.parametrize("lines", list(permutations(CHAIN)))
def test_a_case_that_took_one_in_may_be_merged_later_itself(system, lines):
    assert not take(system, *lines).refused
    assert states() == {"A": ("merged", "B"), "B": ("merged", "C"), "C": ("registered", None)}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_in_files_of_their_own_too(system, order):
    assert not take(system, told("A"), told("B"), told("C")).refused
    for place in order:
        assert not take(system, CHAIN[place]).refused
    assert states()["B"] == ("merged", "C")
    assert states()["A"] == ("merged", "B")


AT_ONCE = "03-06T09:00"


@pytest.mark.parametrize(
    "lines", list(permutations([told("B", merged("C", AT_ONCE)), told("A", merged("B", AT_ONCE)), told("C")]))
)
def test_a_chain_within_one_instant_is_legal_in_any_order(system, lines):
    assert not take(system, *lines).refused


def test_a_circle_within_one_instant_is_cut_at_its_first_line(system):
    assert refused(take(system, told("A", merged("B", AT_ONCE)), told("B", merged("A", AT_ONCE))))[0][0] == 2
    assert states() == ONE_LIVES


NOT_LIVING = {
    "voided by then": (told("B", event("voided", "03-06T08:00", reason="误录")), "living"),
    "registered later": (told("B", since="03-06T10:00"), "registered after"),
    "an accusation": (told("B", track="petition", petition_class="accusation"), "accusation"),
    "merged by then": (told("B", merged("C", "03-06T08:00")), "living"),
}


@pytest.mark.parametrize(("goal", "why"), NOT_LIVING.values(), ids=NOT_LIVING)
@pytest.mark.parametrize("first", [True, False])
def test_a_merge_leads_to_a_living_case(system, goal, why, first):
    lines = [A_INTO_B, goal, told("C")] if first else [told("C"), goal, A_INTO_B]
    [(number, sentence)] = refused(take(system, *lines))
    assert lines[number - 1] is A_INTO_B
    assert why in sentence
    assert states()["A"] == ("registered", None)


def test_voided_later_it_was_living_then(system):
    assert not take(system, A_INTO_B, told("B", event("voided", "03-07T09:00", reason="误录"))).refused


@pytest.mark.parametrize("end", [merged("C", "03-06T08:00"), event("voided", "03-06T08:00", reason="误录")])
def test_no_later_file_ends_a_case_before_another_went_into_it(system, end):
    assert not take(system, A_INTO_B, told("B"), told("C")).refused
    [(_, sentence)] = refused(take(system, told("B", end)))
    assert "merged into this one after" in sentence
    assert states()["B"] == ("registered", None)


def test_what_an_importer_may_not_see_is_not_there_to_be_merged_into(system):
    """The system sees no accusation: it learns of none by trying."""
    assert not take(system, told("S", track="petition", petition_class="accusation"), told("A")).refused
    [(_, sentence)] = refused(take(system, told("A", merged("S", "03-06T09:00"))))
    assert sentence == "there is no case S"


def test_lines_without_numbers_are_no_way_into_a_circle(system):
    first, second = (
        {**told("", merged(goal, at)), "title": goal}
        for goal, at in (("太调〔2024〕0002号", "03-06T09:00"), ("太调〔2024〕0001号", "03-07T09:00"))
    )
    assert len(take(system, first, second).refused) == 1
    assert sorted(state for state, _ in states().values()) == ["merged", "registered"]


@pytest.mark.skipif(not FAILED_ONCE.exists(), reason="the shared cases are not beside the checkout")
def test_the_case_that_failed_once(system):
    with FAILED_ONCE.open(encoding="utf-8") as file:
        result = take(system, *(value for _, value in read_lines(file)))
    assert [number for number, _ in refused(result)] == [2]
    month = as_json(read_report(system.session, system.actor, system.units, "TH", Month(2024, 6), as_of=system.now))
    assert (month["lines"]["new"], month["apart"]["merged"]) == (1, 1)
