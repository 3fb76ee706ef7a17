"""Excel workbooks: ``read_book`` and ``read_sheet`` in, ``write_sheet`` and ``write_book`` out. No word about cases."""

from __future__ import annotations

from caseapp.office.makers import write_book, write_sheet
from caseapp.office.sheet_cells import Cell
from caseapp.office.worksheet import Worksheet
from caseapp.office.xlsx_formulas import Formula
from caseapp.office.xlsx_read import ReadSheet, read_book, read_sheet

__all__ = ["Cell", "Formula", "ReadSheet", "Worksheet", "read_book", "read_sheet", "write_book", "write_sheet"]
