"""A card of A5: a title, a number written large, rows, notes and a QR code. Laid out once, drawn as a PDF and as a
picture. It knows no case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from caseapp.office.paper import printable
from caseapp.office.qr import qr_rows
from caseapp.office.typeset import fill

WIDTH, HEIGHT, MARGIN = 148.0, 210.0, 12.0  # millimetres: A5, upright
TITLE, SUBTITLE, BIG, CODE, TEXT, SMALL = 8.2, 4.2, 9.2, 8.4, 4.6, 3.9  # height of the letters, millimetres
LABEL_WIDTH, QR_SIDE, GAP = 25.0, 46.0, 3.0
LEADING = 1.42


@dataclass(frozen=True)
class Card:
    """What stands on it. ``rows`` are words with what they say; ``beside`` and ``code`` stand beside the QR code;
    ``at`` is the instant it was made for: the same card makes the same file."""

    title: str
    subtitle: str
    number: str
    rows: Sequence[tuple[str, str]]
    heading: str
    notes: Sequence[str]
    address: str
    beside: Sequence[str]
    code: str
    foot: Sequence[str]
    at: datetime

    @property
    def text(self) -> str:
        """Every sign on it."""
        rows = [part for row in self.rows for part in row]
        return "".join(
            [
                self.title,
                self.subtitle,
                self.number,
                *rows,
                self.heading,
                *self.notes,
                *self.beside,
                self.code,
                *self.foot,
            ]
        )


@dataclass(frozen=True)
class Word:
    """A line of text: its left edge and top, the height of its letters, the role of its font."""

    left: float
    top: float
    size: float
    role: str
    text: str


@dataclass(frozen=True)
class Patch:
    """A filled rectangle; ``pale`` for a ground or a rule."""

    left: float
    top: float
    width: float
    height: float
    pale: bool = False


Measure = Callable[[str, str, float], float]
"""How wide a text is in millimetres: text, role, height."""
Mark = Word | Patch


def lay_out(card: Card, measure: Measure) -> list[Mark]:
    """Where everything stands."""
    return list(_Layout(measure).all_of(card))


class _Layout:
    """Goes down the card."""

    def __init__(self, measure: Measure) -> None:
        self.measure = measure
        self.top = MARGIN

    def all_of(self, card: Card) -> Iterator[Mark]:
        inside = WIDTH - 2 * MARGIN
        yield from self._centred(card.title, "first", TITLE)
        yield from self._centred(card.subtitle, "body", SUBTITLE)
        self.top += GAP
        yield Patch(MARGIN, self.top, inside, BIG + 2 * GAP, pale=True)
        self.top += GAP
        yield from self._centred(card.number, "first", BIG)
        self.top += GAP * 1.6
        for label, value in card.rows:
            yield from self._row(label, value)
        yield Patch(MARGIN, self.top, inside, 0.3, pale=True)
        self.top += GAP
        yield from self._paragraph(card.heading, MARGIN, inside, "first", TEXT)
        self.top += 1
        for note in card.notes:
            yield from self._paragraph(note, MARGIN, inside, "body", TEXT)
            self.top += 1
        yield from self._code(card)
        self.top = HEIGHT - MARGIN - len(card.foot) * SMALL * LEADING
        for line in card.foot:
            yield from self._centred(line, "body", SMALL)

    def _code(self, card: Card) -> Iterator[Mark]:
        """The QR code at the foot of the card, and beside it what it is for."""
        foot = len(card.foot) * SMALL * LEADING
        self.top = max(self.top + GAP, HEIGHT - MARGIN - foot - 2 * GAP - QR_SIDE)
        rows, top = qr_rows(card.address), self.top
        side = QR_SIDE / len(rows)
        for down, row in enumerate(rows):
            for left, right in _runs(row):
                yield Patch(MARGIN + left * side, top + down * side, (right - left) * side, side)
        edge = MARGIN + QR_SIDE + 2 * GAP
        for place, line in enumerate(card.beside):
            yield from self._paragraph(line, edge, WIDTH - MARGIN - edge, "body" if place else "first", TEXT)
            self.top += 1.2
        yield from self._paragraph(card.code, edge, WIDTH - MARGIN - edge, "first", CODE)

    def _row(self, label: str, value: str) -> Iterator[Mark]:
        top = self.top
        yield Word(MARGIN, top, TEXT, "first", printable(label))
        yield from self._paragraph(value, MARGIN + LABEL_WIDTH, WIDTH - 2 * MARGIN - LABEL_WIDTH, "body", TEXT)
        self.top = max(self.top, top + TEXT * LEADING) + 0.8

    def _paragraph(self, text: str, left: float, room: float, role: str, size: float) -> Iterator[Mark]:
        for line in fill(printable(text), lambda piece: self.measure(piece, role, size), room, room):
            yield Word(left, self.top, size, role, line)
            self.top += size * LEADING

    def _centred(self, text: str, role: str, size: float) -> Iterator[Mark]:
        """A line in the middle, set smaller when it is too wide."""
        told, room = printable(text), WIDTH - 2 * MARGIN
        wide = self.measure(told, role, size)
        fitted = size if wide <= room else size * room / wide
        left = MARGIN + (room - min(wide, room)) / 2
        yield Word(left, self.top + (size - fitted) / 2, fitted, role, told)
        self.top += size * LEADING


def _runs(row: list[bool]) -> Iterator[tuple[int, int]]:
    """Where dark modules begin and end: drawn as one, no hair of white shows between them."""
    start = None
    for place, dark in enumerate([*row, False]):
        if dark and start is None:
            start = place
        elif not dark and start is not None:
            yield start, place
            start = None
