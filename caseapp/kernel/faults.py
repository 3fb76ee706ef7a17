"""A fault as the log may know it: where it happened and of what kind, without what people typed."""

from __future__ import annotations

import re
import traceback

FIGURES = re.compile(r"\d{5,}")
LONGEST = 300


def without_values(fault: BaseException) -> str:
    """The traceback of a fault and of what led to it, latest last. Of each message the first line alone, without long
    rows of figures: a database tells the whole row it refused in the lines after it."""
    told: list[str] = []
    one: BaseException | None = fault
    while one is not None and len(told) < 10:
        frames = "".join(traceback.format_tb(one.__traceback__))
        told.append(f"{frames}{type(one).__name__}: {_message(one)}")
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return "\n\n".join(reversed(told))


def _message(fault: BaseException) -> str:
    lines = str(fault).splitlines() or [""]
    statement = getattr(fault, "statement", None)
    told = FIGURES.sub("…", lines[0])[:LONGEST]
    return f"{told}\n[{statement}]" if isinstance(statement, str) else told
