"""The red head of a Word file from one organ to another (GB/T 9704): of a report (报告) and of a letter (函)."""

from __future__ import annotations

from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from caseapp.office.docx_text import BODY, FIRST, SECOND, TITLE, paragraph_of, run_of
from caseapp.office.paper import (
    BODY_SIZE,
    FOOTER,
    LEFT,
    LINE_WIDTH,
    MARK_FROM_TOP,
    NUMBER_SIZE,
    PAGE,
    RED,
    RED_FOOT,
    RED_FROM_TEXT,
    RED_FROM_TOP,
    RED_GAP,
    RED_LINE,
    RED_WIDTH,
    RIGHT,
    Paper,
    RedHead,
    red_size,
)

BESIDE = (PAGE[0] - RED_WIDTH) / 2
THICK_ABOVE, THIN_ABOVE, ONE = "thickThinSmallGap", "thinThickSmallGap", "single"


def red_headed(document: Any, paper: Paper, red: RedHead) -> None:
    """Put the red head above everything else."""
    if red.letter:
        _of_a_letter(document, paper, red)
    else:
        _of_a_report(document, paper, red)


def closed(document: Any, red: RedHead) -> None:
    """Who printed it, and when, between two lines at the foot of the last page (版记). It is put down before the
    last sentence, which stays on the page of the signature, so that it stands on that page too."""
    if not any(red.printed):
        return
    line = paragraph_of(document, red.printed[0], (BODY, NUMBER_SIZE))
    line.paragraph_format.tab_stops.add_tab_stop(Mm(LINE_WIDTH) - Pt(BODY_SIZE), WD_TAB_ALIGNMENT.RIGHT)
    line.paragraph_format.left_indent = Pt(NUMBER_SIZE)
    run_of(line, "", (BODY, NUMBER_SIZE)).add_tab()
    run_of(line, red.printed[1], (BODY, NUMBER_SIZE))
    for side in ("top", "bottom"):
        _border(line, side, ONE, "000000", 1)
    _at_the_foot(line)


def _of_a_report(document: Any, paper: Paper, red: RedHead) -> None:
    """The name 35 mm under the edge of the text; the number at the left and who signed it off at the right, each a
    character from the edge; a red line 4 mm under them."""
    _apart(document, RED_FROM_TEXT)
    _named(document.add_paragraph(), red)
    for _line in range(2):
        paragraph_of(document, "", (BODY, BODY_SIZE))
    line = paragraph_of(document, paper.number, (BODY, BODY_SIZE))
    form = line.paragraph_format
    form.left_indent = Pt(BODY_SIZE)
    form.tab_stops.add_tab_stop(Mm(LINE_WIDTH) - Pt(BODY_SIZE), WD_TAB_ALIGNMENT.RIGHT)
    run_of(line, "", (BODY, BODY_SIZE)).add_tab()
    run_of(line, "签发人：", (BODY, BODY_SIZE))
    run_of(line, red.signer, (SECOND, BODY_SIZE))
    _border(_apart(document, RED_GAP), "bottom", ONE, RED, RED_LINE)
    for _line in range(2):
        paragraph_of(document, "", (BODY, BODY_SIZE))


def _of_a_letter(document: Any, paper: Paper, red: RedHead) -> None:
    """The name 30 mm under the edge of the page, a pair of lines 4 mm under it and another 20 mm above the lower edge;
    the number at the right under the first; the first page bears no number."""
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.header_distance = Mm(MARK_FROM_TOP)
    header, footer = section.first_page_header, section.first_page_footer
    marked = header.paragraphs[0]
    _exact(marked, Mm(RED_FROM_TOP - MARK_FROM_TOP))
    run_of(marked, paper.mark, (FIRST, BODY_SIZE))
    _named(header.add_paragraph(), red)
    _wide(_border(_exact(header.add_paragraph(), Mm(RED_GAP)), "bottom", THICK_ABOVE, RED, RED_LINE * 2))
    _wide(_border(_exact(footer.paragraphs[0], Pt(1)), "top", THIN_ABOVE, RED, RED_LINE * 2))
    section.footer_distance = Mm(RED_FOOT)
    for numbered in (section.footer, section.even_page_footer):
        numbered.paragraphs[0].paragraph_format.space_after = Mm(FOOTER - RED_FOOT)
    line = paragraph_of(document, paper.number, (BODY, BODY_SIZE), align=WD_ALIGN_PARAGRAPH.RIGHT)
    line.paragraph_format.space_before = Pt(BODY_SIZE * 7 / 8)
    for _line in range(2):
        paragraph_of(document, "", (BODY, BODY_SIZE))


def _named(paragraph: Any, red: RedHead) -> None:
    size = red_size(red.name)
    _exact(paragraph, Pt(size * 1.2)).alignment = WD_ALIGN_PARAGRAPH.CENTER
    run_of(paragraph, red.name, (TITLE, size)).font.color.rgb = RGBColor.from_string(RED)


def _apart(document: Any, millimetres: float) -> Any:
    """An empty line of a height."""
    return _exact(document.add_paragraph(), Mm(millimetres))


def _exact(paragraph: Any, height: Any) -> Any:
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing = height
    return paragraph


def _wide(paragraph: Any) -> Any:
    """As wide as the lines of a letter, which reach beyond the text at both sides."""
    paragraph.paragraph_format.left_indent, paragraph.paragraph_format.right_indent = (
        Mm(BESIDE - LEFT),
        Mm(BESIDE - RIGHT),
    )
    return paragraph


def _border(paragraph: Any, side: str, kind: str, colour: str, points: float) -> Any:
    properties = paragraph._element.get_or_add_pPr()  # noqa: SLF001 - the library has no other way
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", kind), ("sz", str(round(points * 8))), ("space", "1"), ("color", colour)):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    return paragraph


def _at_the_foot(paragraph: Any) -> None:
    """A paragraph that stands in the last line of its page, wherever the text ends."""
    frame = OxmlElement("w:framePr")
    told = {
        "w": str(round(LINE_WIDTH / 25.4 * 1440)), "wrap": "notBeside", "vAnchor": "margin", "hAnchor": "margin",
        "xAlign": "center", "yAlign": "bottom",
    }  # fmt: skip
    for name, value in told.items():
        frame.set(qn(f"w:{name}"), value)
    properties = paragraph._element.get_or_add_pPr()  # noqa: SLF001 - the library has no other way
    properties.insert_element_before(
        frame, "w:widowControl", "w:numPr", "w:suppressLineNumbers", "w:pBdr", "w:shd", "w:tabs", "w:spacing", "w:ind",
        "w:jc", "w:rPr",
    )  # fmt: skip
