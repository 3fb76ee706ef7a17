"""The audit log as a file: a row an entry."""

from __future__ import annotations

from collections.abc import Sequence

from caseapp.office.makers import write_book
from caseapp.office.worksheet import Worksheet
from caseapp.papers.figures_csv import as_csv

LONGEST = 10_000
"""So many entries go into one file, the latest ones."""
WIDTHS = (24, 16, 16, 28, 28, 80)


def log_csv(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """Entries as CSV."""
    return as_csv(headings, map(tuple, rows))


def log_workbook(title: str, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """Entries as a workbook of one sheet."""
    return write_book([Worksheet(title, headings, rows, title=title, widths=WIDTHS, fixed=1)])
