"""Word files in the look of an official document (GB/T 9704): pages, fonts, headings, tables, page numbers.

The fonts are named, not shipped: 方正小标宋简体, 仿宋_GB2312, 黑体, 楷体_GB2312, 宋体.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from datetime import UTC
from io import BytesIO
from itertools import zip_longest
from typing import Any

from docx import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell

from caseapp.office.docx_red import closed, red_headed
from caseapp.office.docx_text import BODY, FIRST, NUMBER, SECOND, TITLE, paragraph_of, run_of
from caseapp.office.paper import (
    BODY_SIZE,
    BOTTOM,
    CLOSER,
    FOOTER,
    FORM_COLUMNS,
    FORM_ROW,
    FORM_SIZE,
    LEFT,
    LINE,
    LINE_WIDTH,
    MARK_FROM_TOP,
    NUMBER_SIZE,
    PAGE,
    RIGHT,
    SIGNED_IN,
    TABLE_SIZE,
    TITLE_SIZE,
    TOP,
    Address,
    Block,
    Form,
    Paper,
    Part,
    Remark,
    Section,
    Sentence,
    Signed,
    Table,
    free_at_the_right,
    legible,
)
from caseapp.office.zipped import pack_again


def write_docx(paper: Paper, scale: float = 1) -> bytes:
    """The document as a Word file; with a ``scale`` its type and lines are so much of GB/T 9704's, for a page that is
    handed round at a meeting."""
    document = Document()
    say_of(document, paper)
    _page(document)
    _headed(document, paper)
    for block, after in zip_longest(paper.blocks, paper.blocks[1:]):
        if paper.red and isinstance(after, Signed):
            closed(document, paper.red)
        _put(document, block, after)
    if scale != 1:
        _scale(document, scale)
    if paper.letter:
        _bring_closer(document)
    held = BytesIO()
    document.save(held)
    return pack_again(held.getvalue())


def _headed(document: Any, paper: Paper) -> None:
    """Whose it is, the title, the number; the mark above the text of every page."""
    if paper.red:
        red_headed(document, paper, paper.red)
    titles = [paper.issuer, paper.title] if paper.issuer else [paper.title]
    for title in titles:
        paragraph_of(document, title, (TITLE, TITLE_SIZE), align=WD_ALIGN_PARAGRAPH.CENTER)
    if paper.number and not paper.red:
        paragraph_of(document, paper.number, (BODY, BODY_SIZE), align=WD_ALIGN_PARAGRAPH.CENTER)
    paragraph_of(document, "", (BODY, BODY_SIZE))
    if paper.mark:
        section = document.sections[0]
        section.header_distance = Mm(MARK_FROM_TOP)
        for header in (section.header, section.even_page_header):
            run_of(header.paragraphs[0], paper.mark, (FIRST, BODY_SIZE))


def _bring_closer(document: Any) -> None:
    """Characters of the body stand a little closer, so that a line has 28 of them."""
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            if run.font.size == Pt(BODY_SIZE):
                spacing = OxmlElement("w:spacing")
                spacing.set(qn("w:val"), str(round(-CLOSER * 20)))
                run._element.rPr.insert_element_before(spacing, "w:w", "w:kern", "w:position", "w:sz")  # noqa: SLF001 - the library has no other way


def say_of(document: Any, paper: Paper) -> None:
    """What a file says of itself: its title, the instant it was made for; nobody's name."""
    properties = document.core_properties
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.title = legible(paper.title)[:255]
    properties.created = properties.modified = paper.at.astimezone(UTC)
    properties.revision = 1


def _scale(document: Any, scale: float) -> None:
    for paragraph in document.paragraphs:
        form = paragraph.paragraph_format
        form.line_spacing = Pt(LINE * scale)
        for indent in ("first_line_indent", "left_indent", "right_indent"):
            if getattr(form, indent):
                setattr(form, indent, int(getattr(form, indent) * scale))
        for run in paragraph.runs:
            run.font.size = int(run.font.size * scale)


