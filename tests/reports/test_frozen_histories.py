"""Two hundred invented histories with late entries: what was frozen is worked out again byte for byte a year later, and
the next revision names exactly the cases that moved a number."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from caseapp.actions.exports import export_cases
from caseapp.actions.imports import import_cases
from caseapp.actions.reports import freeze_month
from caseapp.db import unit_of_work
from caseapp.domain.access.actor import SYSTEM
from caseapp.domain.reports.frozen import digest_of, written
from caseapp.domain.reports.queries import read_report
from caseapp.domain.reports.report import PRINTED, as_json
from caseapp.kernel.clock import SHANGHAI
from caseapp.kernel.periods import Month
from tests.recount.histories import parsed, write_cases
from tests.recount.pure import TREE, UNITS
from tests.recount.recount import recount
from tests.sizes import on_either

NOT_PRINTED = {"backlog", *(f"by_{kind}" for kind in ("lead", "channel", "track", "cohort"))}


def known_by(lines, instant):
    """The lines as somebody would have written them at an instant: what was entered by then."""
    for line in lines:
        events = [event for event in line["events"] if parsed(event.get("recorded_at", event["at"])) <= instant]
        if events:
            yield {**line, "events": events}


@pytest.mark.parametrize(("world", "seed"), on_either((700, 701, 703, 704)), indirect=["world"])
def test_what_was_frozen_is_the_same_a_year_later_and_its_revision_names_what_moved(system, clock, seed):
    lines = write_cases(seed, 50, TREE)
    months = sorted(Month.of(parsed(event["at"]).date()) for line in lines for event in line["events"])
    month = months[len(months) // 3]
    after = datetime.combine(month.window.end, datetime.max.time(), SHANGHAI) + timedelta(days=3)
    clock.instant = after.astimezone(UTC)
    with unit_of_work(system.session):
        assert import_cases(system, enumerate(known_by(lines, after), start=1)).added > 5
    with unit_of_work(system.session):
        first = freeze_month(system, "TH", month)
    stored, as_of = first.content, first.as_of
    clock.instant += timedelta(days=365 * 3)
    with unit_of_work(system.session):
        import_cases(system, enumerate(lines, start=1))
    with unit_of_work(system.session):
        exported = [json.loads(text) for text in export_cases(system)]
    told = as_json(read_report(system.session, SYSTEM, system.units, "TH", month, as_of=as_of))
    assert written({**told, "frozen": json.loads(stored)["frozen"]}) == stored
    assert digest_of(told, first.settings, first.stored) == first.digest
    expected = [line["number"] for line in exported if moves(line, month, as_of, system.now)]
    assert len(expected) >= 3
    with unit_of_work(system.session):
        second = freeze_month(system, "TH", month)
    assert second.moved["cases"] == sorted(expected)
    assert {row[0] for row in second.moved["events"]} == set(expected)
    assert numbers(second.content) != numbers(stored)


def numbers(content):
    """What a stored report says, but for when it was worked out and stored."""
    return {key: value for key, value in json.loads(content).items() if key not in {"as_of", "frozen", "revision"}}


def moves(line, month, before, after):
    """Whether a case alone makes a printed number another one: every number is a sum over cases."""
    if line.get("petition_class") == "accusation":
        return False  # counted, never named
    then, now = (recount([line], UNITS, "TH", str(month), instant) for instant in (before, after))
    return {key: value for key, value in then.items() if key not in NOT_PRINTED} != {
        key: value for key, value in now.items() if key not in NOT_PRINTED
    }


def test_the_printed_breakdowns_are_those_of_the_contract():
    assert PRINTED == ("village", "category", "tier")
