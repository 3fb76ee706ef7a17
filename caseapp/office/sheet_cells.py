"""The cells of a workbook's sheets, as python-calamine reads them; also a program of its own.

An old ``.xls`` can make the reader ask for all memory, which ends the process: such files are read in a child process
with a limit (``xlsx_read.py``). So this file runs alone (``python -I sheet_cells.py``) and imports nothing of ours.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

Cell = str | int | float | bool | date | datetime | time | timedelta
Merge = tuple[tuple[int, int], tuple[int, int]]

MEMORY, SECONDS = 2 * 2**30, 60
EXACT = 10**15
REFUSED = 3


@dataclass(frozen=True)
class SheetCells:
    """A sheet as the reader gives it: its place among all sheets, its name, all cells from A1 on (an empty one is ""),
    the corners of its merged cells counted from 0, and whether it is hidden. An error is "" here, and so is a formula
    nobody worked out."""

    place: int
    name: str
    rows: list[list[Cell]]
    merged: list[Merge]
    hidden: bool


class Unreadable(Exception):
    """Why there are no cells: ``damaged``, ``protected``, ``empty``, or ``large`` with the number of rows."""

    def __init__(self, why: str, rows: int = 0) -> None:
        super().__init__(why)
        self.why, self.rows = why, rows


def cells_of(data: bytes, max_rows: int, max_cells: int) -> list[SheetCells]:
    """The worksheets of a workbook, in its order. Raises Unreadable, also when all together are too large."""
    try:
        return _sheets(data, max_rows, max_cells)
    except PasswordError as error:
        raise Unreadable("protected") from error
    except (CalamineError, ValueError, OSError) as error:
        raise Unreadable("damaged") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # the reader's own crash, which is no Exception
            raise
        raise Unreadable("damaged") from error


def _sheets(data: bytes, max_rows: int, max_cells: int) -> list[SheetCells]:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    known = [(place, one) for place, one in enumerate(workbook.sheets_metadata) if one.typ == SheetTypeEnum.WorkSheet]
    if not known:
        raise Unreadable("empty")
    found, rows_left, cells_left = [], max_rows, max_cells
    for place, one in known:
        sheet = workbook.get_sheet_by_name(one.name)
        height, width = (at + 1 for at in sheet.end) if sheet.end else (0, 0)
        rows_left, cells_left = rows_left - height, cells_left - height * width
        if rows_left < 0 or cells_left < 0:
            raise Unreadable("large", height)
        found.append(_cells(place, sheet, hidden=one.visible != SheetVisibleEnum.Visible))
    return found


def _cells(place: int, sheet: CalamineSheet, *, hidden: bool) -> SheetCells:
    rows = [[_plain(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    return SheetCells(place, sheet.name, rows, list(sheet.merged_cell_ranges or ()), hidden)


def _plain(cell: Cell) -> Cell:
    return int(cell) if isinstance(cell, float) and cell.is_integer() and abs(cell) < EXACT else cell


def to_json(cell: Cell) -> object:
    """A cell as the child process hands it over: dates as {"date": …}, lengths of time as text."""
    if isinstance(cell, datetime | date | time):
        return {type(cell).__name__: cell.isoformat()}
    return str(cell) if isinstance(cell, timedelta) else cell


def from_json(pair: dict[str, str]) -> Any:
    """The way back, for ``json.loads``."""
    ((kind, text),) = pair.items()
    read: dict[str, Callable[[str], object]] = {
        "date": date.fromisoformat, "datetime": datetime.fromisoformat, "time": time.fromisoformat,
    }  # fmt: skip
    return read[kind](text) if kind in read else pair


def main() -> None:
    """Standard input: a workbook. Standard output: its sheets, or why not and how many rows (exit status 3)."""
    try:
        import resource  # noqa: PLC0415
    except ImportError:  # Windows has no such limits; the time limit of the parent stands
        pass
    else:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        sheets = cells_of(sys.stdin.buffer.read(), int(sys.argv[1]), int(sys.argv[2]))
    except Unreadable as error:
        json.dump([error.why, error.rows], sys.stdout)
        sys.exit(REFUSED)
    told = [vars(one) | {"rows": [[to_json(cell) for cell in row] for row in one.rows]} for one in sheets]
    json.dump([list(one.values()) for one in told], sys.stdout)


if __name__ == "__main__":
    main()