def _page(document: Any) -> None:
    """Page numbers stand outside: odd ones at the right, even ones at the left, one character from the edge."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(PAGE[0]), Mm(PAGE[1])
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.footer_distance = Mm(FOOTER)
    _fonts(document.styles["Normal"], BODY, BODY_SIZE)
    document.settings.odd_and_even_pages_header_footer = True
    for footer, align in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        numbered = footer.paragraphs[0]
        numbered.alignment = align
        numbered.paragraph_format.left_indent = numbered.paragraph_format.right_indent = Pt(NUMBER_SIZE)
        run_of(numbered, "— ", (NUMBER, NUMBER_SIZE))
        _field(numbered, "PAGE")
        run_of(numbered, " —", (NUMBER, NUMBER_SIZE))


def _fonts(style: Any, font: str, size: float) -> None:
    style.font.name, style.font.size = font, Pt(size)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _field(paragraph: Any, code: str) -> None:
    run = run_of(paragraph, "", (NUMBER, NUMBER_SIZE))
    for kind in ("begin", "end"):
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        if kind == "end":
            told = OxmlElement("w:instrText")
            told.text = code
            run._element.append(told)  # noqa: SLF001 - the library has no other way
        run._element.append(mark)  # noqa: SLF001 - the library has no other way


def _put(document: Any, block: Block, after: Block | None) -> None:
    """A heading stands on the page of what follows, a signature on one with text."""
    if isinstance(block, Part | Section):
        font = FIRST if isinstance(block, Part) else SECOND
        paragraph_of(document, block.text, (font, BODY_SIZE), indent=True).paragraph_format.keep_with_next = True
    elif isinstance(block, Sentence):
        for text in block.paragraphs:
            indent = not isinstance(block, Address)
            put = paragraph_of(document, text, (BODY, BODY_SIZE), indent=indent, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
            put.paragraph_format.keep_with_next = isinstance(after, Signed) or isinstance(block, Remark)
    elif isinstance(block, Signed):
        _signature(document, block)
    elif isinstance(block, Form):
        _form(document, block)
    else:
        _table(document, block)


def _signature(document: Any, block: Signed) -> None:
    paragraph_of(document, "", (BODY, BODY_SIZE)).paragraph_format.keep_with_next = True
    align = WD_ALIGN_PARAGRAPH.CENTER if block.loose else WD_ALIGN_PARAGRAPH.RIGHT
    for line, free in zip(block.lines, free_at_the_right(block.lines), strict=True):
        form = paragraph_of(document, line, (BODY, BODY_SIZE), align=align).paragraph_format
        if block.loose:
            form.left_indent = Mm(LINE_WIDTH) - Pt(SIGNED_IN * BODY_SIZE)
        else:
            form.right_indent = Pt(free * BODY_SIZE)
        form.keep_with_next = line != block.lines[-1] or bool(block.note)
    if block.note:
        paragraph_of(document, block.note, (BODY, BODY_SIZE), indent=True)


def _table(document: Any, block: Table) -> None:
    caption = paragraph_of(document, block.caption, (FIRST, BODY_SIZE), align=WD_ALIGN_PARAGRAPH.CENTER)
    caption.paragraph_format.page_break_before = True
    table = document.add_table(rows=1, cols=len(block.headings), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _cells(table.rows[0], block.headings, FIRST)
    _repeat(table.rows[0])
    pattern = table.add_row()
    _cells(pattern, [""] * len(block.headings), BODY)
    whole = sum(block.widths)
    table.autofit = False
    for column, share in zip(table.columns, block.widths, strict=True):
        column.width = Mm(LINE_WIDTH * share / whole)
        for cell in column.cells:
            cell.width = Mm(LINE_WIDTH * share / whole)
    _fill(table, pattern, block.rows)


def _form(document: Any, block: Form) -> None:
    """A form: cells over some of twelve columns, rows at least as high as a signature needs."""
    table = document.add_table(rows=0, cols=FORM_COLUMNS, style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column in table.columns:
        column.width = Mm(LINE_WIDTH / FORM_COLUMNS)
    for cells in block.rows:
        row = table.add_row()
        _whole(row)
        row.height, row.height_rule = Mm(FORM_ROW), WD_ROW_HEIGHT_RULE.AT_LEAST
        place = 0
        for one in cells:
            cell = row.cells[place].merge(row.cells[place + one.columns - 1])
            place += one.columns
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            first, *rest = legible(one.text).split("\n")
            paragraphs = [cell.paragraphs[0], *(cell.add_paragraph() for _ in rest)]
            for paragraph, text in zip(paragraphs, (first, *rest), strict=True):
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if one.told else WD_ALIGN_PARAGRAPH.LEFT
                run_of(paragraph, text, (BODY, FORM_SIZE))


def _fill(table: Any, pattern: Any, rows: Sequence[Sequence[object]]) -> None:
    """Copy a row of empty cells for each row of values: to build thousands cell by cell takes half a minute. A row of
    one value spans the table."""
    table._tbl.remove(pattern._tr)  # noqa: SLF001 - the library has no other way
    for values in rows:
        copied = deepcopy(pattern._tr)  # noqa: SLF001 - the library has no other way
        if len(values) == 1:
            first, *others = copied.tc_lst
            for other in others:
                copied.remove(other)
            first.grid_span, first.width = 1 + len(others), Mm(LINE_WIDTH)
        table._tbl.append(copied)  # noqa: SLF001 - the library has no other way
        for cell, value in zip(copied.tc_lst, values, strict=True):
            _Cell(cell, table).paragraphs[0].runs[0].text = legible(str(value))


def _cells(row: Any, values: Sequence[object], font: str) -> None:
    for place, (cell, value) in enumerate(zip(row.cells, values, strict=True)):
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        paragraph = cell.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if place == 0 else WD_ALIGN_PARAGRAPH.CENTER
        run_of(paragraph, str(value), (font, TABLE_SIZE))


def _repeat(row: Any) -> None:
    """The headings stand on every page."""
    _mark(row, "w:tblHeader")


def _whole(row: Any) -> None:
    """A row stands on one page."""
    _mark(row, "w:cantSplit")


def _mark(row: Any, name: str) -> None:
    mark = OxmlElement(name)
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)  # noqa: SLF001 - the library has no other way
