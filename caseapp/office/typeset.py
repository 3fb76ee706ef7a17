"""Filling lines with Chinese text: words and numbers stay whole, no line begins with a closing sign or ends with an
opening one (避头尾)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

OPENING, CLOSING = "（《〈“‘〔【「『", "，。、；：？！）》〉”’〕】」』…—％"
PIECE = re.compile(rf"[{OPENING}]*(?:[!-~]+|.)[{CLOSING}]*", re.DOTALL)

Width = Callable[[str], float]


def fill(text: str, width: Width, first: float, rest: float) -> Iterator[str]:
    """The lines of one paragraph: the first as wide as ``first``, the others as ``rest``."""
    line, used, room = "", 0.0, first
    for piece in _pieces(text, width, min(first, rest)):
        wide = width(piece)
        if line and used + wide > room:
            yield line.rstrip()
            line, used, room = "", 0.0, rest
            if piece.isspace():
                continue
        line, used = line + piece, used + wide
    yield line.rstrip()


def _pieces(text: str, width: Width, room: float) -> Iterator[str]:
    """What stays together; what is wider than a line is taken apart."""
    for piece in PIECE.findall(text):
        if width(piece) > room:
            yield from piece
        else:
            yield piece
