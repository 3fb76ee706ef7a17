"""Text in a Word file: its fonts, a run, a paragraph in the lines of an official document."""

from __future__ import annotations

from typing import Any

from docx.enum.text import WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Pt

from caseapp.office.paper import LINE, legible

TITLE, BODY, FIRST, SECOND, NUMBER = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"


def run_of(paragraph: Any, text: str, font: tuple[str, float]) -> Any:
    """Some text at the end of a paragraph, in a font for Chinese signs too."""
    run = paragraph.add_run(legible(text))
    run.font.name, run.font.size = font[0], Pt(font[1])
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font[0])  # noqa: SLF001 - the library has no other way
    return run


def paragraph_of(document: Any, text: str, font: tuple[str, float], *, align: Any = None, indent: bool = False) -> Any:
    """A line of the document in lines of 28 points; an indented one begins two characters further right."""
    paragraph = document.add_paragraph()
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(LINE)
    if indent:
        form.first_line_indent = Pt(font[1] * 2)
    if align is not None:
        paragraph.alignment = align
    run_of(paragraph, text, font)
    return paragraph
