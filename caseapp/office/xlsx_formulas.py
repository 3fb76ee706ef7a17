"""Cells that work themselves out: the formula and what it gives stand in the file side by side.

A previewer and every program that does not calculate read the value; Excel and LibreOffice go on calculating.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

NOTHING_TO_DIVIDE = "—"
TENTHS = "0.0"
WRITTEN = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*)><f>(.*?)</f><v\s*(?:/>|></v>)</c>', re.DOTALL)


@dataclass(frozen=True)
class Formula:
    """A formula without its ``=``, what it gives now, and the number format it is shown in."""

    text: str
    value: int | float | str
    shown: str = "General"


def place(column: int, row: int) -> str:
    """The name of a cell: ``place(2, 5)`` is B5."""
    return f"{column_letters(column)}{row}"


def column_letters(column: int) -> str:
    """The letters of a column: 1 is A, 27 is AA."""
    before, last = divmod(column - 1, 26)
    return (column_letters(before) if before else "") + chr(ord("A") + last)


def total(column: int, first: int, last: int, value: int) -> Formula:
    """The sum of a column over some rows; 0 when there are none."""
    return Formula(f"SUM({place(column, first)}:{place(column, last)})" if last >= first else "0", value)


def percent(n: str, d: str, value: str | float) -> Formula:
    """n of d in percent with one decimal, half up on the exact fraction: whole numbers are divided once, and rounded
    down, so that no binary fraction comes between."""
    return Formula(f'IF({d}=0,"{NOTHING_TO_DIVIDE}",INT((2000*{n}+{d})/(2*{d}))/10)', value, TENTHS)


def fill_in(part: bytes, values: Mapping[str, int | float | str]) -> bytes:
    """The XML of a sheet with the value of each formula beside it, which openpyxl leaves empty."""

    def with_value(found: re.Match[bytes]) -> bytes:
        value = values[found[1].decode()]
        kind = b' t="str"' if isinstance(value, str) else b""
        told = escape(str(value)).encode()
        return b'<c r="%b"%b%b><f>%b</f><v>%b</v></c>' % (found[1], found[2], kind, found[3], told)

    return WRITTEN.sub(with_value, part) if values else part
