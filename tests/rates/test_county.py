"""What the county asks for, case by case (rates.md §6)."""

from __future__ import annotations

import pytest

from caseapp.domain.cases.history import History
from caseapp.domain.rates.county import CountyTally, amounts
from tests.cases.make import petition
from tests.rates.make import JUNE, appeal, dispute, event, suggestion, told

NEW = ("registered", "06-02")
OLD = ("registered", "04-20")
ACCEPTED = ("accepted", "04-25")  # due 24 June
RESOLVED = event("resolved", "06-20", method="mediation", evidence="x")


def of(history: History, *keys: str) -> list[int]:
    """Some of a case's figures for June."""
    adds = amounts(history, JUNE)
    return [adds.get(key, 0) for key in keys]


def test_items_and_people_by_channel_with_the_headcount_of_the_end():
    grown = event("amended", "06-10", field="headcount", to=7, reason="x")
    visit = appeal(NEW, grown, channel="visit", headcount=2)
    assert of(visit, "items", "people", "visit.items", "visit.people") == [1, 7, 1, 7]
    assert of(visit, "group_items", "group_people", "first_items", "repeat_items") == [1, 7, 1, 0]
    assert of(appeal(NEW, channel="letter", headcount=9), "letter.people", "group_items") == [9, 0]
    assert of(appeal(NEW, channel="visit", headcount=4), "group_items") == [0]


def test_a_merged_petition_is_an_item_and_a_repeat_and_in_nothing_else():
    merged = appeal(NEW, RESOLVED, event("merged", "06-25", into="C2"))
    assert set(amounts(merged, JUNE)) == {"items", "people", "other.items", "other.people", "repeat_items"}


def test_voided_cases_and_accusations_are_in_nothing():
    assert amounts(appeal(NEW, event("voided", "07-10", reason="x")), JUNE) == {}
    assert amounts(told(petition(petition_class="accusation"), NEW), JUNE) == {}
    assert amounts(appeal(("registered", "07-02")), JUNE) == {}


@pytest.mark.parametrize("kind", ["accepted", "redirected", "refused", "transferred_out", "resolved"])
def test_received_in_time_by_whatever_was_decided_within_fifteen_days(kind):
    data = {"to": "x", "ground": "litigation", "method": "policy", "evidence": "x"}
    assert of(appeal(NEW, event(kind, "06-17", **data)), "accepted_in_time.n", "accepted_in_time.d") == [1, 1]
    assert of(appeal(NEW, event(kind, "06-18", **data)), "accepted_in_time.n", "accepted_in_time.d") == [0, 1]


def test_answered_in_time_is_asked_of_accepted_appeals_that_fell_due():
    keys = ("answered_in_time.n", "answered_in_time.d")
    assert of(appeal(OLD, ACCEPTED, event("replied", "06-24", outcome="supported")), *keys) == [1, 1]
    assert of(appeal(OLD, ACCEPTED, event("withdrawn", "06-24", reason="x")), *keys) == [1, 1]
    assert of(appeal(OLD, ACCEPTED, event("replied", "06-25", outcome="explained")), *keys) == [0, 1]
    assert of(appeal(OLD, ACCEPTED, event("transferred_out", "06-01", to="x")), *keys) == [0, 0]
    assert of(suggestion(OLD, ACCEPTED), *keys) == [0, 0]
    assert of(appeal(("registered", "03-20")), *keys) == [0, 0]


def test_suggestions_are_rated_but_never_resolved_at_once():
    rated = suggestion(NEW, RESOLVED, event("rated", "06-21", score="satisfied"))
    assert of(rated, "items", "pet_evaluated.n", "pet_satisfied.n", "once.d") == [1, 1, 1, 0]


def test_resolved_at_once_goes_by_the_first_resolution_and_what_followed_by_the_end():
    again = event("reopened", "06-25", reason="x")
    assert of(dispute(NEW, RESOLVED), "once.n", "once.d") == [1, 1]
    assert of(dispute(NEW, RESOLVED, again), "once.n", "once.d") == [0, 1]
    assert of(dispute(NEW, RESOLVED, event("reopened", "07-01", reason="x")), "once.n") == [1]
    early = event("resolved", "05-01", method="other", evidence="x")
    assert of(dispute(OLD, early, event("reopened", "05-03", reason="x"), RESOLVED), "once.d") == [0]


def test_disputes_screened_mediated_and_settled_by_mediation():
    mediated = event("mediated", "06-10", result="agreed")
    settled = dispute(NEW, mediated, RESOLVED, channel="screening", headcount=3)
    keys = ("disputes", "dispute_people", "screened", "mediated_disputes")
    assert of(settled, *keys, "mediation_success.n", "mediation_success.d") == [1, 3, 1, 1, 1, 1]
    ended = dispute(OLD, event("terminated", "06-10", advice="x"))
    assert of(ended, "disputes", "mediation_success.n", "mediation_success.d") == [0, 0, 1]
    by_law = dispute(NEW, event("resolved", "06-10", method="judicial", evidence="x"))
    assert of(by_law, "mediation_success.d", "once.d") == [0, 1]
    assert amounts(dispute(NEW, RESOLVED, event("merged", "06-25", into="C2")), JUNE) == {}


def test_a_tally_gives_figures_lists_and_only_the_channels_that_occur():
    tally = CountyTally()
    tally.add("C1", amounts(appeal(NEW, channel="visit", headcount=6), JUNE))
    tally.add("C2", amounts(appeal(NEW, channel="phone"), JUNE))
    figures = tally.figures()
    assert figures["items_by_channel"] == {"visit": {"items": 1, "people": 6}, "phone": {"items": 1, "people": 1}}
    assert (figures["people"], figures["once"]) == (7, {"n": 0, "d": 0})
    assert tally.listed()["group_items"] == ["C1"]
