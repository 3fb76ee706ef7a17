"""A card as a picture, to send to a telephone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from caseapp.office.card import HEIGHT, WIDTH, Card, Word, lay_out
from caseapp.office.fonts import Face, Fonts, choose, covered
from caseapp.office.paper import printable

SCALE = 8  # pixels a millimetre: 1184 × 1680
INK, PALE, PAPER = 0, 228, 255


def card_png(card: Card, own_fonts: Sequence[Path] = (), folders: Sequence[Path] | None = None) -> bytes:
    """The card as a PNG in shades of grey. Raises RuleViolation when this machine has no font for it."""
    pen = _CardPen(choose(printable(card.text), own_fonts, folders))
    picture = Image.new("L", (round(WIDTH * SCALE), round(HEIGHT * SCALE)), PAPER)
    draw = ImageDraw.Draw(picture)
    for mark in lay_out(card, pen.width):
        if isinstance(mark, Word):
            pen.write(draw, mark)
        else:
            right, bottom = (mark.left + mark.width) * SCALE, (mark.top + mark.height) * SCALE
            box = (round(mark.left * SCALE), round(mark.top * SCALE), round(right) - 1, max(round(bottom) - 1, 1))
            draw.rectangle(box, fill=PALE if mark.pale else INK)
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


class _CardPen:
    """The fonts, each opened once a size; a character the font of a role lacks is taken from another."""

    def __init__(self, fonts: Fonts) -> None:
        self.fonts = fonts
        self.opened: dict[tuple[Face, int], ImageFont.FreeTypeFont] = {}

    def _font(self, face: Face, size: float) -> ImageFont.FreeTypeFont:
        key = face, round(size * SCALE)
        if key not in self.opened:
            self.opened[key] = ImageFont.truetype(str(face.path), key[1], index=face.number)
        return self.opened[key]

    def _runs(self, text: str, role: str) -> Iterator[tuple[Face, str]]:
        own, run, face = self.fonts.roles[role], "", self.fonts.roles[role]
        for sign in text:
            faces = (one for one in (own, *self.fonts.others) if sign.isspace() or ord(sign) in covered(one))
            wanted = next(faces, own)
            if wanted != face and run:
                yield face, run
                run = ""
            face, run = wanted, run + sign
        if run:
            yield face, run

    def width(self, text: str, role: str, size: float) -> float:
        """How wide a text is, in millimetres."""
        return sum(self._font(face, size).getlength(run) for face, run in self._runs(text, role)) / SCALE

    def write(self, draw: ImageDraw.ImageDraw, word: Word) -> None:
        """Write a line; its letters stand on one line whatever fonts they are from."""
        left = word.left * SCALE
        foot = (word.top + word.size * 0.9) * SCALE
        for face, run in self._runs(word.text, word.role):
            font = self._font(face, word.size)
            draw.text((left, foot), run, fill=INK, font=font, anchor="ls")
            left += font.getlength(run)
