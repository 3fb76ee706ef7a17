"""A rate is a pair of integers, shown with one decimal, rounded half up on the exact fraction (rates.md §3)."""

from __future__ import annotations

from typing import NamedTuple


class Ratio(NamedTuple):
    """``n`` of ``d``."""

    n: int
    d: int

    def __add__(self, other: object) -> Ratio:
        if not isinstance(other, Ratio):
            return NotImplemented
        return Ratio(self.n + other.n, self.d + other.d)

    @property
    def per_mille(self) -> int | None:
        """Tenths of a percent, rounded half up on the exact fraction; None when there is nothing to divide by."""
        return None if self.d == 0 else (2000 * self.n + self.d) // (2 * self.d)

    @property
    def percent(self) -> str:
        """``44.4%``, or ``—`` when ``d`` is 0."""
        tenths = self.per_mille
        return "—" if tenths is None else f"{tenths // 10}.{tenths % 10}%"
