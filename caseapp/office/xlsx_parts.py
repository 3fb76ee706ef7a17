"""Looking through the unpacked XML parts of a workbook before the real reader gets them.

The real reader gives "" for a cell that holds an error and for a formula nobody worked out, and does not tell which
rows are hidden. Both are noted here, while the part is looked through anyway.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from caseapp.kernel.errors import N_, RuleViolation

REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})\Z")
FILLED = ("v", "is", "f")
LONGEST_SHOWN = 60
UNCALCULATED = "#CALC!"
WORKBOOK_PART = "xl/workbook.xml"
TRUE = ("1", "true")


@dataclass
class SheetFacts:
    """What the cells of a sheet do not tell. ``broken``: which hold no value, and what is told instead (``#REF!``, or
    ``#CALC! =B4+7`` for a formula that no program worked out), by row and column counted from 0. ``hidden``: the
    numbers of hidden rows. ``reach``: how many cells the rectangle of the filled ones has."""

    broken: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    reach: int = 0


def check_part(xml: bytes, max_cells: int) -> SheetFacts:
    """One XML part: well formed, no document type (so no entities, inside or outside), a sheet no larger than allowed.

    Cells are read into a rectangle as large as the farthest filled ones, so two cells in opposite corners would take
    all memory. Empty cells that only carry a format do not count. Raises RuleViolation("file", …).
    """
    return _Look(max_cells).through(xml).facts


def _refuse_doctype(*_: object) -> None:
    raise RuleViolation("file", N_("the workbook holds a document type declaration, which no Excel file has"))


class _Look:
    """What is seen of a sheet while its elements open: how far the filled cells reach, and its facts."""

    def __init__(self, max_cells: int) -> None:
        self.max_cells = max_cells
        self.facts = SheetFacts()
        self.row = self.column = 0
        self.last_row = self.last_column = 0
        self.kind = ""
        self.texts: dict[str, str] = {}
        self.inside = ""
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = _refuse_doctype
        self.parser.StartElementHandler = self.open

    def through(self, xml: bytes) -> _Look:
        """Look through a part. Raises RuleViolation."""
        try:
            self.parser.Parse(xml, True)  # noqa: FBT003
        except expat.ExpatError as error:
            raise RuleViolation("file", N_("the file is damaged or was cut off; save it again in Excel")) from error
        self.facts.reach = self.last_row * self.last_column
        return self

    def open(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        local = name.rpartition(" ")[2]
        if local == "c":
            self._cell(attributes)
        elif local == "row":
            self.row, self.column = _number(attributes.get("r"), self.row + 1), 0
            if attributes.get("hidden") in TRUE:
                self.facts.hidden.add(self.row)
        elif local in FILLED:
            self._filled()
            if local == "f" or self.kind == "e":
                self._listen(local)

    def _cell(self, attributes: dict[str, str]) -> None:
        found = REFERENCE.match(attributes.get("r", ""))
        if found:
            self.row, self.column = int(found[2]), column_number(found[1])
        else:
            self.column += 1
        self.kind = attributes.get("t", "")

    def _filled(self) -> None:
        self.last_row = max(self.last_row, self.row)
        self.last_column = max(self.last_column, self.column)
        if self.last_row * self.last_column > self.max_cells:
            raise RuleViolation(
                "file", N_("the sheet reaches to row %(row)d and column %(column)d; that is more than is read at once"),
                row=self.last_row, column=self.last_column,
            )  # fmt: skip

    def _listen(self, local: str) -> None:
        """Hear what stands in a cell with a formula or an error, until the cell ends. Other cells are not heard."""
        if not self.texts:
            self.parser.CharacterDataHandler = self._hear
            self.parser.EndElementHandler = self._close
            self.parser.StartElementHandler = self._open_inside
        self._open_inside(local, {})

    def _open_inside(self, name: str, _attributes: dict[str, str]) -> None:
        self.inside = name.rpartition(" ")[2]
        self.texts.setdefault(self.inside, "")

    def _hear(self, text: str) -> None:
        if self.inside and len(self.texts[self.inside]) <= LONGEST_SHOWN:
            self.texts[self.inside] += text

    def _close(self, name: str) -> None:
        self.inside = ""
        if name.rpartition(" ")[2] != "c":
            return
        value, formula = self.texts.get("v"), self.texts.get("f")
        if self.kind == "e":
            self._note(value or "#ERROR!")
        elif formula is not None and not (value or (self.kind == "str" and value is not None)):
            self._note(f"{UNCALCULATED} ={formula}")
        self.texts = {}
        self.parser.CharacterDataHandler = self.parser.EndElementHandler = None
        self.parser.StartElementHandler = self.open

    def _note(self, shown: str) -> None:
        self.facts.broken[self.row - 1, self.column - 1] = shown[:LONGEST_SHOWN]


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) <= 7 else otherwise


def column_number(letters: str) -> int:
    """The number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


@dataclass
class BookFacts:
    """What a workbook says of itself: the part of each sheet, in order; whether days count from 1904."""

    parts: list[str] = field(default_factory=list)
    since_1904: bool = False


def book_facts(parts: Mapping[str, bytes]) -> BookFacts:
    """Read the list of sheets and where they lie. ``parts`` have been looked through."""
    found, targets = BookFacts(), {}

    def related(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(" ")[2] == "Relationship":
            targets[attributes.get("Id", "")] = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", "")))

    def listed(name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if local == "workbookPr":
            found.since_1904 = attributes.get("date1904") in TRUE
        elif local == "sheet":
            reference = next((value for key, value in attributes.items() if key.endswith("relationships id")), "")
            found.parts.append(targets.get(reference, "").lstrip("/"))

    for part, heard in (("xl/_rels/workbook.xml.rels", related), (WORKBOOK_PART, listed)):
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = heard
        parser.Parse(parts.get(part, b"<none/>"), True)  # noqa: FBT003
    return found
