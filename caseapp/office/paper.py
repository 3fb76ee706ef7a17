"""A document as it is meant, before it is a file: a title and blocks. It knows no case, and no file format.

``docx_write`` and ``pdf_write`` write it in the look of an official document (GB/T 9704); the sizes
both keep stand here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from unicodedata import category, east_asian_width

PAGE, TOP, BOTTOM, LEFT, RIGHT = (210, 297), 37, 35, 28, 26  # millimetres
LINE_WIDTH, FOOTER = PAGE[0] - LEFT - RIGHT, 28
TITLE_SIZE, BODY_SIZE, TABLE_SIZE, NUMBER_SIZE, LINE = 22, 16, 10.5, 14, 28  # points: 2号, 3号, 5号, 4号
POINT = 25.4 / 72  # millimetres
STEP, EM = LINE * POINT, BODY_SIZE * POINT  # a line and a character of the body, in millimetres
RED, RED_SIZE, RED_LINE = "FF0000", 48, 1.5  # colour; points; points
RED_FROM_TEXT, RED_FROM_TOP, RED_GAP, RED_WIDTH, RED_FOOT = 35, 30, 4, 170, 20  # millimetres
DATE_FROM_THE_RIGHT = 4  # characters left free beside the date
CLOSER = 0.25  # points between two characters of a letter, so that 28 of them stand in a line of 156 mm
FORM_SIZE, FORM_COLUMNS, FORM_ROW, MARK_FROM_TOP = 12, 12, 12, 22  # points; columns; millimetres
SIGNED_IN = 15  # characters; a date of seven, centred in the last fifteen, has four free at its right


@dataclass(frozen=True)
class Part:
    """A heading of the first level: 一、…"""

    text: str


@dataclass(frozen=True)
class Section:
    """A heading of the second level: (一)…"""

    text: str


@dataclass(frozen=True)
class Sentence:
    """A paragraph of the body, its first line indented by two characters; a text of several lines is as many."""

    text: str

    @property
    def paragraphs(self) -> list[str]:
        """The lines that say something."""
        return [line for line in legible(self.text).splitlines() if line.strip()]


@dataclass(frozen=True)
class Address(Sentence):
    """Whom a letter is to: a line that begins at the edge."""


@dataclass(frozen=True)
class Remark(Sentence):
    """A sentence under all parts: when it was known, of what it is."""


@dataclass(frozen=True)
class Table:
    """A table on a page of its own, with its caption; the first column to the left, numbers centred. ``widths`` are
    shares of the line. A table that an office's own template may fill has a name, and names for its columns."""

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[object]]
    widths: Sequence[float]
    name: str = ""
    columns: Sequence[str] = ()


@dataclass(frozen=True)
class Signed:
    """The signature block: who, and the day, centred over each other, to the right; a ``note`` (附注) in the line under
    it. It is ``loose`` when its lines are not known yet, in a template."""

    lines: Sequence[str]
    loose: bool = False
    note: str = ""


@dataclass(frozen=True)
class FormCell:
    """A cell of a form: what stands in it, over how many of the twelve columns; ``told`` names what is to be filled in
    beside it."""

    text: str
    columns: int
    told: bool = False


@dataclass(frozen=True)
class Form:
    """A form to fill in by hand: rows of cells, each row high enough to sign in (12 mm)."""

    rows: Sequence[Sequence[FormCell]]


@dataclass(frozen=True)
class RedHead:
    """What stands in red above a document from one organ to another (GB/T 9704): the ``name`` of the one it comes from.
    Of a report (报告) the ``signer`` (签发人) stands beside the number, and at its end who printed it when (版记). A
    ``letter`` (函) has the name at the top of its first page between two pairs of lines, and no number on that page."""

    name: str
    signer: str = ""
    letter: bool = False
    printed: tuple[str, str] = ("", "")


Block = Part | Section | Sentence | Table | Signed | Form


@dataclass(frozen=True)
class Paper:
    """A whole document. ``at`` is the instant it was made for: the same paper makes the same file.

    A ``letter`` has 22 lines of 28 characters a page; whose it is stands above its title and its ``number`` under it.
    ``mark`` stands above the text of every page, at the left: 副本, 草稿. With a ``red`` head the name stands there.
    """

    title: str
    blocks: Sequence[Block]
    at: datetime
    letter: bool = False
    issuer: str = ""
    number: str = ""
    mark: str = ""
    red: RedHead | None = None


def red_size(name: str) -> float:
    """The size of a name in red, in points: as large as its line allows."""
    return min(RED_SIZE, LINE_WIDTH / POINT / max(len(name), 1))


def free_at_the_right(lines: Sequence[str]) -> list[float]:
    """How many characters stay free beside each line of a signature: four beside the longest, each centred to it."""
    lengths = [sum(1 if east_asian_width(sign) in "WF" else 0.5 for sign in line) for line in lines]
    return [DATE_FROM_THE_RIGHT + (max(lengths) - length) / 2 for length in lengths]


def legible(text: str) -> str:
    """A text without control characters, which no document takes; line ends stay, a tabulator is a space."""
    whole = "\n".join(text.splitlines()).replace("\t", " ")
    return "".join(sign for sign in whole if sign == "\n" or category(sign) not in ("Cc", "Cs"))


def printable(text: str) -> str:
    """A text without what has no shape of its own: control characters, joiners, variation selectors."""
    return "".join(sign for sign in legible(text) if not _shapeless(sign))


def _shapeless(sign: str) -> bool:
    return category(sign) == "Cf" or 0xFE00 <= ord(sign) <= 0xFE0F or 0xE0100 <= ord(sign) <= 0xE01EF
