"""A written reply ends the sixty days whatever it says, and is rated like a resolution (rates.md §3, version 2)."""

from __future__ import annotations

import pytest

from caseapp.domain.cases.history import History
from caseapp.domain.rates.due import due_for_the_record
from caseapp.domain.rates.formulas import contribution
from caseapp.kernel.periods import Window
from caseapp.kernel.ratio import Ratio
from tests.rates.make import JUNE, appeal, dispute, event, on

JULY = Window(on("07-01"), on("07-31"))
ACCEPTED = (("registered", "04-20"), ("accepted", "04-25"))  # due 24 June


def rate(history: History, key: str, window: Window = JUNE) -> Ratio | None:
    return contribution(history, window).rates.get(key)


@pytest.mark.parametrize("outcome", ["supported", "explained", "not_supported"])
def test_a_reply_is_on_time_whatever_it_says(outcome):
    assert rate(appeal(*ACCEPTED, event("replied", "06-24", outcome=outcome)), "ontime") == Ratio(1, 1)
    assert rate(appeal(*ACCEPTED, event("replied", "06-25", outcome=outcome)), "ontime") == Ratio(0, 1)


def test_a_reply_counts_though_the_case_was_taken_up_again_before_the_due_date():
    history = appeal(*ACCEPTED, event("replied", "06-10", outcome="explained"), event("reopened", "06-12", reason="x"))
    assert rate(history, "ontime") == Ratio(1, 1)


def test_what_was_left_at_the_due_date_is_in_no_denominator():
    assert rate(appeal(*ACCEPTED, event("transferred_out", "06-10", to="x")), "ontime") is None


def test_an_extension_after_the_first_reopening_does_not_move_the_due_date_of_the_rate():
    begun = (("registered", "06-01"), event("withdrawn", "06-03", reason="x"), event("reopened", "06-05", reason="x"))
    assert due_for_the_record(dispute(*begun, event("extended", "06-20", to="2026-07-20", reason="x"))) == on("07-01")
    before = (("registered", "06-01"), event("extended", "06-20", to="2026-07-20", reason="x"))
    assert due_for_the_record(dispute(*before, event("resolved", "06-21", method="mediation"))) == on("07-20")


def test_an_extension_entered_after_the_due_date_does_not_count():
    late = event("extended", "06-20", 12, to="2026-07-20", reason="x")
    assert due_for_the_record(dispute(("registered", "06-01"), late)) == on("07-01")


def test_a_reply_is_rated_and_the_rating_follows_the_last_reply_or_resolution():
    replied = (*ACCEPTED, event("replied", "06-10", outcome="supported"))
    rated = appeal(*replied, event("rated", "06-12", score="mostly"))
    assert (rate(rated, "evaluated"), rate(rated, "satisfied"), rate(rated, "satisfied_all")) == (Ratio(1, 1),) * 3
    resolved = appeal(
        *replied, event("rated", "06-12", score="mostly"), event("resolved", "06-20", method="policy", evidence="x")
    )
    assert (rate(resolved, "evaluated"), rate(resolved, "satisfied")) == (Ratio(0, 1), None)
    assert rate(appeal(*ACCEPTED), "evaluated") is None
