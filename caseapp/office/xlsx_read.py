"""Reading a workbook that a stranger sent: what it claims to be is checked before anything is unpacked or parsed.

An ``.xlsx`` is a zip of XML parts. Sizes and ratios in its directory are looked at first (a zip bomb), then its XML
parts are unpacked under those limits, looked through (no document type, so no entities; how large a rectangle the
cells span), and packed afresh. The reader, written in another language, sees only that clean copy: two programs that
read a zip differently cannot be played against each other.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from datetime import date, datetime, time, timedelta

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from caseapp.kernel.errors import N_, RuleViolation
from caseapp.office.xlsx_parts import check_part

Cell = str | int | float | bool | date | datetime | time | timedelta

MAX_BYTES = 32 * 2**20
MAX_ENTRIES = 2_000
MAX_UNPACKED = 160 * 2**20
MAX_RATIO = 250
RATIO_FROM = 8 * 2**20
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
WORKBOOK_PART = "xl/workbook.xml"
DAMAGED = N_("the file is damaged or was cut off; save it again in Excel")
PROTECTED = N_("the workbook is protected by a password; save it without one")
NO_WORKBOOK = N_("this is not an Excel workbook (.xlsx or .xls)")
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")


def read_sheet(data: bytes, *, max_rows: int = 100_000, max_cells: int = 4_000_000) -> list[list[Cell]]:
    """The cells of the first visible sheet, row 1 of the sheet first; an empty cell is "".

    Takes ``.xlsx`` and the old ``.xls``. Of a formula its value is taken. Raises RuleViolation("file", …) for whatever
    is no such workbook, is encrypted, broken, or larger than a ledger can be.
    """
    if len(data) > MAX_BYTES:
        raise _refusal(N_("the file is larger than %(limit)d MB"), limit=MAX_BYTES // 2**20)
    vetted = _clean_copy(data, max_cells) if data.startswith(ZIP) else _old_workbook(data)
    try:
        return _cells(vetted, max_rows, max_cells)
    except PasswordError as error:
        raise _refusal(PROTECTED) from error
    except (CalamineError, ValueError, OSError) as error:
        raise _refusal(DAMAGED) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # the reader's own crash, which is no Exception
            raise
        raise _refusal(DAMAGED) from error


def _refusal(message: str, **params: object) -> RuleViolation:
    return RuleViolation("file", message, **params)


def _cells(data: bytes, max_rows: int, max_cells: int) -> list[list[Cell]]:
    sheet = _first_sheet(CalamineWorkbook.from_filelike(io.BytesIO(data)))
    height, width = (at + 1 for at in sheet.end) if sheet.end else (0, 0)
    if height > max_rows or height * width > max_cells:
        raise _refusal(
            N_("the sheet has %(rows)d rows; more than %(limit)d are not read at once"),
            rows=height, limit=min(max_rows, max_cells // max(width, 1)),
        )  # fmt: skip
    return [[_plain(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]


def _first_sheet(workbook: CalamineWorkbook) -> CalamineSheet:
    names = [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]
    if not names:
        raise _refusal(N_("the workbook has no sheet to read"))
    return workbook.get_sheet_by_name(names[0])


def _plain(cell: Cell) -> Cell:
    return int(cell) if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15 else cell


def _old_workbook(data: bytes) -> bytes:
    if not data:
        raise _refusal(N_("the file is empty"))
    if not data.startswith(OLE):
        raise _refusal(_what_it_is(data))
    if ENCRYPTED_PACKAGE in data:
        raise _refusal(PROTECTED)
    return data


def _what_it_is(data: bytes) -> str:
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(b"<"):
        return N_("this is a web page or XML file, not an Excel workbook; open it in Excel and save it as .xlsx")
    if b"\x00" not in start and (b"," in start or b"\t" in start):
        return N_("this is a text file (CSV), not an Excel workbook; open it in Excel and save it as .xlsx")
    return NO_WORKBOOK


def _clean_copy(data: bytes, max_cells: int) -> bytes:
    """The XML parts of an .xlsx, unpacked under limits, looked through and packed afresh without compression."""
    copy = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(copy, "w") as clean:
            for entry in _checked_directory(package.infolist()):
                part = package.read(entry)
                check_part(part, max_cells)
                clean.writestr(entry.filename, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError) as error:
        raise _refusal(DAMAGED) from error
    return copy.getvalue()


def _checked_directory(entries: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """The XML parts, once the directory of the zip is found harmless. ``read`` never unpacks more than it declares."""
    if len(entries) > MAX_ENTRIES:
        raise _refusal(N_("the file holds %(count)d parts; a workbook has a few dozen"), count=len(entries))
    if any(entry.flag_bits & 1 for entry in entries):
        raise _refusal(PROTECTED)
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > MAX_UNPACKED or (unpacked > RATIO_FROM and unpacked > packed * MAX_RATIO):
        raise _refusal(N_("the file would unpack to %(size)d MB and is not opened"), size=unpacked // 2**20)
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names):
        raise _refusal(DAMAGED)
    if WORKBOOK_PART not in names:
        raise _refusal(NO_WORKBOOK)
    return [entry for entry in entries if entry.filename.endswith((".xml", ".rels"))]
