"""Adding contributions up, keeping the cases behind each number."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from caseapp.domain.rates.formulas import APART, LINES, RATES, Contribution
from caseapp.kernel.ratio import Ratio


class Tally:
    """The numbers of one window and one part of the cases, each with the numbers of its cases.

    A case stands as often in a rate's list as it counts: two resolutions of one case are two (rates.md §3, ``visit``).
    """

    def __init__(self) -> None:
        self.lines: defaultdict[str, list[str]] = defaultdict(list)
        self.n: defaultdict[str, list[str]] = defaultdict(list)
        self.d: defaultdict[str, list[str]] = defaultdict(list)
        self.apart: Counter[str] = Counter()

    def add(self, number: str, adds: Contribution, *, accusations: bool) -> None:
        """Add a case. Accusations are one figure of the town's report and of nothing else."""
        for line in adds.lines:
            self.lines[line].append(number)
        for key, share in adds.rates.items():
            self.n[key] += [number] * share.n
            self.d[key] += [number] * share.d
        for key, count in adds.apart.items():
            if accusations or key != "accusations":
                self.apart[key] += count

    def line(self, key: str) -> int:
        """How many cases are in a line."""
        return len(self.lines[key])

    def rate(self, key: str) -> Ratio:
        """A rate as n and d."""
        return Ratio(len(self.n[key]), len(self.d[key]))

    @property
    def is_empty(self) -> bool:
        """Whether nothing was counted."""
        return not (
            any(self.lines.values()) or any(self.n.values()) or any(self.d.values()) or any(self.apart.values())
        )

    def figures(self) -> dict[str, Any]:
        """Lines, rates and figures apart, as contract §7 writes them."""
        return {
            "lines": {key: self.line(key) for key in LINES},
            "rates": {key: {"n": self.rate(key).n, "d": self.rate(key).d} for key in RATES},
            "apart": {key: self.apart[key] for key in APART},
        }

    def cases(self) -> dict[str, Any]:
        """The cases behind each line and rate."""
        return {
            "lines": {key: sorted(self.lines[key]) for key in LINES},
            "rates": {key: {"n": sorted(self.n[key]), "d": sorted(self.d[key])} for key in RATES},
        }
