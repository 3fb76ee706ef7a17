"""The text of a PDF, as the reader built into browsers finds it."""

from __future__ import annotations

from pypdfium2 import PdfDocument


def texts(data: bytes) -> list[str]:
    """The text of each page; its number stands last."""
    with PdfDocument(data) as document:
        return [page.get_textpage().get_text_range() for page in document]
