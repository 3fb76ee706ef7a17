"""Reading a workbook that a stranger sent: what it claims to be is checked before anything is unpacked or parsed.

An ``.xlsx`` is a zip of XML parts. Sizes and ratios in its directory are looked at first (a zip bomb), then its XML
parts are unpacked under those limits, looked through (no document type, so no entities; how large a rectangle the
cells span), and packed afresh. The reader, written in another language, sees only that clean copy: two programs that
read a zip differently cannot be played against each other.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from caseapp.kernel.errors import N_, RuleViolation
from caseapp.office import sheet_cells
from caseapp.office.sheet_cells import Cell, Merge, SheetCells, Unreadable, cells_of, from_json
from caseapp.office.xls_records import xls_facts
from caseapp.office.xlsx_parts import WORKBOOK_PART, SheetFacts, book_facts, check_part

MAX_BYTES = 32 * 2**20
MAX_ENTRIES = 2_000
MAX_UNPACKED = 160 * 2**20
MAX_RATIO = 250
RATIO_FROM = 8 * 2**20
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
DAMAGED = N_("the file is damaged or was cut off; save it again in Excel")
PROTECTED = N_("the workbook is protected by a password; save it without one")
NO_SHEET = N_("the workbook has no sheet to read")
NO_WORKBOOK = N_("this is not an Excel workbook (.xlsx or .xls)")
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True)
class ReadSheet:
    """A sheet that was read.

    ``rows`` are its cells from A1 on: an empty one is "", of a formula its value; an error is its text (``#REF!``), a
    formula that no program worked out is ``#CALC! =B4+7``. Beside them: the corners of merged cells counted from 0, the
    numbers of hidden rows, whether the sheet is hidden, and whether a day written as a bare number counts from 1904.
    """

    name: str
    rows: list[list[Cell]]
    merged: list[Merge] = field(default_factory=list)
    hidden_rows: frozenset[int] = frozenset()
    hidden: bool = False
    since_1904: bool = False


def read_book(data: bytes, *, max_rows: int = 100_000, max_cells: int = 4_000_000) -> list[ReadSheet]:
    """The worksheets of a workbook, in its order, hidden ones too.

    Takes ``.xlsx`` and the old ``.xls``. Raises RuleViolation("file", …) for whatever is no such workbook, is
    encrypted, broken, or larger than a ledger can be.
    """
    if len(data) > MAX_BYTES:
        raise _refusal(N_("the file is larger than %(limit)d MB"), limit=MAX_BYTES // 2**20)
    try:
        if data.startswith(ZIP):
            return _new_workbook(data, max_rows, max_cells)
        sheets = _in_a_child(_old_workbook(data), max_rows, max_cells)
        facts, since_1904 = xls_facts(data)
        return [_with_facts(sheet, facts[sheet.place], since_1904=since_1904) for sheet in sheets]
    except Unreadable as error:
        if error.why == "large":
            raise _refusal(
                N_("the sheet has %(rows)d rows; that is more than is read at once"), rows=error.rows
            ) from error
        raise _refusal({"protected": PROTECTED, "empty": NO_SHEET}.get(error.why, DAMAGED)) from error


def read_sheet(data: bytes, *, max_rows: int = 100_000, max_cells: int = 4_000_000) -> list[list[Cell]]:
    """The cells of the first visible sheet; see ``read_book``."""
    sheets = [sheet for sheet in read_book(data, max_rows=max_rows, max_cells=max_cells) if not sheet.hidden]
    if not sheets:
        raise _refusal(NO_SHEET)
    return sheets[0].rows


def _new_workbook(data: bytes, max_rows: int, max_cells: int) -> list[ReadSheet]:
    copy, parts, facts = _clean_copy(data, max_cells)
    book = book_facts(parts)
    sheets = cells_of(copy, max_rows, max_cells)
    try:
        told = [facts[book.parts[sheet.place]] for sheet in sheets]
    except (IndexError, KeyError) as error:  # its errors would be taken for empty cells
        raise Unreadable("damaged") from error
    return [_with_facts(sheet, seen, since_1904=book.since_1904) for sheet, seen in zip(sheets, told, strict=True)]


def _with_facts(sheet: SheetCells, facts: SheetFacts, *, since_1904: bool) -> ReadSheet:
    """A sheet with what stands in the cells that hold no value."""
    rows, width = sheet.rows, max((len(row) for row in sheet.rows), default=0)
    for (row, column), shown in facts.broken.items():
        rows += [[""] * width for _ in range(row + 1 - len(rows))]
        rows[row] += [""] * (column + 1 - len(rows[row]))
        rows[row][column] = shown
    return ReadSheet(sheet.name, rows, sheet.merged, frozenset(facts.hidden), sheet.hidden, since_1904)


def clean_copy(data: bytes, max_cells: int) -> tuple[bytes, frozenset[str]]:
    """An .xlsx looked through part by part and packed afresh, without what is no XML; and the names of all its parts.
    Raises RuleViolation("file", …) as ``read_book`` does."""
    if not data.startswith(ZIP):
        raise _refusal(_what_it_is(data) if data else N_("the file is empty"))
    copy, _parts, _facts = _clean_copy(data, max_cells)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return copy, frozenset(package.namelist())


def _refusal(message: str, **params: object) -> RuleViolation:
    return RuleViolation("file", message, **params)


def _in_a_child(data: bytes, max_rows: int, max_cells: int) -> list[SheetCells]:
    """An .xls read by a process of its own with limits: a broken one can end the process that reads it."""
    command = [sys.executable, "-I", sheet_cells.__file__, str(max_rows), str(max_cells)]
    try:
        child = subprocess.run(command, input=data, capture_output=True, timeout=2 * sheet_cells.SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise Unreadable("damaged") from error
    if child.returncode == sheet_cells.REFUSED:
        raise Unreadable(*json.loads(child.stdout))
    if child.returncode:
        raise Unreadable("damaged")
    return [SheetCells(*sheet) for sheet in json.loads(child.stdout, object_hook=from_json)]


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


def _clean_copy(data: bytes, max_cells: int) -> tuple[bytes, Mapping[str, bytes], Mapping[str, SheetFacts]]:
    """The XML parts of an .xlsx, unpacked under limits, looked through and packed afresh without compression; the parts
    that list the sheets, and what was seen in each part."""
    copy, kept, facts, reach = io.BytesIO(), {}, {}, 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(copy, "w") as clean:
            for entry in _checked_directory(package.infolist()):
                part = package.read(entry)
                facts[entry.filename] = check_part(part, max_cells)
                reach += facts[entry.filename].reach
                if reach > max_cells:
                    raise _refusal(N_("the sheets together hold more cells than are read at once"))
                if entry.filename.startswith(("xl/workbook.xml", "xl/_rels/")):
                    kept[entry.filename] = part
                clean.writestr(entry.filename, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError) as error:
        raise _refusal(DAMAGED) from error
    return copy.getvalue(), kept, facts


def _checked_directory(entries: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """The XML parts, once the directory of the zip is found harmless. ``read`` never unpacks more than it declares."""
    if len(entries) > MAX_ENTRIES:
        raise _refusal(N_("the file holds %(count)d parts; a workbook has a few dozen"), count=len(entries))
    if any(entry.flag_bits & 1 for entry in entries):
        raise _refusal(PROTECTED)
    _check_sizes(entries)
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names):
        raise _refusal(DAMAGED)
    if WORKBOOK_PART not in names:
        raise _refusal(NO_WORKBOOK)
    return [entry for entry in entries if entry.filename.endswith((".xml", ".rels"))]


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > MAX_UNPACKED or (unpacked > RATIO_FROM and unpacked > packed * MAX_RATIO):
        raise _refusal(N_("the file would unpack to %(size)d MB and is not opened"), size=unpacked // 2**20)
