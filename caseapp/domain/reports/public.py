"""The public version of a month (公开版): figures of a town without names, case numbers or small figures. Pure.

What it prints, and why no more, is docs/decisions/0009: the town's workload identity and four of its rates; of each
village what was new and what was resolved; of each category what was new. A figure of 1 or 2 is "<3", 0 is 0; what
would give a small figure away is withheld (``suppress.py``). Nothing in it is bound to another month but the town's
carry-over and its open cases: when one of these is small the balance of the month is withheld around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from caseapp.domain.reports.suppress import SMALLEST_SHOWN, FigureTable, Hidden, Relation, suppress
from caseapp.kernel.ratio import Ratio

TOWN_LINES = ("stock", "new", "returned", "inflow", "resolved", "closed_unresolved", "left", "open", "workload")
TOWN_RATES = ("net", "verified", "ontime", "satisfied")
VILLAGE_LINES = ("new", "resolved")
MOVES = {"new": 1, "returned": 1, "resolved": -1, "closed_unresolved": -1, "left": -1}
LEVELS = {"stock": 1, "open": -1}
BALANCE = frozenset(TOWN_LINES) - {"new", "resolved"}
BLOCKS = ("balance", "categories", "villages")
SMALL, WITHHELD = "<3", "*"
Key = tuple[str, str, str]  # the part, its key, the line: ("village", "TH-SH", "new")
Cell = int | str
Numbers = Mapping[str, int]


@dataclass(frozen=True)
class PublicMonth:
    """What is printed. A figure is a number, "<3" for 1 or 2, or "*" when withheld; a rate is None when withheld."""

    town: str
    month: str
    as_of: str
    lines: dict[str, Cell]
    rates: dict[str, Ratio | None]
    villages: dict[str, dict[str, Cell]]
    categories: dict[str, dict[str, Cell]]
    withheld: tuple[str, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether so little happened that nothing can be printed."""
        return set(self.lines.values()) == {WITHHELD}


def public_month(content: Mapping[str, Any], villages: Sequence[str]) -> PublicMonth:
    """The public version of a town's frozen month. ``villages`` are those of the town; all of them get a row."""
    for without in _ways(content):
        ledger = _Ledger(content, villages, without)
        hidden = suppress(ledger.table, _loss, ledger.unprinted)
        if hidden is not None:
            return ledger.printed(hidden)
    return _Ledger(content, villages, (*BLOCKS, "town")).printed(Hidden())


