"""What makes a file or reads a font. The libraries behind it take longer to load than all of the application: they load
when the first file is made, and who makes none does not wait for them. So everybody outside comes through here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caseapp.office.card import Card
from caseapp.office.paper import Paper
from caseapp.office.worksheet import Row, Worksheet

if TYPE_CHECKING:
    from caseapp.office.xlsx_fill import NamedCells


def write_docx(paper: Paper, scale: float = 1) -> bytes:
    """A document as a Word file."""
    from caseapp.office import docx_write

    return docx_write.write_docx(paper, scale)


def write_pdf(paper: Paper, own_fonts: Sequence[Path] = ()) -> bytes:
    """A document as a PDF."""
    from caseapp.office import pdf_write

    return pdf_write.write_pdf(paper, own_fonts)


def bind_files(files: Iterable[tuple[bytes, bool]]) -> bytes:
    """PDF files as one; the pages of those marked ``True`` are numbered."""
    from caseapp.office import pdf_bind

    return pdf_bind.bind_files(files)


def pages_in(content: bytes) -> int:
    """How many pages a PDF has."""
    from caseapp.office import pdf_bind

    return pdf_bind.pages_in(content)


def write_book(sheets: Iterable[Worksheet]) -> bytes:
    """A workbook of several sheets."""
    from caseapp.office import xlsx_write

    return xlsx_write.write_book(sheets)


def write_sheet(
    headings: Sequence[str],
    rows: Iterable[Row],
    *,
    title: str | None = None,
    widths: Sequence[float] | None = None,
    freeze: bool = True,
    sheet_name: str = "台账",
) -> bytes:
    """A workbook of one sheet; see ``write_book``."""
    return write_book([Worksheet(sheet_name, headings, rows, title=title, widths=widths, freeze=freeze)])


def card_pdf(card: Card, own_fonts: Sequence[Path] = ()) -> bytes:
    """A card as a PDF."""
    from caseapp.office import card_pdf as pdf

    return pdf.card_pdf(card, own_fonts)


def card_png(card: Card, own_fonts: Sequence[Path] = ()) -> bytes:
    """A card as a picture."""
    from caseapp.office import card_png as png

    return png.card_png(card, own_fonts)


def fill_template(template: bytes, fields: Mapping[str, Any], shape: Mapping[str, Any], at: datetime) -> bytes:
    """A Word template filled with fields."""
    from caseapp.office import docx_fill

    return docx_fill.fill(template, fields, shape, at)


def check_template(data: bytes, trials: Sequence[Mapping[str, Any]], shape: Mapping[str, Any], at: datetime) -> bytes:
    """A clean copy of a Word template that somebody sent, or a refusal."""
    from caseapp.office import docx_fill

    return docx_fill.check_template(data, trials, shape, at)


def read_form(data: bytes) -> tuple[Sequence[NamedCells], Iterable[tuple[str, str]]]:
    """The names of a form in Excel, and the texts that stand in it; see ``xlsx_fill.py``."""
    from caseapp.office import xlsx_fill

    return xlsx_fill.read_form(data)


def fill_form(data: bytes, value_of: Callable[[NamedCells], Any], at: datetime) -> bytes:
    """A form in Excel with its named cells filled."""
    from caseapp.office import xlsx_fill

    return xlsx_fill.fill_form(data, value_of, at)


def form_of_names(names: Sequence[tuple[str, str]], columns: str, rows: int) -> bytes:
    """A form in Excel to begin with."""
    from caseapp.office import xlsx_fill

    return xlsx_fill.form_of_names(names, columns, rows)


def load_all() -> None:
    """Load every library now."""
    from caseapp.office import (  # noqa: F401
        card_pdf,
        card_png,
        docx_fill,
        docx_write,
        pdf_bind,
        pdf_write,
        xlsx_fill,
        xlsx_write,
    )
