"""Adding contributions up, keeping the cases behind each number."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from caseapp.domain.rates.county import CountyTally
from caseapp.domain.rates.formulas import APART, LINES, RATES, Contribution, Count
from caseapp.kernel.ratio import Ratio

Lists = defaultdict[str, list[str]]
KINDS = ("lines", "n", "d", "apart")


class Behind:
    """What names the cases behind some tallies, once somebody asks for them: until then they are counted alone."""

    def __init__(self, name: Callable[[], None]) -> None:
        self._name: Callable[[], None] | None = name
        self._tallies: list[Tally] = []

    def stands_behind(self, tally: Tally) -> None:
        """Let it name the cases of a tally too."""
        if tally.asks(self):
            self._tallies.append(tally)

    def open(self) -> None:
        """Put the cases in the place of what was counted."""
        name, self._name = self._name, None
        if name:
            for tally in self._tallies:
                tally.forget_counts()
            name()


class Tally:
    """The numbers of one window and one part of the cases, each with the numbers of its cases.

    A case stands as often in a rate's list as it counts: two resolutions of one case are two (rates.md §3, ``visit``).
    """

    keeps_cases = True

    def __init__(self) -> None:
        self._lists: dict[str, Lists] = {kind: defaultdict(list) for kind in KINDS}
        self._counted: Counter[tuple[str, str]] = Counter()
        self._behind: Behind | None = None
        self.accusations: int | None = 0
        self.county = CountyTally()

    def add(self, number: str, adds: Contribution, *, accusations: bool) -> None:
        """Add a case. Accusations are one figure of the town's report and of nothing else."""
        self.put(number, adds.counts())
        if accusations and adds.apart["accusations"]:
            self.count_accusations(adds.apart["accusations"])

    def put(self, number: str, counts: Iterable[Count]) -> None:
        """Add a case by its numbers, without accusations."""
        for kind, key, count in counts:
            if key != "accusations":
                self._lists[kind][key] += [number] * count

    def count(self, counts: Iterable[Count], cases: int) -> None:
        """Add so many cases that add the same, without accusations."""
        for kind, key, count in counts:
            if key != "accusations":
                self._counted[kind, key] += count * cases

    def count_accusations(self, count: int) -> None:
        """Add to their number."""
        self.accusations = (self.accusations or 0) + count

    def asks(self, behind: Behind) -> bool:
        """From whom the cases behind its counts are to be had. Returns whether that is new to it."""
        is_new = self._behind is not behind
        self._behind = behind
        self.county.opens = behind.open
        return is_new

    def forget_counts(self) -> None:
        """The cases come in their place."""
        self._counted.clear()
        self.county.counted.clear()

    def _named(self, kind: str) -> Lists:
        if self._behind:
            self._behind.open()
        return self._lists[kind]

    @property
    def lines(self) -> Lists:
        """The cases in each line."""
        return self._named("lines")

    @property
    def n(self) -> Lists:
        """The cases counted in each rate."""
        return self._named("n")

    @property
    def d(self) -> Lists:
        """The cases that each rate is out of."""
        return self._named("d")

    @property
    def apart_cases(self) -> Lists:
        """The cases behind each figure apart."""
        return self._named("apart")

    def _size(self, kind: str, key: str) -> int:
        return self._counted[kind, key] + len(self._lists[kind].get(key, ()))

    @property
    def apart(self) -> dict[str, int | None]:
        """The figures apart. Accusations are counted and never listed; None for who may not read all of them."""
        listed: dict[str, int | None] = {key: self._size("apart", key) for key in APART}
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
        return self._size("lines", key)

    def rate(self, key: str) -> Ratio:
        """A rate as n and d."""
        return Ratio(self._size("n", key), self._size("d", key))

    @property
    def is_empty(self) -> bool:
        """Whether nothing was counted."""
        listed = any(any(lists.values()) for lists in self._lists.values())
        return not self.accusations and not listed and not any(self._counted.values())

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
