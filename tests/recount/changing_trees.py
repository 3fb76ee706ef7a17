"""Trees of units that change: what a recount is told of a change, and the same for the program."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from caseapp.domain.org import chronicle
from caseapp.kernel.clock import SHANGHAI
from caseapp.kernel.errors import RuleViolation
from tests.conftest import PLACES
from tests.recount.units import Change

CHANGES = (
    ("moved", "TH-SH-02", "TH-DS"), ("moved", "TH-DS-01", "TH-SH"), ("moved", "TH-SH-01", "TH-DS"),
    ("merged", "TH-SH-01", "TH-SH-02"), ("merged", "TH-DS-01", "TH-SH-01"),
    ("merged", "TH-SH", "TH-DS"), ("merged", "TH-DS", "TH-SH"),
)  # fmt: skip
ALWAYS_THERE = [
    chronicle.Change(
        place.code, "opened", None,
        {"parent": place.parent, "tier": place.tier, "kind": place.kind, "name": place.name},
    )
    for place in PLACES
]  # fmt: skip


def program_trees(changes: Iterable[Change]) -> chronicle.Chronicle:
    """The units as the program knows them. Raises RuleViolation when it allows no such changes."""
    before = chronicle.Chronicle(ALWAYS_THERE)
    for one in changes:
        facts = {"parent" if one.what == "moved" else "into": one.to}
        before = chronicle.check_changes(before, [chronicle.Change(one.code, one.what, one.on, facts, one.recorded_at)])
    return before


def some_changes(dice: random.Random, first: date) -> list[Change]:
    """Up to four changes in the two years from a day on, some entered before they hold and some long after, in the order
    in which they are entered. Those that the program allows."""
    changes: list[Change] = []
    for what, code, to in dice.sample(CHANGES, 4):
        on = first + timedelta(days=dice.randrange(700))
        entered = on + timedelta(days=dice.choice((-30, 0, 0, 3, 40, 200)), hours=9)
        later = datetime.combine(entered, datetime.min.time(), SHANGHAI)
        if changes and later < changes[-1].recorded_at:
            later = changes[-1].recorded_at
        try:
            program_trees([*changes, change := Change(what, code, to, on, later)])
        except RuleViolation:
            continue
        changes.append(change)
    return changes
