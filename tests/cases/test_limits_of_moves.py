"""How far an extension reaches after a reopening, and which reply says by when its promise is performed (contract §4)."""

from __future__ import annotations

import pytest

from caseapp.domain.cases.history import History
from caseapp.domain.cases.judging import check_history
from caseapp.domain.cases.law import Law
from caseapp.kernel.errors import RuleViolation
from tests.cases.make import do, log, moment, petition
from tests.rates.make import TREE, appeal, dispute, event

NOW = moment(2027, 1, 1)
REOPENED = (
    ("registered", "06-01"), event("extended", "06-20", to="2026-07-31", reason="x"),
    event("resolved", "07-01", method="mediation", evidence="x"), event("reopened", "08-10", reason="x"),
)  # fmt: skip
ACCEPTED = (("registered", "06-01"), ("accepted", "06-05"))


def judge(history: History) -> None:
    check_history(history.head, history.entered, Law(TREE), NOW)


def test_after_a_reopening_thirty_days_more_may_be_given_again():
    judge(dispute(*REOPENED, event("extended", "09-01", to="2026-10-09", reason="x")))
    with pytest.raises(RuleViolation, match="at most"):
        judge(dispute(*REOPENED, event("extended", "09-01", to="2026-10-10", reason="x")))
    with pytest.raises(RuleViolation, match="goes beyond"):
        judge(dispute(*REOPENED, event("extended", "09-01", to="2026-09-09", reason="x")))


def test_two_extensions_since_the_reopening_reach_no_further_than_one():
    one = event("extended", "09-01", to="2026-09-20", reason="x")
    judge(dispute(*REOPENED, one, event("extended", "09-15", to="2026-10-09", reason="x")))
    with pytest.raises(RuleViolation, match="at most"):
        judge(dispute(*REOPENED, one, event("extended", "09-15", to="2026-10-10", reason="x")))


@pytest.mark.parametrize("outcome", ["explained", "not_supported"])
def test_only_a_reply_that_supports_says_by_when_it_is_performed(outcome):
    judge(appeal(*ACCEPTED, event("replied", "06-20", outcome="supported", perform_by="2026-06-20")))
    with pytest.raises(RuleViolation, match="supports the petitioner"):
        judge(appeal(*ACCEPTED, event("replied", "06-20", outcome=outcome, perform_by="2026-09-01")))


def test_a_promise_is_not_performed_before_it_was_made():
    with pytest.raises(RuleViolation, match="or later"):
        judge(appeal(*ACCEPTED, event("replied", "06-20", outcome="supported", perform_by="2026-06-19")))


def test_the_page_of_a_case_asks_for_the_day_and_shows_it(as_user, browse, system):
    number = log(as_user("office"), petition())
    do(as_user("office"), number, "accept")
    client = browse("office")
    assert 'name="perform_by"' in client.get(f"/act/reply/{number}").text
    do(as_user("office"), number, "reply", outcome="supported", perform_by="2026-12-31")
    page = client.get(f"/cases/{number}").text
    assert "兑现承诺" in page
    assert "2026年12月31日" in page
