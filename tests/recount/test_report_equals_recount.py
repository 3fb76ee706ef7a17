"""A thousand invented histories, imported as a user would: the monthly report says what a recount by hand says."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest

from caseapp.actions.imports import import_cases
from caseapp.db import unit_of_work
from caseapp.domain.cases.event_fields import EVENT_FIELDS
from caseapp.domain.org.tree import Tree
from caseapp.domain.reports.queries import read_report
from caseapp.kernel.clock import SHANGHAI
from caseapp.kernel.periods import Month
from tests.conftest import NOW, PLACES
from tests.recount.differences import differences, told_in_full
from tests.recount.histories import parsed, write_cases
from tests.recount.recount import recount
from tests.sizes import on_either

BATCHES = range(10)
SOME = range(3)  # what is said of the histories themselves is said of some
SIZE = 100
TREE = Tree(PLACES)
UNITS = {place.code: (place.parent, place.tier) for place in PLACES}


@cache
def cases(batch: int) -> list[dict[str, Any]]:
    """The cases of a batch."""
    return write_cases(batch, SIZE, TREE)


@cache
def questions(batch: int) -> list[tuple[str, Month, datetime]]:
    """Which reports are asked for: unit, month, instant. The first is the plainest one."""
    dice = random.Random(1000 + batch)
    instants = sorted(parsed(event["at"]) for line in cases(batch) for event in line["events"])
    begun = [Month.of(parsed(line["events"][0]["at"]).date()) for line in cases(batch)]
    busy = [Month.of(at.astimezone(SHANGHAI).date()) for at in instants]
    entries = [
        parsed(event["recorded_at"]) for line in cases(batch) for event in line["events"] if "recorded_at" in event
    ]
    months = [dice.choice(begun), dice.choice(busy), Month(dice.choice((2024, 2025)), dice.choice((1, 2, 12)))]
    asked = [("TH", month, NOW) for month in months]
    for month in months:
        end = datetime(month.year, month.month, month.window.end.day, 23, 59, 59, tzinfo=SHANGHAI)
        asked.append(("TH", month, end + timedelta(days=dice.choice((-20, -3, 0, 2, 9)))))
    asked.append(("TH-SH", months[0], NOW))
    asked.append(("TH-DS", months[2], end))
    asked.append(("TH", Month.of(NOW.date()), NOW))
    entered = dice.choice(entries)
    asked.append(("TH", Month.of(entered.astimezone(SHANGHAI).date()), entered))
    asked.append(("TH-SH-01", months[0], NOW))
    return asked


@cache
def by_hand(batch: int, place: int) -> dict[str, Any]:
    """The recount of one of those reports; both databases are held against the same one."""
    unit, month, as_of = questions(batch)[place]
    return recount(cases(batch), UNITS, unit, str(month), as_of)


@pytest.mark.parametrize(("world", "batch"), on_either(BATCHES), indirect=["world"])
def test_the_report_says_what_the_recount_says(system, batch, tried):
    """In every second batch many of the cases come in two files, the second of which continues the first."""
    lines = cases(batch)
    begun = begun_cases(lines[::2]) if batch % 2 else []
    with unit_of_work(system.session):
        assert len(begun) > 10 or batch % 2 == 0
        assert not import_cases(system, enumerate(begun, start=1)).refused
        assert not import_cases(system, enumerate(lines, start=1)).refused
    found: list[str] = []
    for place, (unit, month, as_of) in enumerate(questions(batch)):
        told = told_in_full(read_report(system.session, system.actor, system.units, unit, month, as_of=as_of))
        differing = differences(told, by_hand(batch, place))
        found += [f"{unit} {month} as of {as_of.isoformat()}: {one}" for one in differing]
    assert not found, "\n" + "\n".join(found)
    tried(len(lines))


def begun_cases(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first half of their histories. Without what a second file would seem to contradict: two events of a kind at
    one instant; and without references, for the cases named may come only in the second file."""
    found = []
    for line in lines:
        occasions = [
            (event["kind"], parsed(event["at"]), event.get("seat"), event.get("field")) for event in line["events"]
        ]
        begun = line["events"][: len(line["events"]) // 2 + 1]
        if len(set(occasions)) == len(occasions) and not {"repeated", "merged", "joined_matter"} & {
            event["kind"] for event in begun
        }:
            found.append({**line, "events": begun})
    return found


def test_every_kind_of_event_and_every_result_occurs_often():
    events = [event for batch in SOME for line in cases(batch) for event in line["events"]]
    kinds = Counter(event["kind"] for event in events)
    assert set(kinds) == set(EVENT_FIELDS) - {"contacts_erased"}, "which is no work, and in no figure"
    assert min(kinds.values()) >= 10, kinds
    for name, least in {"result": 10, "outcome": 8, "score": 30, "field": 15, "seat": 60, "notice": 20}.items():
        said = Counter(event[name] for event in events if name in event)
        assert min(said.values()) >= least, said
    late = [event for event in events if "recorded_at" in event and parsed(event["recorded_at"]) > parsed(event["at"])]
    assert len(late) > 600
    assert len([event for event in events if event.get("acting")]) > 15
    assert len([event for event in events if "received_on" in event]) > 30
    assert {29} <= {parsed(event["at"]).astimezone(SHANGHAI).day for event in events if "-02-29" in event["at"]}
    assert any("-12-31T23:59" in event["at"] for event in events)


def test_every_figure_is_put_to_the_test():
    """No line and no rate is empty in all the reports, and no rate has always all or none of its cases."""
    whole = [by_hand(batch, place) for batch in SOME for place in range(len(questions(batch)))]
    reports = whole + [report["year_to_date"] for report in whole]
    for key in reports[0]["lines"]:
        assert sum(report["lines"][key] for report in reports) > 10, key
    for key in reports[0]["rates"]:
        pairs = [(report["rates"][key]["n"], report["rates"][key]["d"]) for report in reports]
        assert any(0 < n < d for n, d in pairs), key
        assert sum(n for n, _ in pairs) >= 3, key
    for key in reports[0]["apart"]:
        assert sum(report["apart"][key] for report in reports) >= 3, key
    for key, value in reports[0]["county"].items():
        if isinstance(value, int):
            assert sum(report["county"][key] for report in reports) >= 3, key
        elif key != "items_by_channel":
            assert any(0 < report["county"][key]["n"] < report["county"][key]["d"] for report in reports), key
    kinds = Counter(item["kind"] for report in whole for item in report["overdue"])
    assert len(kinds) == 9
    assert min(kinds.values()) >= 3, kinds


def test_both_sides_of_the_identity_are_equal_in_the_recount():
    for batch in SOME:
        for place in range(len(questions(batch))):
            report = by_hand(batch, place)
            for part in (report, report["year_to_date"], *report["by_village"].values(), *report["by_tier"].values()):
                line = part["lines"]
                assert line["stock"] + line["new"] + line["returned"] == line["inflow"]
                assert line["inflow"] == sum(line[key] for key in ("resolved", "closed_unresolved", "left", "open"))
                assert line["workload"] == line["inflow"] - line["left"]
            for breakdown in ("by_village", "by_category", "by_tier"):
                inflows = [part["lines"]["inflow"] for part in report[breakdown].values()]
                assert sum(inflows) == report["lines"]["inflow"], breakdown
