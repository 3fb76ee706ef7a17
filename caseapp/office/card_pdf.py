"""A card as a PDF of one A5 page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fpdf import FPDF

from caseapp.office.card import HEIGHT, ROLES, WIDTH, Card, Word, lay_out
from caseapp.office.fonts import choose, printable

POINT = 25.4 / 72
PALE = (226, 234, 244)


def card_pdf(card: Card, own_fonts: Sequence[Path] = (), folders: Sequence[Path] | None = None) -> bytes:
    """The card as a PDF with its fonts inside. Raises RuleViolation when this machine has no font for it."""
    fonts = choose(printable(card.text), own_fonts, folders)
    page = FPDF(unit="mm", format=(WIDTH, HEIGHT))
    faces = dict.fromkeys([*(fonts.roles[role] for role in ROLES), *fonts.others])
    names = {face: f"font{place}" for place, face in enumerate(faces)}
    for face, name in names.items():
        page.add_font(name, fname=face.path, collection_font_number=face.number)
    page.set_fallback_fonts([names[face] for face in fonts.others])
    page.set_title(printable(card.title))
    page.set_creation_date(card.at)
    page.set_auto_page_break(False)
    page.c_margin = 0
    page.add_page()

    def measure(text: str, role: str, size: float) -> float:
        page.set_font(names[fonts.roles[role]], size=size / POINT)
        return float(page.get_string_width(text))

    for mark in lay_out(card, measure):
        if isinstance(mark, Word):
            page.set_font(names[fonts.roles[mark.role]], size=mark.size / POINT)
            page.set_xy(mark.left, mark.top)
            page.cell(0, mark.size, mark.text)
        else:
            page.set_fill_color(*(PALE if mark.pale else (0, 0, 0)))
            page.rect(mark.left, mark.top, mark.width, mark.height, style="F")
    return bytes(page.output())
