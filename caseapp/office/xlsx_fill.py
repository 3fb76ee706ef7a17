"""A form in Excel that somebody made: its named cells are found, and filled with values. Nothing else of it is changed.

It is let in like any workbook (``xlsx_read.py``): sizes before unpacking, then every part. Pictures and charts would be
lost on the way and are refused; programs (macros) and links to other files are not taken along.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.packaging.core import DocumentProperties
from openpyxl.utils import range_boundaries
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.xml.functions import tostring

from caseapp.kernel.errors import N_, RuleViolation
from caseapp.office.xlsx_read import DAMAGED, clean_copy
from caseapp.office.zipped import pack

Value = str | int
MAX_CELLS, MAX_BYTES = 200_000, 2 * 2**20
BUILT_IN = "_xl"
LOWEST = 2_000
"""The last row in which a form has names."""
PROPERTIES = "docProps/core.xml"
LOST = ("xl/media/", "xl/charts/", "xl/drawings/drawing")


@dataclass(frozen=True)
class NamedCells:
    """A name of a form, as it is written there: the sheet and the corners of its cells, and what it is called by."""

    name: str
    sheet: str
    left: int
    top: int
    right: int
    bottom: int

    @property
    def key(self) -> str:
        """The name as it is compared: Excel takes capitals and small letters for the same."""
        return self.name.casefold()

    @property
    def place(self) -> str:
        """Where it is, in words that a clerk finds it by."""
        first = f"{_letters(self.left)}{self.top}"
        last = f"{_letters(self.right)}{self.bottom}"
        return f"{self.sheet} {first}" if first == last else f"{self.sheet} {first}:{last}"


def _letters(column: int) -> str:
    return "" if not column else _letters((column - 1) // 26) + chr(65 + (column - 1) % 26)


Told = Callable[[NamedCells], Value | Sequence[Value]]
"""What stands in the cells of a name: one value, or a column of them."""


def read_form(data: bytes) -> tuple[list[NamedCells], Iterator[tuple[str, str]]]:
    """The names of a form, and every text of its cells, comments and sheet names with its place. Raises
    RuleViolation("file", …) for what is no such workbook, holds pictures or charts, or a name that leads nowhere."""
    book = _opened(data)
    return list(_names(book)), _texts(book)


def fill_form(data: bytes, value_of: Told, at: datetime) -> bytes:
    """A form with its named cells filled, each with its ``value_of``. What is a list goes down a column of cells; the
    cells after its end are emptied. Raises RuleViolation when a list has no room."""
    book = _opened(data)
    for named in _names(book):
        _fill(book, named, value_of(named))
    book.calculation.fullCalcOnLoad = True
    return _saved(book, at)


def form_of_names(names: Sequence[tuple[str, str]], columns: str, rows: int) -> bytes:
    """A form to begin with: each name with its meaning, and beside it the cell that is called so. Names that begin with
    ``columns`` have so many ``rows``, on a sheet of their own."""
    book = Workbook()
    single, many = book.active, book.create_sheet("villages")
    single.title = "names"
    for at, (name, meaning) in enumerate([one for one in names if not one[0].startswith(columns)], start=1):
        single.append([meaning, name])
        _call(book, name, f"'{single.title}'!$C${at}")
    for at, (name, meaning) in enumerate([one for one in names if one[0].startswith(columns)], start=1):
        many.cell(1, at).value, many.cell(2, at).value = meaning, name
        letters = _letters(at)
        _call(book, name, f"'{many.title}'!${letters}$3:${letters}${rows + 2}")
    return _saved(book, datetime(2000, 1, 1, tzinfo=UTC))


def _saved(book: Workbook, at: datetime) -> bytes:
    """The file of a workbook, without what it tells of who made it; the same for the same workbook."""
    kept = io.BytesIO()
    try:
        book.save(kept)
    except Exception as error:  # whatever the library took in and cannot write
        raise RuleViolation("file", DAMAGED) from error
    told = DocumentProperties(creator="", created=at, modified=at)
    with zipfile.ZipFile(kept) as source:
        parts = [(name, source.read(name)) for name in source.namelist()]
    return pack((name, tostring(told.to_tree()) if name == PROPERTIES else part) for name, part in parts)


def _call(book: Workbook, name: str, cells: str) -> None:
    book.defined_names[name] = DefinedName(name, attr_text=cells)


def _opened(data: bytes) -> Workbook:
    if len(data) > MAX_BYTES:
        raise RuleViolation("file", N_("the file is larger than %(limit)d MB"), limit=MAX_BYTES // 2**20)
    copy, names = clean_copy(data, MAX_CELLS)
    if any(name.startswith(LOST) for name in names):
        raise RuleViolation("file", N_("the form holds a picture or a chart, which would be lost: take it out first"))
    try:
        return load_workbook(io.BytesIO(copy), keep_links=False)
    except Exception as error:  # whatever the library stumbles over
        raise RuleViolation("file", DAMAGED) from error


def _names(book: Workbook) -> Iterator[NamedCells]:
    """The names that somebody sees: not those that Excel keeps for itself."""
    for sheet in (None, *book.worksheets):
        told = (book if sheet is None else sheet).defined_names
        for name, defined in told.items():
            if not (defined.hidden or name.startswith(BUILT_IN)):
                yield _named(book, name, defined)


def _named(book: Workbook, name: str, defined: DefinedName) -> NamedCells:
    try:
        ((sheet, cells),) = defined.destinations
        left, top, right, bottom = (int(corner) for corner in range_boundaries(cells.replace("$", "")))
        reaches = sheet in {one.title for one in book.worksheets} and min(left, top) >= 1 and bottom <= LOWEST
    except Exception:  # noqa: BLE001 - whatever else may stand in a name
        reaches = False
    if not reaches:
        raise RuleViolation("file", N_("the name %(name)s leads to no cells of this form"), name=name)
    return NamedCells(name, sheet, left, top, right, bottom)


def _texts(book: Workbook) -> Iterator[tuple[str, str]]:
    for sheet in book.worksheets:
        yield sheet.title, sheet.title
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    yield f"{sheet.title} {cell.coordinate}", cell.value
                if cell.comment is not None:
                    yield f"{sheet.title} {cell.coordinate}", str(cell.comment.text)


def _fill(book: Workbook, named: NamedCells, value: Value | Sequence[Value]) -> None:
    cells = [_cell(book, named, row) for row in range(named.top, named.bottom + 1)]
    if isinstance(value, str | int):
        _put(cells[0], value)
        return
    if len(value) > len(cells):
        raise RuleViolation(
            "file", N_("%(name)s has room for %(room)d rows (%(place)s), and there are %(rows)d"),
            name=named.name, room=len(cells), place=named.place, rows=len(value),
        )  # fmt: skip
    for nth, cell in enumerate(cells):
        _put(cell, value[nth] if nth < len(value) else None)


def _cell(book: Workbook, named: NamedCells, row: int) -> Cell:
    cell = book[named.sheet].cell(row, named.left)
    if isinstance(cell, MergedCell):
        raise RuleViolation(
            "file", N_("%(name)s (%(place)s) lies within merged cells: name the first of them"),
            name=named.name, place=named.place,
        )  # fmt: skip
    return cell


def _put(cell: Cell, value: Value | None) -> None:
    """A value as what it is: a text never becomes a formula."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
