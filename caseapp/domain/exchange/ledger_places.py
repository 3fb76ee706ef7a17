"""By which tree of units the words of a ledger row are read: that of the day it was registered on, else an earlier one,
so that a village is found by the name it had and a merged one leads to where it went. Pure."""

from __future__ import annotations

from datetime import date

from caseapp.domain.exchange.columns import HEADING_OF
from caseapp.domain.exchange.ledger_cells import read_day
from caseapp.domain.exchange.ledger_sheet import LedgerRow
from caseapp.domain.exchange.ledger_units import UnitLookup
from caseapp.domain.org.chronicle import Chronicle
from caseapp.domain.org.tree import Tree
from caseapp.kernel.errors import RuleViolation


class LedgerPlaces:
    """What the units were called on any day."""

    def __init__(self, trees: Chronicle, today: date) -> None:
        self.trees, self.today = trees, today
        self._kept: dict[int, tuple[Tree, UnitLookup]] = {}

    def on(self, row: LedgerRow) -> Tree:
        """The tree of the day a row was registered on; of today when the row does not say."""
        return self.trees.on(self._day(row))

    def lookups(self, row: LedgerRow) -> list[UnitLookup]:
        """What the words of a row are looked up in: the units of its day, then those before, latest first."""
        return [self._lookup(tree) for tree in self.trees.until(self._day(row))]

    def _day(self, row: LedgerRow) -> date:
        try:
            return read_day(row.cells.get("registered_on"), HEADING_OF["registered_on"], self.today) or self.today
        except RuleViolation:
            return self.today

    def _lookup(self, tree: Tree) -> UnitLookup:
        if id(tree) not in self._kept:
            rows = ((place.code, place.parent, place.tier, place.name) for place in tree.places.values())
            self._kept[id(tree)] = tree, UnitLookup(rows)
        return self._kept[id(tree)][1]
