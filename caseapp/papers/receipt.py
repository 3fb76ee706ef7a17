"""Receipts as files: a picture to send, a page to print, the QR code alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from caseapp.office.card import Card
from caseapp.office.makers import card_pdf, card_png
from caseapp.office.qr import qr_svg

__all__ = ["Card", "as_file", "as_qr"]


def as_file(card: Card, kind: str, fonts: Sequence[Path]) -> bytes:
    """The receipt as a ``png`` or a ``pdf``. Raises RuleViolation when this machine has no Chinese font."""
    return card_png(card, fonts) if kind == "png" else card_pdf(card, fonts)


def as_qr(address: str) -> bytes:
    """The QR code of an address, as SVG."""
    return qr_svg(address)
