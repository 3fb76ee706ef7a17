"""Reports of invented histories without a database: the same lines, read as an import reads them, added up."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from caseapp.domain.cases.history import History
from caseapp.domain.exchange.casefile import read_case
from caseapp.domain.org.tree import Tree
from caseapp.domain.reports.report import NARROWED_BY, PARTS, Report, add_up
from caseapp.kernel.clock import SHANGHAI
from caseapp.kernel.periods import Month, Period, Quarter, Year
from tests.conftest import NOW, PLACES
from tests.recount.differences import differences, told_in_full
from tests.recount.histories import parsed, write_cases
from tests.recount.recount import recount

TREE = Tree(PLACES)
UNITS = {place.code: (place.parent, place.tier) for place in PLACES}
TIERS = {code: tier for code, (_, tier) in UNITS.items()}
Question = tuple[str, Period, datetime]


def histories(lines: list[dict[str, Any]]) -> list[History]:
    """The lines as the program knows them."""
    return [History(*read_case(line, TREE), TREE) for line in lines]


def report_of(known: list[History], question: Question, narrowed: Mapping[str, str] | None = None) -> Report:
    """A report over those that arose in its unit."""
    unit, period, as_of = question
    within = set(TREE.subtree(unit))
    there = [history for history in known if history.head.unit in within]
    return add_up(Report(unit, period, as_of, narrowed or {}), there, TREE)


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
    """How many reports over invented cases of a seed were held against the recount, and where they differ: each whole,
    and one narrowed to a part of it."""
    lines, dice = write_cases(seed, size, TREE), random.Random(seed)
    known, held, found = histories(lines), 0, []
    for question in questions(dice, lines):
        unit, period, as_of = question
        whole = report_of(known, question)
        kind = dice.choice(NARROWED_BY)
        parts = sorted(whole.part(kind))
        for only in (None, (kind, dice.choice(parts)) if parts else None)[: 2 if parts else 1]:
            told = told_in_full(report_of(known, question, dict([only]) if only else None))
            counted = recount(lines, UNITS, unit, str(period), as_of, only)
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