def _ways(content: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Which parts to leave out, the fewest first. A small carry-over or a small number of open cases costs the
    balance."""
    levels = (content["lines"][line] for line in LEVELS)
    if not any(0 < value < SMALLEST_SHOWN for value in levels):
        yield ()
    yield from (BLOCKS[:1], BLOCKS[:2], (BLOCKS[0], BLOCKS[2]), BLOCKS)


def _loss(key: Key) -> int:
    """How great a loss it is to withhold a figure: the town's figures are the last to go."""
    part, _name, line = key
    if part == "town":
        return 400 if line in ("new", "resolved") else 200
    return 20


class _Ledger:
    """The figures of a month with the sums that bind them, without the parts that are left out."""

    def __init__(self, content: Mapping[str, Any], villages: Sequence[str], without: tuple[str, ...]) -> None:
        self.content, self.without = content, without
        self.villages = list(dict.fromkeys([*villages, *sorted(content["by_village"])]))
        self.named = set(villages)
        self.categories = sorted(content["by_category"])
        self.values = dict(self._values())
        self.loose = [line for line in LEVELS if 0 < content["lines"][line] < SMALLEST_SHOWN]
        free = frozenset(key for key in self.values if self._is_free(key))
        fixed = frozenset(key for key in self.values if self._is_fixed(key))
        self.table = FigureTable(self.values, list(self._relations()), free, fixed)

    @property
    def unprinted(self) -> list[Key]:
        """The small figures of the parts that are left out: they too are protected."""
        small = (key for key, value in self.values.items() if 0 < value < SMALLEST_SHOWN)
        return [key for key in small if self._in_layout(key) and key in self.table.free]

    def _values(self) -> Iterator[tuple[Key, int]]:
        for line in TOWN_LINES:
            yield ("town", "", line), self.content["lines"][line]
        for village in self.villages:
            lines = self._lines_of("by_village", village)
            for line in (*MOVES, *LEVELS):
                yield ("village", village, line), lines.get(line, 0)
        for category in self.categories:
            yield ("category", category, "new"), self._lines_of("by_category", category).get("new", 0)

    def _lines_of(self, group: str, key: str) -> Numbers:
        found: Numbers = self.content[group].get(key, {}).get("lines", {})
        return found

    def _in_layout(self, key: Key) -> bool:
        return key[0] != "village" or key[2] in VILLAGE_LINES

    def _left_out(self, key: Key) -> bool:
        blocks = {"village": "villages", "category": "categories"}
        if key[0] == "town":
            balance = "balance" in self.without and key[2] in BALANCE and not self._is_fixed(key)
            return balance or "town" in self.without
        return blocks[key[0]] in self.without

    def _is_free(self, key: Key) -> bool:
        return self._left_out(key) or not self._in_layout(key)

    def _is_fixed(self, key: Key) -> bool:
        """A level is known from the months beside this one, unless it is small and so hidden there too."""
        return key[2] in LEVELS and key[2] not in self.loose

    def _relations(self) -> Iterator[Relation]:
        town = {line: ("town", "", line) for line in TOWN_LINES}
        yield {town["stock"]: 1, town["new"]: 1, town["returned"]: 1, town["inflow"]: -1}
        yield {town["resolved"]: 1, town["closed_unresolved"]: 1, town["open"]: 1, town["workload"]: -1}
        yield {town["workload"]: 1, town["left"]: 1, town["inflow"]: -1}
        for village in self.villages:
            yield {("village", village, line): sign for line, sign in (MOVES | LEVELS).items()}
        for line in (*MOVES, *LEVELS):
            yield {town[line]: -1, **{("village", village, line): 1 for village in self.villages}}
        yield {town["new"]: -1, **{("category", category, "new"): 1 for category in self.categories}}

    def printed(self, hidden: Hidden) -> PublicMonth:
        """The page's figures, with what is hidden left out."""
        cell = partial(self._cell, hidden)
        lines = {line: cell("town", "", line) for line in TOWN_LINES}
        villages = {
            code: {line: cell("village", code, line) for line in VILLAGE_LINES}
            for code in self.villages
            if "villages" not in self.without
            if code in self.named or self._has_figures(code)
        }
        categories = {
            slug: {"new": cell("category", slug, "new")}
            for slug in self.categories
            if "categories" not in self.without and self.values["category", slug, "new"]
        }
        told = self.content
        return PublicMonth(
            told["unit"], told["month"], told["as_of"], lines, self._rates(lines), villages, categories, self.without
        )

    def _has_figures(self, village: str) -> bool:
        return any(self.values["village", village, line] for line in VILLAGE_LINES)

    def _cell(self, hidden: Hidden, group: str, part: str, line: str) -> Cell:
        key = (group, part, line)
        if self._left_out(key) or key in hidden.withheld:
            return WITHHELD
        return SMALL if key in hidden.small else self.values[key]

    def _rates(self, lines: Mapping[str, Cell]) -> dict[str, Ratio | None]:
        """The rates that say no more than the figures beside them: the parts of each are 0, or 3 and more."""
        needs = {"net": ("resolved", "workload"), "verified": ("resolved", "workload"), "satisfied": ("inflow",)}
        found: dict[str, Ratio | None] = {}
        for key in TOWN_RATES:
            rate = Ratio(**self.content["rates"][key])
            parts = (rate.n, rate.d, rate.d - rate.n)
            small = any(0 < part < SMALLEST_SHOWN for part in parts)
            alone = all(isinstance(lines[line], int) for line in needs.get(key, ()))
            known = alone and "town" not in self.without
            found[key] = rate if known and not small else None
        return found
