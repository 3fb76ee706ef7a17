"""Word files in the look of an official document (GB/T 9704): pages, fonts, headings, tables, page numbers.

It knows no case: it is given a title and blocks. The fonts are named, not shipped: 方正小标宋简体, 仿宋_GB2312, 黑体,
楷体_GB2312.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

TITLE, BODY, FIRST, SECOND = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
LINE, LINE_WIDTH = Pt(28), 156


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
    """A paragraph of the body, its first line indented by two characters."""

    text: str


@dataclass(frozen=True)
class Table:
    """A table on a page of its own, with its caption; the first column to the left, numbers centred. ``widths`` are
    shares of the line."""

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[object]]
    widths: Sequence[float]


@dataclass(frozen=True)
class Signed:
    """The signature block: who, and the day, to the right."""

    lines: Sequence[str]


Block = Part | Section | Sentence | Table | Signed


def write_docx(title: str, blocks: Iterable[Block]) -> bytes:
    """The document as a file."""
    document = Document()
    document.core_properties.author = document.core_properties.comments = ""
    document.core_properties.title = title
    _page(document)
    _paragraph(document, title, (TITLE, 22), align=WD_ALIGN_PARAGRAPH.CENTER)
    _paragraph(document, "", (BODY, 16))
    for block in blocks:
        _put(document, block)
    held = BytesIO()
    document.save(held)
    return held.getvalue()


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(28)
    _fonts(document.styles["Normal"], BODY, 16)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(footer, "— ", ("宋体", 14))
    _field(footer, "PAGE")
    _run(footer, " —", ("宋体", 14))


def _fonts(style: Any, font: str, size: float) -> None:
    style.font.name, style.font.size = font, Pt(size)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _run(paragraph: Any, text: str, font: tuple[str, float]) -> Any:
    run = paragraph.add_run(text)
    run.font.name, run.font.size = font[0], Pt(font[1])
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font[0])  # noqa: SLF001 - the library has no other way
    return run


def _field(paragraph: Any, code: str) -> None:
    run = _run(paragraph, "", ("宋体", 14))
    for kind in ("begin", "end"):
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        if kind == "end":
            told = OxmlElement("w:instrText")
            told.text = code
            run._element.append(told)  # noqa: SLF001 - the library has no other way
        run._element.append(mark)  # noqa: SLF001 - the library has no other way


def _paragraph(document: Any, text: str, font: tuple[str, float], *, align: Any = None, indent: bool = False) -> Any:
    paragraph = document.add_paragraph()
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    if indent:
        form.first_line_indent = Pt(font[1] * 2)
    if align is not None:
        paragraph.alignment = align
    _run(paragraph, text, font)
    return paragraph


def _put(document: Any, block: Block) -> None:
    if isinstance(block, Part):
        _paragraph(document, block.text, (FIRST, 16), indent=True)
    elif isinstance(block, Section):
        _paragraph(document, block.text, (SECOND, 16), indent=True)
    elif isinstance(block, Sentence):
        _paragraph(document, block.text, (BODY, 16), indent=True, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    elif isinstance(block, Signed):
        _paragraph(document, "", (BODY, 16))
        for line in block.lines:
            _paragraph(document, line, (BODY, 16), align=WD_ALIGN_PARAGRAPH.RIGHT)
    else:
        _table(document, block)


def _table(document: Any, block: Table) -> None:
    caption = _paragraph(document, block.caption, (FIRST, 16), align=WD_ALIGN_PARAGRAPH.CENTER)
    caption.paragraph_format.page_break_before = True
    table = document.add_table(rows=1, cols=len(block.headings), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _cells(table.rows[0], block.headings, FIRST)
    _repeat(table.rows[0])
    for row in block.rows:
        _cells(table.add_row(), row, BODY)
    whole = sum(block.widths)
    for column, share in zip(table.columns, block.widths, strict=True):
        for cell in column.cells:
            cell.width = Mm(LINE_WIDTH * share / whole)


def _cells(row: Any, values: Sequence[object], font: str) -> None:
    for place, (cell, value) in enumerate(zip(row.cells, values, strict=True)):
        paragraph = cell.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if place == 0 else WD_ALIGN_PARAGRAPH.CENTER
        _run(paragraph, str(value), (font, 10.5))


def _repeat(row: Any) -> None:
    """The headings stand on every page."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)  # noqa: SLF001 - the library has no other way
