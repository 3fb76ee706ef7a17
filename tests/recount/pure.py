"""Reports of invented histories without a database: the same lines, read as an import reads them, added up."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from caseapp.domain.cases.history import History
from caseapp.domain.exchange.casefile import read_case
from caseapp.domain.org.chronicle import Chronicle
from caseapp.domain.org.tree import Tree
from caseapp.domain.reports.report import NARROWED_BY, PARTS, Report, add_up
from caseapp.kernel.clock import SHANGHAI
from caseapp.kernel.periods import Month, Period, Quarter, Year
from tests.conftest import NOW, PLACES
from tests.recount.changing_trees import program_trees, some_changes
from tests.recount.differences import differences, told_in_full
from tests.recount.histories import first_day_of, parsed, write_cases
from tests.recount.recount import recount

TREE = Tree(PLACES)
UNITS = {place.code: (place.parent, place.tier) for place in PLACES}
TIERS = {code: tier for code, (_, tier) in UNITS.items()}
Question = tuple[str, Period, datetime]


def report_of(
    lines: list[dict[str, Any]], trees: Chronicle, question: Question, narrowed: Mapping[str, str] | None = None
) -> Report:
    """A report over the lines as the program reads them, by the units as they were known."""
    unit, period, as_of = question
    known = trees.known_at(as_of)
    return add_up(
        Report(unit, period, as_of, narrowed or {}), [History(*read_case(line, TREE), known) for line in lines], known
    )


def questions(dice: random.Random, lines: list[dict[str, Any]]) -> Iterator[Question]:
    """Three months in which something happened, with their quarters and years, as known now and as known some time
    after their end, of the town and of a village."""
    events = [dice.choice(dice.choice(lines)["events"]) for _ in range(3)]
    months = [Month.of(parsed(event["at"]).astimezone(SHANGHAI).date()) for event in events]
    quarters = [Quarter(month.year, (month.month + 2) // 3) for month in months]
    for period in (*months, *quarters, *(Year(month.year) for month in months)):
        late = datetime.combine(period.window.end, datetime.max.time(), SHANGHAI) + timedelta(
            days=dice.choice((0, 3, 20, 90))
        )
        yield "TH", period, NOW
        yield dice.choice(("TH", "TH-SH", "TH-DS")), period, min(late, NOW)


def compare(seed: int, size: int) -> tuple[int, list[str]]:
    """How many reports over invented cases of a seed, in a tree that changes in every second one, were held against the
    recount, and where they differ: each whole, and one narrowed to a part of it."""
    dice = random.Random(seed)
    changes = some_changes(dice, first_day_of(seed)) if seed % 2 else []
    trees = program_trees(changes)
    lines, held, found = write_cases(seed, size, trees), 0, list[str]()
    for question in questions(dice, lines):
        unit, period, as_of = question
        if unit not in trees.known_at(as_of).on(period.window.end).places:
            continue  # what is not there has no report
        whole = report_of(lines, trees, question)
        kind = dice.choice(NARROWED_BY)
        parts = sorted(whole.part(kind))
        for only in (None, (kind, dice.choice(parts)) if parts else None)[: 2 if parts else 1]:
            told = told_in_full(report_of(lines, trees, question, dict([only])) if only else whole)
            counted = recount(lines, UNITS, unit, str(period), as_of, only, changes)
            found += [f"{unit} {period} {only} as of {as_of}: {one}" for one in differences(told, counted)]
            found += _unbalanced(told)
            held += 1
    return held, found


def _unbalanced(told: dict[str, Any]) -> Iterator[str]:
    """The identity of rates.md §2, in the whole and in each part."""
    parts = [told, *(part for kind in PARTS for part in told[f"by_{kind}"].values())]
    for part in parts:
        line = part["lines"]
        if line["stock"] + line["new"] + line["returned"] != sum(
            line[key] for key in ("resolved", "closed_unresolved", "left", "open")
        ):
            yield f"the two sides differ: {line}"
