"""What a year's report says beside the figures of ``report.py`` (信访工作条例 art. 41 (1) to (3)). Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True)
class YearOfWork:
    """Offices complained of with the number of cases, most first; how often cases were passed on; steps of supervision
    sheets; suggestions registered, and adopted."""

    complained: list[tuple[str, int]]
    events: Counter[str]
    sheets: Counter[str]
    suggestions: int
    adopted: int
