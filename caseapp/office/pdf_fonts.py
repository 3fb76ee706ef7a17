"""The fonts of a PDF, cut down to the signs of its text before they are put in.

A Chinese font has tens of thousands of signs; HarfBuzz cuts one out of its file in some ten milliseconds, and what the
PDF library then reads is as small as the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from string import printable as ascii_signs
from tempfile import TemporaryDirectory

import uharfbuzz as harfbuzz
from fpdf import FPDF
from fpdf.fonts import TTFFont

from caseapp.kernel.errors import N_, RuleViolation
from caseapp.office.fonts import Face, choose
from caseapp.office.paper import printable

LAYOUT = ("BASE", "GDEF", "GPOS", "GSUB", "JSTF", "VORG", "vhea", "vmtx")  # signs stand side by side as they are


@contextmanager
def fonts_in(
    pages: FPDF, text: str, own: Sequence[Path] = (), folders: Sequence[Path] | None = None
) -> Iterator[dict[str, str]]:
    """Put the fonts of a text into a PDF until it is written: the name of each role's font in it, by role.

    Raises RuleViolation when this machine has no font for the text (``fonts.choose``).
    """
    shown = printable(text)
    fonts = choose(shown, own, folders)
    names: dict[Face, str] = {}
    with TemporaryDirectory(prefix="caseapp-fonts-", ignore_cleanup_errors=True) as folder:
        for face in dict.fromkeys([*fonts.roles.values(), *fonts.others]):
            names[face] = f"font{len(names)}"
            file = Path(folder) / f"{names[face]}.otf"
            file.write_bytes(cut(face, shown))
            pages.add_font(names[face], fname=file)
            _measured_no_more(pages, names[face])
        pages.set_fallback_fonts([names[face] for face in fonts.others])
        yield {role: names[face] for role, face in fonts.roles.items()}


def _measured_no_more(pages: FPDF, name: str) -> None:
    """The library would measure every outline twice when it writes a font that says how large its signs are."""
    font = pages.fonts[name]
    assert isinstance(font, TTFFont)
    font.ttfont.recalcBBoxes = False


def cut(face: Face, text: str) -> bytes:
    """A font with the signs of a text and those of ASCII alone, as the bytes of a font file.

    Raises RuleViolation when the outlines in the file cannot be read.
    """
    wanted = harfbuzz.SubsetInput()
    wanted.flags |= harfbuzz.SubsetFlags.DESUBROUTINIZE  # the PDF library follows every call of an outline, and slowly
    wanted.sets(harfbuzz.SubsetInputSets.UNICODE).update(map(ord, {*text, *ascii_signs}))
    wanted.sets(harfbuzz.SubsetInputSets.DROP_TABLE_TAG).update(int.from_bytes(tag.encode()) for tag in LAYOUT)
    try:
        whole = harfbuzz.Face(harfbuzz.Blob.from_file_path(str(face.path)), face.number)
        return bytes(harfbuzz.subset(whole, wanted).blob.data)
    except (harfbuzz.HarfBuzzError, RuntimeError, OSError) as problem:
        raise RuleViolation("font", N_("the font %(path)s cannot be read"), path=face.path) from problem
