"""Excel workbooks: ``read_sheet`` in, ``write_sheet`` and ``write_book`` out. No word about cases."""

from __future__ import annotations

from caseapp.office.xlsx_read import Cell, read_sheet
from caseapp.office.xlsx_write import Sheet, write_book, write_sheet

__all__ = ["Cell", "Sheet", "read_sheet", "write_book", "write_sheet"]
