"""Suggestions and withdrawals: what stands apart, and of which sets they are no part (rates.md §1, §3, version 2)."""

from __future__ import annotations

from caseapp.domain.rates.formulas import contribution
from caseapp.domain.teams.seats import needs_team
from tests.rates.make import JUNE, TREE, appeal, dispute, event, on, suggestion

ANSWERED = (("registered", "06-02"), ("notice_served", "06-05"), ("accepted", "06-05"))


def test_a_suggestion_counts_in_notice_and_repeat_and_apart_alone():
    history = suggestion(*ANSWERED, event("replied", "06-20", outcome="supported"), risk="red", headcount=40)
    adds = contribution(history, JUNE)
    assert adds.lines == set()
    assert set(adds.rates) == {"notice", "repeat"}
    assert {key: count for key, count in adds.apart.items() if count} == {"suggestions": 1, "suggestions_answered": 1}


def test_a_suggestion_that_was_voided_or_merged_is_not_among_the_suggestions():
    struck = contribution(suggestion(("registered", "06-02"), event("voided", "06-03", reason="x")), JUNE)
    assert (struck.apart["voided"], struck.apart["suggestions"]) == (1, 0)
    merged = contribution(suggestion(("registered", "06-02"), event("merged", "07-20", into="C2")), JUNE)
    assert (merged.apart["merged"], merged.apart["suggestions"]) == (1, 0)


def test_late_entries_of_suggestions_and_of_voided_cases_are_counted():
    late = event("voided", "06-03", 4, reason="x")
    assert contribution(suggestion(("registered", "06-02"), late), JUNE).apart["late_entered"] == 1


def test_a_suggestion_needs_no_team():
    history = suggestion(("registered", "06-02"), risk="red", headcount=40)
    assert not needs_team(history.head, history.now, on("06-30"), TREE)


def test_a_withdrawal_is_closed_and_shown_apart():
    adds = contribution(dispute(("registered", "06-02"), event("withdrawn", "06-09", reason="x")), JUNE)
    assert {"inflow", "closed_unresolved"} <= adds.lines
    assert adds.apart["withdrawn"] == 1


def test_a_withdrawal_that_was_taken_up_again_or_lies_before_the_window_is_not():
    taken_up = dispute(
        ("registered", "06-02"), event("withdrawn", "06-09", reason="x"), event("reopened", "06-20", reason="x")
    )
    assert contribution(taken_up, JUNE).apart["withdrawn"] == 0
    assert contribution(appeal(("registered", "05-02"), event("withdrawn", "05-09", reason="x")), JUNE).apart == {
        "late_entered": 0
    }
