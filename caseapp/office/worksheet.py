"""A sheet as it is meant, before it is a file. It knows no library: ``xlsx_write`` writes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Row = Sequence[object]


@dataclass(frozen=True)
class Worksheet:
    """One sheet: its tab, a title over the table, headings, rows, notes under it, widths in characters.

    ``above`` are rows of headings over the last one, with ``merged`` ranges; the first ``sums`` rows look like sums;
    ``fixed`` columns stay in sight and are printed on each page; ``foot`` are lines under the table, as wide as it is;
    ``heights`` are those of the first rows under the title; ``one_page`` is printed upright on a single page.
    """

    name: str
    headings: Sequence[str]
    rows: Iterable[Row]
    title: str | None = None
    widths: Sequence[float] | None = None
    notes: Sequence[str] = ()
    freeze: bool = True
    above: Sequence[Row] = ()
    merged: Sequence[str] = ()
    sums: int = 0
    fixed: int = 0
    foot: Sequence[str] = ()
    heights: Sequence[float] = ()
    one_page: bool = False
