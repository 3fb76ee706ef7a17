"""Numbers as the office writes them: 太信〔2026〕0001号 petitions, 太调… disputes, 太督… supervision sheets."""

from __future__ import annotations

PREFIX = {"petition": "太信", "dispute": "太调", "sheet": "太督"}


def case_number(track: str, year: int, position: int) -> str:
    """The number of the ``position``-th case of a track in a year; four digits, more when a year needs them."""
    return f"{PREFIX[track]}〔{year}〕{position:04d}号"


def track_of_number(number: str) -> str | None:
    """The track a number speaks for: 太信… and XF… are petitions, 太调… disputes, anything else says nothing."""
    if number.startswith(("太信", "XF", "xf")):
        return "petition"
    return "dispute" if number.startswith("太调") else None
