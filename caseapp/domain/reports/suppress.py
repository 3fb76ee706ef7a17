"""Cell suppression: which figures of a table stay hidden so that no small one can be worked out. Pure.

A figure of 1 or 2 points at people (threshold rule, OECD Glossary of Statistical Disclosure Control; Eurostat's
Handbook on Statistical Disclosure Control, chapters 4 and 5): it is shown as "<3". What is bound to it by sums would
give it away, so other figures are withheld too (complementary suppression). The rule of protection is that of Fischetti
and Salazar (Management Science 47, 2001): a hidden figure is safe when everything that is shown allows it another
value. Here that is not estimated but shown: for each hidden figure there is another whole table, right in all its sums,
that would print the very same page. ``Hidden.proofs`` holds the difference to it, and ``is_safe`` checks each of them
number by number.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

SMALLEST_SHOWN = 3
MOST_STEPS = 4000
Key = Any  # whatever names a figure
Relation = Mapping[Key, int]
Shift = dict[Key, int]


@dataclass(frozen=True)
class FigureTable:
    """Figures and the sums that bind them: in each relation the figures times their signs have a known sum.

    ``shown`` are the figures that are to be printed, ``free`` those that are printed nowhere but take part in the sums
    (from 0 on), ``fixed`` those that may not be hidden because they are known from elsewhere.
    """

    values: Mapping[Key, int]
    relations: Sequence[Relation]
    free: frozenset[Key] = frozenset()
    fixed: frozenset[Key] = frozenset()

    def small(self) -> list[Key]:
        """The figures of 1 and 2 that are to be protected."""
        kept = (key for key in self.values if key not in self.free)
        return [key for key in kept if 0 < self.values[key] < SMALLEST_SHOWN]


@dataclass
class Hidden:
    """What is not printed: the small figures, the withheld ones, and for each another table that prints the same."""

    small: set[Key] = field(default_factory=set)
    withheld: set[Key] = field(default_factory=set)
    proofs: dict[Key, Shift] = field(default_factory=dict)

    def may_be(self, table: FigureTable, key: Key, value: int) -> bool:
        """Whether a figure could have a value for all that a reader of the page knows."""
        if key in table.free:
            return value >= 0
        if key in self.small:
            return 0 < value < SMALLEST_SHOWN
        return value >= SMALLEST_SHOWN if key in self.withheld else value == table.values[key]


def suppress(table: FigureTable, cost: Callable[[Key], int], unprinted: Sequence[Key] = ()) -> Hidden | None:
    """Hide the small figures, and others until each hidden one could be another. None when no such choice is found.

    ``cost`` says how great a loss it is to withhold a figure. ``unprinted`` are small figures that stand in a part that
    is not printed: nothing is said of them, but they may not be worked out either.
    """
    hidden = Hidden(small=set(table.small()))
    for key in [*table.small(), *unprinted]:
        shift = hidden.proofs.get(key) or _cheapest(table, hidden, key, cost)
        if shift is None:
            return None
        opened = {other for other in shift if other not in table.free and other not in hidden.small}
        hidden.withheld |= opened
        hidden.proofs |= {other: shift for other in shift if other not in hidden.proofs}
    return hidden if is_safe(table, hidden, unprinted) else None


def is_safe(table: FigureTable, hidden: Hidden, unprinted: Sequence[Key] = ()) -> bool:
    """Whether each hidden figure has a proof: another table, right in every sum, that prints the same page."""
    guarded = {*table.small(), *hidden.withheld, *unprinted}
    return all(
        hidden.proofs.get(key, {}).get(key, 0) != 0 and _prints_the_same(table, hidden, hidden.proofs[key])
        for key in guarded
    )


def _prints_the_same(table: FigureTable, hidden: Hidden, shift: Shift) -> bool:
    sums = (sum(sign * shift.get(key, 0) for key, sign in relation.items()) for relation in table.relations)
    return not any(sums) and all(
        key not in table.fixed and hidden.may_be(table, key, table.values[key] + by) for key, by in shift.items()
    )


def _cheapest(table: FigureTable, hidden: Hidden, key: Key, cost: Callable[[Key], int]) -> Shift | None:
    """The cheapest way to let a figure be one more or one less."""
    search = _Search(table, hidden, cost)
    found = [one for one in (search.shift(key, 1), search.shift(key, -1)) if one is not None]
    return min(found, key=lambda one: one[0])[1] if found else None


class _Search:
    """Uniform-cost search for a shift: move a figure, mend the sums it breaks by moving others, until all are right."""

    def __init__(self, table: FigureTable, hidden: Hidden, cost: Callable[[Key], int]) -> None:
        self.table, self.hidden, self.cost = table, hidden, cost
        self.within: dict[Key, list[int]] = {key: [] for key in table.values}
        for place, relation in enumerate(table.relations):
            for key in relation:
                self.within[key].append(place)

    def shift(self, key: Key, by: int) -> tuple[int, Shift] | None:
        """The cheapest shift in which ``key`` moves by ``by``, with what it costs."""
        if not self._can_move(key, by):
            return None
        order = count()
        heap: list[tuple[int, int, Shift]] = [(self._price(key), next(order), {key: by})]
        seen = set()
        for _ in range(MOST_STEPS):
            if not heap:
                return None
            spent, _nth, shift = heapq.heappop(heap)
            broken = self._most_pressing(shift)
            if broken is None:
                return spent, shift
            for other, step in broken:
                grown = {**shift, other: step}
                mark = frozenset(grown.items())
                if mark not in seen:
                    seen.add(mark)
                    heapq.heappush(heap, (spent + self._price(other), next(order), grown))
        return None

    def _most_pressing(self, shift: Shift) -> list[tuple[Key, int]] | None:
        """The ways to mend the broken sum that can be mended in the fewest ways; None when no sum is broken."""
        ways: list[list[tuple[Key, int]]] = []
        for place in {place for key in shift for place in self.within[key]}:
            relation = self.table.relations[place]
            off = sum(sign * shift.get(key, 0) for key, sign in relation.items())
            if off:
                ways.append(list(self._mends(relation, off, shift)))
        return min(ways, key=len) if ways else None

    def _mends(self, relation: Relation, off: int, shift: Shift) -> Iterator[tuple[Key, int]]:
        for key, sign in relation.items():
            if key not in shift and self._can_move(key, -off * sign):
                yield key, -off * sign

    def _can_move(self, key: Key, by: int) -> bool:
        if key in self.table.fixed:
            return False
        value = self.table.values[key]
        if key in self.table.free or key in self.hidden.small:
            return self.hidden.may_be(self.table, key, value + by)
        return value >= SMALLEST_SHOWN and value + by >= SMALLEST_SHOWN

    def _price(self, key: Key) -> int:
        known = key in self.table.free or key in self.hidden.small or key in self.hidden.withheld
        return 1 if known else self.cost(key)
