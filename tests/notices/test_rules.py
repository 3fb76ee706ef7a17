"""Who is told what, the quiet hours, the pauses between tries."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from caseapp.domain.notices.models import Notice
from caseapp.domain.notices.rules import (
    PAUSES,
    ROUND_RUNGS,
    RULES,
    RUNGS,
    WHO,
    Telling,
    is_quiet,
    item_of,
    next_try,
    not_quiet,
    told,
)
from tests.cases.make import moment

KINDS = {
    "overdue", "due_soon", "given", "sent_down", "asked", "decided", "supervision_issued", "supervision_answered",
    "supervision_returned", "co_task", "co_silent", "callback", "urged", "reopened", "accusation",
    "vacant", "unit_asked", "unit_decided", "erasing_due", "erasing_asked", "account_asked", "account_given",
    "account_changed", "circle", "setting_changed", "report_returned",
    "letter_checked", "letter_signed_off", "letter_sent_back", "confirmable",
}  # fmt: skip


def test_every_kind_has_its_row_and_every_row_somebody_to_tell():
    assert set(RULES) == KINDS
    assert all((rule.who or rule.of_round) and set(rule.who) <= set(WHO) for rule in RULES.values())
    assert {who for rule in RULES.values() for who in (*rule.who, *rule.of_round)} == set(WHO)
    assert all(len(kind) <= Notice.__table__.c.kind.type.length for kind in RULES)


def test_each_rung_of_the_ladder_tells_one_kind_of_people():
    assert set(RUNGS.values()) == set(told("overdue").who)
    assert set(ROUND_RUNGS.values()) == set(told("overdue", of_round=True).who)
    assert told("overdue", "seat", of_round=True).who == ("cadres",)
    assert told("overdue", "heads").who == ("heads",)
    assert told("overdue", "heads").urgent


def test_a_telling_about_a_date_needs_the_item_and_the_date():
    with pytest.raises(ValueError, match="due date"):
        Telling("overdue", 1)
    with pytest.raises(KeyError):
        Telling("nonsense", 1)
    telling = Telling("overdue", 1, item_of("handle", 1), due_on=date(2026, 11, 23))
    assert (telling.item, telling.version_told) == ("handle:1", "2026-11-23")


@pytest.mark.parametrize(
    ("at", "quiet"),
    [((21, 59), False), ((22, 0), True), ((23, 59), True), ((0, 0), True), ((7, 29), True), ((7, 30), False)],
)
def test_the_quiet_hours_are_from_ten_to_half_past_seven(at, quiet):
    assert is_quiet(moment(2026, 11, 23, *at)) is quiet


def test_what_would_fall_into_the_quiet_hours_waits_for_their_end():
    assert not_quiet(moment(2026, 11, 23, 22, 30)) == moment(2026, 11, 24, 7, 30)
    assert not_quiet(moment(2026, 11, 24, 3, 0)) == moment(2026, 11, 24, 7, 30)
    assert not_quiet(moment(2026, 11, 24, 8, 0)) == moment(2026, 11, 24, 8, 0)


def test_the_pauses_grow_and_end():
    now = moment(2026, 11, 23, 10, 0)
    waits = [next_try(now, tries) for tries in range(1, len(PAUSES) + 1)]
    assert [at - now for at in waits if at] == [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)]
    assert next_try(now, len(PAUSES) + 1) is None
