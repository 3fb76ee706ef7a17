"""PDF files in the look of an official document (GB/T 9704): the pages of the Word file, with their fonts inside."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

from fpdf import FPDF, FontFace
from fpdf.enums import Align, VAlign, WrapMode

from caseapp.office.paper import (
    BODY_SIZE,
    BOTTOM,
    CLOSER,
    EM,
    FOOTER,
    FORM_COLUMNS,
    FORM_ROW,
    FORM_SIZE,
    LEFT,
    LINE_WIDTH,
    MARK_FROM_TOP,
    NUMBER_SIZE,
    PAGE,
    POINT,
    RIGHT,
    STEP,
    TABLE_SIZE,
    TITLE_SIZE,
    TOP,
    Address,
    Block,
    Form,
    Paper,
    Part,
    Section,
    Sentence,
    Signed,
    Table,
    free_at_the_right,
    printable,
)
from caseapp.office.pdf_fonts import fonts_in
from caseapp.office.pdf_red import closed, red_headed
from caseapp.office.typeset import fill

MOST_STRETCH = 0.2  # of the line; a line emptier than that is left as it is
HAIR = 0.05  # millimetres, for what rounding adds
CELL_LINE, CELL_PADDING = 1.3 * TABLE_SIZE * POINT, (0.6, 1.2)


def write_pdf(paper: Paper, own_fonts: Sequence[Path] = (), folders: Sequence[Path] | None = None) -> bytes:
    """The document as a PDF; the same paper and the same fonts make the same bytes.

    Raises RuleViolation when this machine has no font for it (``fonts.choose``).
    """
    pages = _Pages(paper)
    with fonts_in(pages, _whole_text(paper), own_fonts, folders) as pages.fonts_by_role:
        pages.add_page()
        pages.headed()
        for block, after in zip_longest(paper.blocks, paper.blocks[1:]):
            pages.put(block, after)
        if paper.red:
            closed(pages, pages.speak, paper.red)
        return bytes(pages.output())


class _Pages(FPDF):
    """The pages while they are written."""

    fonts_by_role: dict[str, str]

    def __init__(self, paper: Paper) -> None:
        super().__init__(unit="mm", format="A4")
        self.paper, self.closer = paper, CLOSER if paper.letter else 0
        self.set_title(printable(paper.title))
        self.set_lang("zh-CN")
        self.set_creation_date(paper.at)
        self.set_margins(LEFT, TOP, RIGHT)
        self.set_auto_page_break(True, BOTTOM)  # noqa: FBT003 - the library's own order
        self.c_margin = 0

    def speak(self, role: str, size: float) -> None:
        """Write on in the font of a role, in a size of points."""
        self.set_font(self.fonts_by_role[role], size=size)

    def header(self) -> None:
        """The mark of a draft or a copy, above the text at the left."""
        if self.paper.mark:
            self.speak("first", BODY_SIZE)
            self.set_xy(LEFT, MARK_FROM_TOP)
            self.cell(LINE_WIDTH, EM, self.paper.mark, align=Align.L)
            self.set_xy(LEFT, TOP)

    def headed(self) -> None:
        """Whose it is, the title, the number, and a line left free."""
        if self.paper.red:
            red_headed(self, self.speak, self.paper, self.paper.red)
        for title in filter(None, (self.paper.issuer, self.paper.title)):
            self.centred(title, "title", TITLE_SIZE)
        if self.paper.number and not self.paper.red:
            self.centred(self.paper.number, "body", BODY_SIZE)
        self.ln(STEP)

    def footer(self) -> None:
        """The number of the page: outside, one character from the edge of the text; none on the first of a letter to
        another organ."""
        if self.paper.red and self.paper.red.letter and self.page_no() == 1:
            return
        size = NUMBER_SIZE * POINT
        self.speak("number", NUMBER_SIZE)
        self.set_xy(LEFT + size, PAGE[1] - FOOTER - size)
        align = Align.R if self.page_no() % 2 else Align.L
        self.cell(LINE_WIDTH - 2 * size, size, f"— {self.page_no()} —", align=align)

    def put(self, block: Block, after: Block | None) -> None:
        """Write a block where the one before ended; a heading on the page of what comes after it."""
        if isinstance(block, Part | Section):
            self._keep(4 + isinstance(after, Section))
            self.paragraph(block.text, "first" if isinstance(block, Part) else "second")
        elif isinstance(block, Sentence):
            for text in block.paragraphs:
                indent = 0 if isinstance(block, Address) else 2 * EM
                if isinstance(after, Signed):
                    self._keep(len(self._filled(text, "body")) + self._lines_of(after))
                self.paragraph(text, "body", indent)
        elif isinstance(block, Signed):
            self._signature(block)
        elif isinstance(block, Form):
            self._form(block)
        else:
            self._table(block)

    def centred(self, text: str, role: str, size: float) -> None:
        """A title or a caption; one of several lines has them about as long as each other."""
        self.speak(role, size)
        room, whole = float(LINE_WIDTH), printable(text)
        lines = list(fill(whole, self.get_string_width, room, room))
        while len(closer := list(fill(whole, self.get_string_width, room, room))) == len(lines) > 1 and room > size:
            lines, room = closer, room - size * POINT / 2
        for line in lines:
            self._line(line, LEFT, align=Align.C)

    def paragraph(self, text: str, role: str, first: float = 2 * EM) -> None:
        """A paragraph, its first line indented by two characters, all but the last as wide as the page; none of its
        lines stands alone on a page."""
        lines = self._filled(text, role, first)
        parted = self._parted(len(lines))
        for place, line in enumerate(lines):
            if place == parted:
                self.add_page()
            indent = 0 if place else first
            slack = LINE_WIDTH - indent - self._wide(line)
            stretched = place < len(lines) - 1 and len(line) > 1 and slack < MOST_STRETCH * LINE_WIDTH
            self.set_char_spacing((max(slack, 0) / POINT / (len(line) - 1) if stretched else 0) - self.closer)
            self._line(line, LEFT + indent)
            self.set_char_spacing(0)

    def _filled(self, text: str, role: str, first: float = 2 * EM) -> list[str]:
        self.speak(role, BODY_SIZE)
        return list(fill(printable(text), self._wide, LINE_WIDTH - first, LINE_WIDTH))

    def _wide(self, text: str) -> float:
        """How wide a text of the body is; characters of a letter stand a little closer."""
        return float(self.get_string_width(text)) - self.closer * POINT * len(text)

    def _parted(self, lines: int) -> int | None:
        """Before which line of a paragraph the page ends, so that at least two lines of it stand on each page."""
        free = int((self.page_break_trigger - self.y) / STEP)
        if free >= lines or self.y == self.t_margin:
            return None
        before = min(free, lines - 2)
        return before if before >= 2 else 0

    def _line(self, line: str, left: float, *, align: Align = Align.L) -> None:
        if self.will_page_break(STEP):
            self.add_page()
        self.set_x(left)
        self.cell(LEFT + LINE_WIDTH - left, STEP, line, align=align, new_x="LMARGIN", new_y="NEXT")

    def _keep(self, lines: int) -> None:
        """The next lines stay on one page."""
        if self.will_page_break(lines * STEP):
            self.add_page()

    def _lines_of(self, signed: Signed) -> int:
        """How many lines a signature takes, with the one above it and what stands at the foot of its page."""
        closing = self.paper.red is not None and any(self.paper.red.printed)
        return 1 + len(signed.lines) + bool(signed.note) + closing

    def _signature(self, block: Signed) -> None:
        self._keep(self._lines_of(block))
        self.ln(STEP)
        self.speak("body", BODY_SIZE)
        for line, free in zip(block.lines, free_at_the_right(block.lines), strict=True):
            width = self.get_string_width(printable(line))
            self._line(printable(line), max(LEFT, LEFT + LINE_WIDTH - free * EM - width))
        if block.note:
            self.paragraph(block.note, "body")

    def _table(self, block: Table) -> None:
        self.add_page()
        self.centred(block.caption, "first", BODY_SIZE)
        rows = [self._row(block, values, "body" if place else "first") for place, values in enumerate(_rows(block))]
        with self.table(
            col_widths=tuple(block.widths), line_height=CELL_LINE, padding=CELL_PADDING, wrapmode=WrapMode.CHAR,
            text_align=("LEFT", *["CENTER"] * (len(block.headings) - 1)),
            headings_style=FontFace(family=self.fonts_by_role["first"], size_pt=TABLE_SIZE),
        ) as table:  # fmt: skip
            for row in rows:
                table.row(row)

    def _form(self, block: Form) -> None:
        share = LINE_WIDTH / FORM_COLUMNS
        self.speak("body", FORM_SIZE)
        with self.table(
            col_widths=(1,) * FORM_COLUMNS, line_height=1.4 * FORM_SIZE * POINT, padding=CELL_PADDING,
            wrapmode=WrapMode.CHAR, first_row_as_headings=False, v_align=VAlign.M,
        ) as table:  # fmt: skip
            for cells in block.rows:
                row = table.row(min_height=FORM_ROW)
                for one in cells:
                    room = share * one.columns - 2 * CELL_PADDING[1] - HAIR
                    lines = (
                        line
                        for told in printable(one.text).split("\n")
                        for line in fill(told, self.get_string_width, room, room)
                    )
                    row.cell("\n".join(lines), colspan=one.columns, align=Align.C if one.told else Align.L)

    def _row(self, block: Table, values: Sequence[object], role: str) -> list[str]:
        """The cells of a row, their lines filled; the font of the row is spoken afterwards."""
        self.speak(role, TABLE_SIZE)
        rooms = [LINE_WIDTH * share / sum(block.widths) - 2 * CELL_PADDING[1] - HAIR for share in block.widths]
        return [
            "\n".join(
                line
                for told in printable(str(value)).split("\n")
                for line in fill(told, self.get_string_width, room, room)
            )
            for value, room in zip(values, rooms, strict=True)
        ]


def _rows(block: Table) -> list[Sequence[object]]:
    return [block.headings, *block.rows]


def _whole_text(paper: Paper) -> str:
    """Every sign the document shows."""
    told = [paper.title, paper.issuer, paper.number, paper.mark, "0123456789—"]
    if paper.red:
        told += [paper.red.name, "签发人：", paper.red.signer, *paper.red.printed]
    for block in paper.blocks:
        if isinstance(block, Signed):
            told += [*block.lines, block.note]
        elif isinstance(block, Form):
            told += [cell.text for row in block.rows for cell in row]
        elif isinstance(block, Table):
            told += [block.caption, *block.headings, *(str(value) for row in block.rows for value in row)]
        else:
            told.append(block.text)
    return "".join(told)
