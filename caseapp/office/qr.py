"""QR codes (segno): of an address, as a picture of lines, or as rows of dark and light."""

from __future__ import annotations

from io import BytesIO

import segno

QUIET = 4  # modules of white around it, as the standard asks


def qr_svg(text: str) -> bytes:
    """A QR code as an SVG file without styles or scripts, as wide as its page gives room."""
    out = BytesIO()
    _code(text).save(
        out, kind="svg", border=QUIET, xmldecl=False, svgclass=None, lineclass=None, omitsize=True, nl=False
    )  # fmt: skip
    return out.getvalue()


def qr_rows(text: str) -> list[list[bool]]:
    """Its modules, row by row, without the white around; dark ones are true."""
    return [[bool(module) for module in row] for row in _code(text).matrix]


def _code(text: str) -> segno.QRCode:
    return segno.make(text, error="m", micro=False, boost_error=False)
