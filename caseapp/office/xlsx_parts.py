"""Looking through the unpacked XML parts of a workbook before the real reader gets them."""

from __future__ import annotations

import re
from xml.parsers import expat

from caseapp.kernel.errors import N_, RuleViolation

REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})\Z")
FILLED = ("v", "is", "f")


def check_part(xml: bytes, max_cells: int) -> None:
    """One XML part: well formed, no document type (so no entities, inside or outside), a sheet no larger than allowed.

    Cells are read into a rectangle as large as the farthest filled ones, so two cells in opposite corners would take
    all memory. Empty cells that only carry a format do not count. Raises RuleViolation("file", …).
    """
    extent = _Extent(max_cells)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = extent.open
    try:
        parser.Parse(xml, True)  # noqa: FBT003
    except expat.ExpatError as error:
        raise RuleViolation("file", N_("the file is damaged or was cut off; save it again in Excel")) from error


def _refuse_doctype(*_: object) -> None:
    raise RuleViolation("file", N_("the workbook holds a document type declaration, which no Excel file has"))


class _Extent:
    """How far the filled cells of a sheet reach, counted while its elements open."""

    def __init__(self, max_cells: int) -> None:
        self.max_cells = max_cells
        self.row = self.column = 0
        self.last_row = self.last_column = 0

    def open(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        local = name.rpartition(" ")[2]
        if local == "c":
            self._cell(attributes.get("r"))
        elif local == "row":
            self.row, self.column = _number(attributes.get("r"), self.row + 1), 0
        elif local in FILLED:
            self._filled()

    def _cell(self, reference: str | None) -> None:
        found = REFERENCE.match(reference) if reference else None
        if found:
            self.row, self.column = int(found[2]), column_number(found[1])
        else:
            self.column += 1

    def _filled(self) -> None:
        self.last_row = max(self.last_row, self.row)
        self.last_column = max(self.last_column, self.column)
        if self.last_row * self.last_column > self.max_cells:
            raise RuleViolation(
                "file", N_("the sheet reaches to row %(row)d and column %(column)d; that is more than is read at once"),
                row=self.last_row, column=self.last_column,
            )  # fmt: skip


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) <= 7 else otherwise


def column_number(letters: str) -> int:
    """The number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
