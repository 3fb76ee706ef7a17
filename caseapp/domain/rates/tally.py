"""Adding contributions up, keeping the cases behind each number."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from caseapp.domain.rates.county import CountyTally
from caseapp.domain.rates.formulas import APART, LINES, RATES, Contribution
from caseapp.kernel.ratio import Ratio


class Tally:
    """The numbers of one window and one part of the cases, each with the numbers of its cases.

    A case stands as often in a rate's list as it counts: two resolutions of one case are two (rates.md §3, ``visit``).
    """

    keeps_cases = True

    def __init__(self) -> None:
        self.lines: defaultdict[str, list[str]] = defaultdict(list)
        self.n: defaultdict[str, list[str]] = defaultdict(list)
        self.d: defaultdict[str, list[str]] = defaultdict(list)
        self.apart_cases: defaultdict[str, list[str]] = defaultdict(list)
        self.accusations: int | None = 0
        self.county = CountyTally()

    def add(self, number: str, adds: Contribution, *, accusations: bool) -> None:
        """Add a case. Accusations are one figure of the town's report and of nothing else."""
        for line in adds.lines:
            self.lines[line].append(number)
        for key, share in adds.rates.items():
            self.n[key] += [number] * share.n
            self.d[key] += [number] * share.d
        for key, count in adds.apart.items():
            if key != "accusations":
                self.apart_cases[key] += [number] * count
            elif accusations:
                self.accusations = (self.accusations or 0) + count

    @property
    def apart(self) -> dict[str, int | None]:
        """The figures apart. Accusations are counted and never listed; None for who may not read all of them."""
        listed: dict[str, int | None] = {key: len(self.apart_cases[key]) for key in APART}
        return {**listed, "accusations": self.accusations}

    def leave_out_accusations(self, count: int) -> None:
        """Some of them are not their reader's to know of."""
        self.accusations = max((self.accusations or 0) - count, 0)

    def keep_back_accusations(self) -> None:
        """Their number is shown to nobody who may not read every one of them (rates.md §1)."""
        self.accusations = None

    def lists(self) -> Iterator[tuple[str, Counter[str]]]:
        """The cases behind every number, by its name (``lines.new``, ``rates.net.n``, ``apart.voided``)."""
        yield from ((f"lines.{key}", Counter(self.lines[key])) for key in LINES)
        for key in RATES:
            yield f"rates.{key}.n", Counter(self.n[key])
            yield f"rates.{key}.d", Counter(self.d[key])
        yield from ((f"apart.{key}", Counter(self.apart_cases[key])) for key in APART)
        yield from self.county.lists()

    def line(self, key: str) -> int:
        """How many cases are in a line."""
        return len(self.lines[key])

    def rate(self, key: str) -> Ratio:
        """A rate as n and d."""
        return Ratio(len(self.n[key]), len(self.d[key]))

    @property
    def is_empty(self) -> bool:
        """Whether nothing was counted."""
        listed = (self.lines, self.n, self.d, self.apart_cases)
        return not self.accusations and not any(any(lists.values()) for lists in listed)

    def figures(self) -> dict[str, Any]:
        """Lines, rates and figures apart, as contract §7 writes them."""
        apart = self.apart
        return {
            "lines": {key: self.line(key) for key in LINES},
            "rates": {key: {"n": self.rate(key).n, "d": self.rate(key).d} for key in RATES},
            "apart": {key: apart[key] for key in APART},
        }

    def cases(self) -> dict[str, Any]:
        """The cases behind each line and rate, each figure apart, and each figure for the county."""
        return {
            "lines": {key: sorted(self.lines[key]) for key in LINES},
            "rates": {key: {"n": sorted(self.n[key]), "d": sorted(self.d[key])} for key in RATES},
            "apart": {key: sorted(self.apart_cases[key]) for key in APART if key != "accusations"},
            "county": self.county.listed(),
        }
