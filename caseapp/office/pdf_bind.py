"""PDF files bound into one whose pages bear their numbers at the upper right, as the pages of a file (卷宗) do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from threading import Lock

from fpdf import FPDF
from fpdf.enums import Align
from pypdfium2 import PdfDocument, PdfMatrix

MARK = (18, 8)  # millimetres
FROM_THE_EDGE = 6  # millimetres
SIZE = 12  # points
POINT = 25.4 / 72  # millimetres
ALONE = Lock()
"""pdfium is used by one thread at a time: it has no locks of its own."""


def bind_files(files: Iterable[tuple[bytes, bool]]) -> bytes:
    """Files as one, in order. ``True`` beside a file: its pages are numbered, from 1 on through all of those."""
    with ALONE, PdfDocument.new() as whole:
        numbered: list[bool] = []
        for content, counts in files:
            with PdfDocument(content) as part:
                whole.import_pages(part)
                numbered += [counts] * len(part)
        with PdfDocument(_marks(sum(numbered))) as marks:
            _number(whole, marks, numbered)
        out = BytesIO()
        whole.save(out)
        return out.getvalue()


def pages_in(content: bytes) -> int:
    """How many pages a file has."""
    with ALONE, PdfDocument(content) as document:
        return len(document)


def _number(whole: PdfDocument, marks: PdfDocument, numbered: Sequence[bool]) -> None:
    wide, high = (side / POINT for side in MARK)
    edge, nth = FROM_THE_EDGE / POINT, 0
    for place, counts in enumerate(numbered):
        if not counts:
            continue
        page, mark = whole[place], marks.page_as_xobject(nth, whole).as_pageobject()
        mark.set_matrix(PdfMatrix().translate(page.get_width() - edge - wide, page.get_height() - edge - high))
        page.insert_obj(mark)
        page.gen_content()
        nth += 1


def _marks(count: int) -> bytes:
    """The numbers as small pages of their own, on white so that they are read on a photo too."""
    marks = FPDF(unit="mm", format=MARK)
    marks.set_auto_page_break(False)
    marks.set_margin(0)
    for nth in range(1, count + 1):
        marks.add_page()
        marks.set_fill_color(255)
        marks.rect(0, 0, *MARK, style="F")
        marks.set_font("helvetica", size=SIZE)
        marks.set_xy(0, 0)
        marks.cell(*MARK, text=str(nth), align=Align.C)
    return bytes(marks.output())
