"""A card as a PDF of one A5 page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from fpdf import FPDF

from caseapp.office.card import HEIGHT, WIDTH, Card, Word, lay_out
from caseapp.office.paper import printable
from caseapp.office.pdf_fonts import fonts_in

POINT = 25.4 / 72
PALE = (226, 234, 244)


def card_pdf(card: Card, own_fonts: Sequence[Path] = (), folders: Sequence[Path] | None = None) -> bytes:
    """The card as a PDF with its fonts inside. Raises RuleViolation when this machine has no font for it."""
    page = FPDF(unit="mm", format=(WIDTH, HEIGHT))
    page.set_title(printable(card.title))
    page.set_creation_date(card.at)
    page.set_auto_page_break(False)
    page.c_margin = 0
    page.add_page()
    with fonts_in(page, card.text, own_fonts, folders) as names:
        _draw(page, card, names)
        return bytes(page.output())


def _draw(page: FPDF, card: Card, names: Mapping[str, str]) -> None:
    def measure(text: str, role: str, size: float) -> float:
        page.set_font(names[role], size=size / POINT)
        return float(page.get_string_width(text))

    for mark in lay_out(card, measure):
        if isinstance(mark, Word):
            page.set_font(names[mark.role], size=mark.size / POINT)
            page.set_xy(mark.left, mark.top)
            page.cell(0, mark.size, mark.text)
        else:
            page.set_fill_color(*(PALE if mark.pale else (0, 0, 0)))
            page.rect(mark.left, mark.top, mark.width, mark.height, style="F")
