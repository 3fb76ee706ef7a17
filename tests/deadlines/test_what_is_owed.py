"""What a case owes: notices, promises, the handling limit after a reopening (contract §6)."""

from __future__ import annotations

from datetime import date

import pytest

from caseapp.domain.cases.history import History
from caseapp.domain.deadlines.rules import owed_at, spans
from tests.rates.make import appeal, dispute, event, on, suggestion

OPEN = (("registered", "06-01"), ("accepted", "06-05"))
NOTICED = ("notice_served", "06-05")
AGAIN = event("reopened", "08-20", reason="x")


def due(history: History, day: str, *kinds: str) -> dict[str, date]:
    """When the items of some kinds are due, as a case stood at the end of a day."""
    return {item.kind: item.due_on for item in owed_at(history, on(day)) if not kinds or item.kind in kinds}


def test_a_suggestion_owes_a_notice_and_nothing_else():
    history = suggestion(("registered", "06-01"), risk="red")
    assert due(history, "06-30") == {"notice": on("06-16")}
    assert due(suggestion(("registered", "06-01"), NOTICED), "06-30") == {}
    assert {span.item.kind for span in spans(history)} == {"notice"}


@pytest.mark.parametrize(("kind", "data"), [
    ("transferred_out", {"to": "x"}), ("refused", {"ground": "litigation"}), ("resolved", {"method": "policy"}),
    ("terminated", {"advice": "x"}),
])  # fmt: skip
def test_the_notice_is_owed_whatever_became_of_the_petition(kind, data):
    assert due(appeal(("registered", "06-01"), event(kind, "06-10", **data)), "06-30", "notice")


def test_the_notice_is_owed_no_more_once_the_petition_is_withdrawn_or_archived():
    withdrawn = (("registered", "06-01"), event("withdrawn", "06-10", reason="x"))
    assert not due(appeal(*withdrawn), "06-30", "notice")
    assert due(appeal(*withdrawn, event("reopened", "06-20", reason="x")), "06-30", "notice")
    left = (("registered", "06-01"), event("transferred_out", "06-10", to="x"))
    assert not due(appeal(*left, ("archived", "06-20")), "06-30", "notice")


def test_a_reply_that_supports_meets_the_handling_limit_and_is_to_be_performed():
    promised = appeal(*OPEN, event("replied", "06-20", outcome="supported"))
    assert due(promised, "06-30", "handle", "perform") == {"perform": on("07-20")}
    dated = appeal(*OPEN, event("replied", "06-20", outcome="supported", perform_by="2026-09-01"))
    assert due(dated, "06-30", "handle", "perform") == {"perform": on("09-01")}
    assert due(dated, "06-19", "handle", "perform") == {"handle": on("08-04")}


def test_a_second_reply_sets_the_promise_anew():
    first = event("replied", "06-20", outcome="supported", perform_by="2026-09-01")
    history = appeal(*OPEN, first, event("replied", "06-25", outcome="supported"))
    assert due(history, "06-30", "perform") == {"perform": on("07-25")}


def test_a_promise_is_over_when_it_is_settled_or_the_case_is_taken_up_again():
    promised = (*OPEN, event("replied", "06-20", outcome="supported"))
    resolved = (*promised, event("resolved", "07-01", method="policy", evidence="x"))
    assert not due(appeal(*resolved), "07-05", "perform")
    assert due(appeal(*resolved, AGAIN), "08-30", "handle", "perform") == {"handle": on("09-19")}


def test_after_a_reopening_the_later_of_the_standing_date_and_thirty_days_counts():
    settled = event("resolved", "06-10", method="mediation", evidence="x")
    early = dispute(("registered", "06-01"), settled, event("reopened", "06-12", reason="x"))
    assert due(early, "06-30", "handle") == {"handle": on("07-12")}
    standing = appeal(("registered", "06-01"), settled, event("reopened", "06-12", reason="x"))
    assert due(standing, "06-30", "handle") == {"handle": on("08-15")}
    late = dispute(("registered", "06-01"), settled, AGAIN)
    assert due(late, "08-30", "handle") == {"handle": on("09-19")}


def test_an_extension_after_a_reopening_replaces_the_date_and_one_before_it_may_still_stand():
    extended = event("extended", "06-20", to="2026-07-20", reason="x")
    settled = event("resolved", "06-25", method="mediation", evidence="x")
    begun = (("registered", "06-01"), extended, settled, event("reopened", "06-26", reason="x"))
    assert due(dispute(*begun), "06-30", "handle") == {"handle": on("07-26")}
    again = event("extended", "07-25", to="2026-08-10", reason="x")
    assert due(dispute(*begun, again), "07-30", "handle") == {"handle": on("08-10")}
    kept = (("registered", "06-01"), event("extended", "06-20", to="2026-07-30", reason="x"), settled)
    assert due(dispute(*kept, event("reopened", "06-26", reason="x")), "06-30", "handle") == {"handle": on("07-30")}


def test_nobody_owes_a_first_contact_after_a_reopening():
    settled = event("resolved", "06-10", method="mediation", evidence="x")
    history = dispute(("registered", "06-01"), settled, event("reopened", "06-12", reason="x"))
    assert due(history, "06-13", "first_contact", "follow_up") == {"follow_up": on("06-26")}


def test_return_visits_are_owed_each_by_itself_until_180_days_after_the_resolution():
    history = dispute(("registered", "01-02"), event("resolved", "01-05", method="mediation", evidence="x"))
    assert [item.due_on for item in owed_at(history, on("01-06"))] == [on("01-12"), on("02-04"), on("04-05")]
    assert len(owed_at(history, on("07-04"))) == 3
    assert owed_at(history, on("07-05")) == []
