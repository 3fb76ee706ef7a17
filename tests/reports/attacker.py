"""Somebody who reads the public CSV of months and tries to work hidden figures out. Shares no code with the application.

He knows the sums a month obeys, that "<3" is 1 or 2, that "*" beside printed figures of its kind is 3 or more, and the rule
that a month's carry-over is the open cases of the month before. He is even told by how much the open cases of each village
rose or fell, which nobody prints. He searches for whole numbers that fit everything; a figure is worked out
when only one value fits.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

Domains = dict[str, tuple[int, int]]
Equation = tuple[dict[str, int], int]
INFLOW, OUTFLOW = ("stock", "new", "returned"), ("resolved", "closed_unresolved", "left", "open")
LEFT_OUT_TOGETHER = ("returned", "inflow", "closed_unresolved", "left", "workload")


class Attacker:
    """One published month, or several one after another."""

    def __init__(self, pages: list[bytes], most: int, rises: list[dict[str, int]] | None = None) -> None:
        self.most = most  # he looks no further up than this
        self.domains: Domains = {}
        self.equations: list[Equation] = []
        self.hidden: list[str] = []
        told = [self._read(page.decode("utf-8-sig")) for page in pages]
        self.villages = sorted({row[1] for rows in told for row in rows if row[0] == "by_village"})
        for nth, rows in enumerate(told):
            self._month(nth, rows, rises[nth] if rises else None)
        for nth in range(1, len(told)):
            self._equal({f"{nth} town stock": 1, f"{nth - 1} town open": -1}, 0)

    @staticmethod
    def _read(text: str) -> list[list[str]]:
        return list(csv.reader(io.StringIO(text)))[1:]

    def _month(self, nth: int, rows: list[list[str]], rises: dict[str, int] | None) -> None:
        """A month's figures and what binds them."""
        cells = {(part, key if part != "town" else "", figure): value for part, key, figure, _n, _d, value in rows}
        balance = {cells["town", "", f"lines.{line}"] for line in LEFT_OUT_TOGETHER}
        for (part, key, figure), value in cells.items():
            kind, _, line = figure.partition(".")
            if kind == "lines":
                loose = part == "town" and balance == {"*"}
                name = f"{nth} town {line}" if part == "town" else f"{nth} {part} {key} {line}"
                self._figure(name, value, loose)
        for _part, _key, figure, n, d, _value in rows:
            if n.isdigit():
                self._rate(nth, figure, int(n), int(d))
        town = {line: f"{nth} town {line}" for line in (*INFLOW, *OUTFLOW, "inflow", "workload")}
        self._equal({**{town[line]: 1 for line in INFLOW}, town["inflow"]: -1}, 0)
        self._equal({**{town[line]: 1 for line in OUTFLOW}, town["inflow"]: -1}, 0)
        self._equal({town["inflow"]: 1, town["left"]: -1, town["workload"]: -1}, 0)
        categories = [key for part, key, _f in cells if part == "by_category"]
        if categories:
            self._equal({f"{nth} by_category {key} new": 1 for key in categories} | {town["new"]: -1}, 0)
        if self.villages:
            self._villages(nth, town, rises)

    def _villages(self, nth: int, town: dict[str, str], rises: dict[str, int] | None) -> None:
        """Each village obeys the same sums; the town is the sum of its villages."""
        for village in self.villages:
            for line in (*INFLOW, *OUTFLOW):
                self.domains.setdefault(f"{nth} by_village {village} {line}", (0, self.most))
            own = {f"{nth} by_village {village} {line}": 1 for line in INFLOW}
            self._equal(own | {f"{nth} by_village {village} {line}": -1 for line in OUTFLOW}, 0)
            if rises is not None:
                opened, before = (f"{nth} by_village {village} {line}" for line in ("open", "stock"))
                self._equal({opened: 1, before: -1}, rises[village])
            if nth:
                self._equal({f"{nth} by_village {village} stock": 1, f"{nth - 1} by_village {village} open": -1}, 0)
        for line in (*INFLOW, *OUTFLOW):
            shares = {f"{nth} by_village {village} {line}": 1 for village in self.villages}
            self._equal(shares | {town[line]: -1}, 0)

    def _figure(self, name: str, value: str, loose: bool) -> None:
        if value.isdigit():
            self.domains[name] = (int(value), int(value))
            return
        self.hidden.append(name)
        self.domains[name] = (1, 2) if value == "<3" else (0 if loose else 3, self.most)

    def _rate(self, nth: int, figure: str, n: int, d: int) -> None:
        """What a printed rate says of the lines."""
        if figure == "rates.net":
            self._equal({f"{nth} town resolved": 1}, n)
            self._equal({f"{nth} town workload": 1}, d)

    def _equal(self, terms: dict[str, int], total: int) -> None:
        self.equations.append((terms, total))

    def worked_out(self) -> dict[str, int]:
        """The hidden figures that can have one value only."""
        first = self.solve(self.domains)
        assert first is not None, "what is printed contradicts itself"
        several: set[str] = set()
        for name in self.hidden:
            if name in several:
                continue
            low, high = self.domains[name]
            for nearby in ((first[name] + 1, high), (low, first[name] - 1)):
                other = self.solve({**self.domains, name: nearby}) if nearby[0] <= nearby[1] else None
                if other is not None:
                    several |= {key for key in self.hidden if other[key] != first[key]}
                    break
        return {name: first[name] for name in self.hidden if name not in several}

    def solve(self, domains: Domains) -> dict[str, int] | None:
        """Whole numbers within their bounds that fit every sum, by narrowing bounds and trying values."""
        stack = [dict(domains)]
        for _ in range(20000):
            if not stack:
                return None
            bounds = stack.pop()
            if not self._narrowed(bounds):
                continue
            loose = [(high - low, name) for name, (low, high) in bounds.items() if low < high]
            if not loose:
                return {name: low for name, (low, _high) in bounds.items()}
            stack += reversed([{**bounds, name: part} for part, name in _halves(min(loose)[1], bounds)])
        raise AssertionError("the search gave up: it says nothing")

    def _narrowed(self, bounds: Domains) -> bool:
        """Narrow all bounds by all sums until nothing moves. False when something cannot be."""
        moved = True
        while moved:
            moved = False
            for terms, total in self.equations:
                least = sum(sign * bounds[name][0 if sign > 0 else 1] for name, sign in terms.items())
                most = sum(sign * bounds[name][1 if sign > 0 else 0] for name, sign in terms.items())
                if not least <= total <= most:
                    return False
                for name, sign in terms.items():
                    low, high = bounds[name]
                    if sign > 0:
                        new = max(low, total - most + high), min(high, total - least + low)
                    else:
                        new = max(low, least - total + high), min(high, most - total + low)
                    if new[0] > new[1]:
                        return False
                    moved |= new != (low, high)
                    bounds[name] = new
        return True


def _halves(name: str, bounds: Domains) -> Iterator[tuple[tuple[int, int], str]]:
    low, high = bounds[name]
    middle = (low + high) // 2
    yield (low, middle), name
    yield (middle + 1, high), name
