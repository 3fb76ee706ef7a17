"""Small towns by hand and by chance: months of figures that obey every sum, as a frozen report stores them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

MOVES = ("new", "returned", "resolved", "closed_unresolved", "left")
Month = dict[str, Any]


def village_month(stock: int, new: int, returned: int, out: tuple[int, int, int]) -> dict[str, int]:
    """A village's lines; ``out`` is resolved, closed, left, each cut to what there is."""
    there = inflow = stock + new + returned
    ended = []
    for many in out:
        ended.append(min(many, there))
        there -= ended[-1]
    return dict(zip(MOVES[2:], ended, strict=True)) | {
        "stock": stock, "new": new, "returned": returned, "inflow": inflow, "open": there,
        "workload": inflow - ended[2],
    }  # fmt: skip


def content(villages: dict[str, dict[str, int]], categories: dict[str, int], month: str, more: int = 0) -> Month:
    """The parts of a stored report that the public version reads."""
    lines = {line: sum(lines[line] for lines in villages.values()) for line in next(iter(villages.values()))}
    rates = {
        "net": (lines["resolved"], lines["workload"]),
        "verified": (lines["resolved"] // 2, lines["workload"] + more),
        "ontime": (more, more + lines["resolved"]),
        "satisfied": (lines["resolved"] // 2, lines["resolved"]),
    }
    return {
        "unit": "T", "month": month, "as_of": "2026-11-03T09:00:00+08:00", "lines": lines,
        "rates": {key: {"n": n, "d": d} for key, (n, d) in rates.items()},
        "by_village": {code: {"lines": lines} for code, lines in villages.items()},
        "by_category": {slug: {"lines": {"new": new}} for slug, new in categories.items()},
    }  # fmt: skip


@st.composite
def histories(draw: Any, months: int = 1, villages: int = 4) -> list[Month]:
    """Some months of a town one after another, figures small more often than not."""
    small = st.sampled_from((0, 0, 0, 1, 1, 2, 3, 4, 7))
    codes = [f"V{nth}" for nth in range(draw(st.integers(1, villages)))]
    stock = {code: draw(small) for code in codes}
    told = []
    for nth in range(months):
        rows = {
            code: village_month(stock[code], draw(small), draw(small), (draw(small), draw(small), draw(small)))
            for code in codes
        }
        stock = {code: lines["open"] for code, lines in rows.items()}
        left, shares = sum(lines["new"] for lines in rows.values()), {}
        for slug in ("land", "family"):
            shares[slug] = draw(st.integers(0, left))
            left -= shares[slug]
        told.append(content(rows, {**shares, "other": left}, f"2026-{nth + 1:02d}", draw(small)))
    return told
