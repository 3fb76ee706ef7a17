"""Whatever happened in a case, it can be taken as an accusation: its history, told so, is legal."""

from __future__ import annotations

from datetime import timedelta

import pytest

from caseapp.domain.cases.event_fields import EVENT_FIELDS
from caseapp.domain.cases.events import Event, Head
from caseapp.domain.cases.history import History
from caseapp.domain.cases.judging import check_history
from caseapp.domain.cases.law import Law
from caseapp.domain.cases.resealing import NOT_TAKEN_OVER, as_accusation
from caseapp.domain.exchange.casefile import read_case
from caseapp.kernel.errors import RuleViolation
from tests.conftest import NOW
from tests.recount.histories import parsed, write_cases
from tests.recount.pure import program_trees

pytestmark = pytest.mark.one_database
SEEDS, CASES = range(9100, 9108), 40
TREES = program_trees([])


def histories():
    """Invented cases that may be taken as an accusation."""
    for seed in SEEDS:
        for line in write_cases(seed, CASES, TREES):
            tree = TREES.on(parsed(line["events"][0]["at"]).date())
            head, events = read_case(line, tree)
            if not head.sealed and not {"voided", "merged"} & {event.kind for event in events}:
                yield line["number"], History(head, events, TREES)


def test_every_history_is_legal_as_the_accusation_that_takes_its_place():
    kinds, problems = set(), []
    for number, history in histories():
        head, events = as_accusation(history, ["TH-SH"], (), NOW, "office")
        kinds |= {event.kind for event in history.events}
        try:
            check_history(head, events, Law(TREES), NOW)
        except RuleViolation as problem:
            problems.append((number, str(problem)))
    assert problems == []
    assert set(EVENT_FIELDS) - {"voided", "merged", "contacts_erased"} <= kinds, "every kind is tried"
    assert set(EVENT_FIELDS) >= NOT_TAKEN_OVER


@pytest.mark.parametrize("way", [("terminated", "archived", "contacts_erased"), ("merged", "contacts_erased")])
def test_what_was_put_away_and_whose_contacts_were_erased_is_legal_too(way: tuple[str, ...]):
    head = Head("dispute", "TH-SH-01", "事", number="N")
    says = {"terminated": {"advice": "可以起诉"}, "merged": {"into": "M"}}
    at = NOW - timedelta(days=9)
    events = [
        Event(kind, at + timedelta(days=day), at + timedelta(days=day), "office", says.get(kind, {}))
        for day, kind in enumerate(("registered", *way))
    ]
    check_history(head, events, Law(TREES), NOW)
    told = as_accusation(History(head, events, TREES), ["TH-SH"], (), NOW, "office")
    check_history(*told, Law(TREES), NOW)
