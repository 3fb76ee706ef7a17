"""Writing workbooks an office prints and passes on: calm headings, frozen panes, A4 across, the same bytes each time.

What a cell shows is what was written: text that looks like a formula stays text, a long number keeps its digits.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from caseapp.kernel.clock import SHANGHAI
from caseapp.office.worksheet import Row, Worksheet
from caseapp.office.xlsx_formulas import TENTHS, Formula, column_letters, fill_in, place
from caseapp.office.zipped import pack

SONG, FANGSONG = "宋体", "仿宋"
LINE = Side(style="thin", color="B7C2CE")
GRID = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
BODY, HEAD = Font(name=SONG, size=10.5), Font(name=SONG, size=10.5, bold=True, color="1F3247")
TITLE, NOTE = Font(name=SONG, size=16, bold=True, color="1F3247"), Font(name=FANGSONG, size=10.5, color="44525F")
HEAD_FILL = PatternFill("solid", fgColor="DCE4EC")
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
BESIDE = Alignment(horizontal="left", vertical="center")
A4, A3, WIDE = 9, 8, 200
LINE_HEIGHT, TALLEST = 14.0, 400.0
NARROWEST, WIDEST, LOOKED_AT = 6, 44, 300
LONGEST_TEXT = 32_767
LOST_DIGITS = 10**15
FORMULA_STARTS = ("=", "+", "-", "@")
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_book(sheets: Iterable[Worksheet]) -> bytes:
    """A workbook of several sheets. The same input gives the same bytes."""
    book = Workbook(write_only=True)
    book.properties.creator = "caseapp"
    taken: set[str] = set()
    worked_out: dict[str, dict[str, int | float | str]] = {}
    for count, sheet in enumerate(sheets, start=1):
        values = _write(book.create_sheet(_tab(sheet.name, taken)), sheet)
        worked_out[f"xl/worksheets/sheet{count}.xml"] = values
    packed = io.BytesIO()
    book.save(packed)
    return _same_bytes(packed, worked_out)


def _tab(name: str, taken: set[str]) -> str:
    """A name Excel accepts for a tab: 31 characters, none of []:*?/\\, each once."""
    plain = re.sub(r"[\[\]:*?/\\]", "-", UNWRITABLE.sub("", name)).strip("' ")[:31] or "Sheet"
    tab, count = plain, 1
    while tab.casefold() in taken:
        count += 1
        tab = f"{plain[:27]} {count}"
    taken.add(tab.casefold())
    return tab


def _write(ws: WriteOnlyWorksheet, sheet: Worksheet) -> dict[str, int | float | str]:
    """Write a sheet; what its formulas give, by the name of the cell."""
    rows, pen = list(sheet.rows), _Pen(ws)
    first = 2 if sheet.title else 1
    top = first + len(sheet.above)
    widths = list(sheet.widths or _fitting(sheet.headings, rows))
    _lay_out(ws, sheet, widths, top)
    if sheet.title:
        ws.append([pen.cell(sheet.title, "title")])
    worked_out: dict[str, int | float | str] = {}
    for at, row in enumerate([*sheet.above, sheet.headings, *rows]):
        number, part = first + at, _part(sheet, at)
        ws.row_dimensions[number].height = sheet.heights[at] if at < len(sheet.heights) else _height(row, widths)
        ws.append([pen.cell(value, part) for value in row])
        worked_out |= {place(to, number): one.value for to, one in enumerate(row, start=1) if isinstance(one, Formula)}
    for note in sheet.notes:
        ws.append([pen.cell(note, "note")])
    _foot(ws, sheet, pen, top + len(rows) + len(sheet.notes) + 1, sum(widths))
    return worked_out


def _part(sheet: Worksheet, at: int) -> str:
    """What the row at a place under the title is: a heading, a sum, or a row like any other."""
    if at <= len(sheet.above):
        return "heading"
    return "sum" if at <= len(sheet.above) + sheet.sums else "body"


def _foot(ws: WriteOnlyWorksheet, sheet: Worksheet, pen: _Pen, first: int, width: float) -> None:
    for number, line in enumerate(sheet.foot, start=first):
        ws.row_dimensions[number].height = max(_height([line], [width * 0.9]), LINE_HEIGHT + 10)
        ws.merged_cells.add(f"A{number}:{place(len(sheet.headings), number)}")
        ws.append([pen.cell(line, "foot")])
    if sheet.foot:
        ws.print_area = f"A1:{place(len(sheet.headings), first + len(sheet.foot) - 1)}"


def _lay_out(ws: WriteOnlyWorksheet, sheet: Worksheet, widths: Sequence[float], top: int) -> None:
    for at, width in enumerate(widths, start=1):
        ws.column_dimensions[column_letters(at)].width = width
    if sheet.title:
        ws.row_dimensions[1].height = 30
        if len(sheet.headings) > 1:
            ws.merged_cells.add(f"A1:{column_letters(len(sheet.headings))}1")
    if sheet.freeze:
        ws.freeze_panes = place(sheet.fixed + 1, top + 1)
    for area in sheet.merged:
        ws.merged_cells.add(area)
    ws.page_setup.orientation, ws.page_setup.paperSize = "landscape", A3 if sum(widths) > WIDE else A4
    ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, int(sheet.one_page)
    if sheet.one_page:
        ws.page_setup.orientation = "portrait"
    ws.sheet_properties.pageSetUpPr.fitToPage = True
    ws.print_title_rows = f"{top - len(sheet.above)}:{top}"
    if sheet.fixed:
        ws.print_title_cols = f"A:{column_letters(sheet.fixed)}"
    ws.print_options.horizontalCentered = True
    ws.page_margins.left = ws.page_margins.right = 0.4
    ws.oddFooter.center.text = "— &P / &N —"


def _height(row: Row, widths: Sequence[float]) -> float:
    """The height that shows all lines of a row; programs differ in whether they work it out themselves."""
    lines = 1
    for value, width in zip(row, widths, strict=False):
        if isinstance(value, str) and value:
            lines = max(lines, sum(max(1, -(-_width(line) // max(int(width) - 1, 1))) for line in value.split("\n")))
    return min(LINE_HEIGHT * lines + 6, TALLEST)


def _fitting(headings: Sequence[str], rows: Sequence[Row]) -> list[float]:
    widest = [_width(heading) for heading in headings]
    for row in rows[:LOOKED_AT]:
        for at, value in enumerate(row[: len(widest)]):
            widest[at] = max(widest[at], _width(value))
    return [min(max(width + 2, NARROWEST), WIDEST) for width in widest]


def _width(value: object) -> int:
    value = value.value if isinstance(value, Formula) else value
    text = "0000-00-00" if isinstance(value, date) else str("" if value is None else value)
    return max(sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in line) for line in text.split("\n"))


class _Pen:
    """Makes the cells of one sheet. Each look is worked out once: a ledger has hundreds of thousands of cells."""

    def __init__(self, ws: WriteOnlyWorksheet) -> None:
        self.ws = ws
        self.looks: dict[tuple[str, str], Any] = {}

    def cell(self, value: object, part: str) -> WriteOnlyCell:
        """A cell that shows ``value`` as it is, in the look of its part of the sheet."""
        written = f"={value.text}" if isinstance(value, Formula) else _writable(value)
        cell = WriteOnlyCell(self.ws, value=written)
        if isinstance(value, Formula):
            cell.data_type = "f"
        elif isinstance(written, str):
            cell.data_type = "s"
        manner = value.shown if isinstance(value, Formula) else _manner(written)
        key = (part, manner if part in ("body", "sum") else "centre")
        if key not in self.looks:
            self.looks[key] = _dressed(WriteOnlyCell(self.ws), *key)._style  # noqa: SLF001
        cell._style = self.looks[key]  # noqa: SLF001
        return cell


def _manner(value: object) -> str:
    if isinstance(value, date):
        return "instant" if isinstance(value, datetime) else "day"
    if isinstance(value, str):
        return "quoted" if value.startswith(FORMULA_STARTS) else "left" if len(value) > 12 else "centre"
    return "centre"


def _dressed(cell: WriteOnlyCell, part: str, manner: str) -> WriteOnlyCell:
    cell.font = {"title": TITLE, "heading": HEAD, "note": NOTE, "foot": NOTE, "sum": HEAD}.get(part, BODY)
    cell.alignment = BESIDE if part == "note" else LEFT if part == "foot" or manner in ("left", "quoted") else CENTRE
    if part in ("heading", "body", "sum"):
        cell.border = GRID
    if part == "heading":
        cell.fill = HEAD_FILL
    if manner == "quoted":
        cell.quotePrefix = True
    elif manner in ("day", "instant"):
        cell.number_format = "yyyy-mm-dd" if manner == "day" else "yyyy-mm-dd hh:mm"
    elif manner == TENTHS:
        cell.number_format = TENTHS
    return cell


def _writable(value: object) -> str | int | float | Decimal | bool | date | None:
    if isinstance(value, datetime):
        value = value.astimezone(SHANGHAI).replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, date):
        return value if value.year >= 1900 else value.isoformat()
    if value is None or value == "":
        return None
    if isinstance(value, int | float | Decimal) and -LOST_DIGITS < value < LOST_DIGITS:
        return value
    text = UNWRITABLE.sub("", str(value).replace("\r\n", "\n").replace("\r", "\n"))
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def _same_bytes(packed: io.BytesIO, worked_out: Mapping[str, Mapping[str, int | float | str]]) -> bytes:
    """The package with every time stamp set to one and the same, so that equal reports are equal files, and with what
    the formulas give."""
    with zipfile.ZipFile(packed) as source:
        return pack((name, _settled(name, source.read(name), worked_out)) for name in source.namelist())


def _settled(name: str, part: bytes, worked_out: Mapping[str, Mapping[str, int | float | str]]) -> bytes:
    if name == "docProps/core.xml":
        part = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2000-01-01T00:00:00Z", part)
    return fill_in(part, worked_out.get(name, {}))
