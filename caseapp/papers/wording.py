"""What the papers of the organ have in common: gaps to be filled in by hand, days, matters one by one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from caseapp.kernel.clock import chinese_day
from caseapp.office.paper import FormCell, Sentence

Written = Mapping[str, str]
GAP, SHORT_GAP, NO_DAY, NO_NUMBER = "＿" * 10, "＿" * 4, "　　年　月　日", "〔　　〕　号"
LAW = "《信访工作条例》"
REQUEST = re.compile(r"第\d+项")


def day(on: date | None) -> str:
    """A day as offices write it, or room for one."""
    return chinese_day(on) if on else NO_DAY


def numbered(matters: str) -> Iterable[Sentence]:
    """The matters one by one; requests have their number already."""
    lines = [line.strip() for line in matters.splitlines() if line.strip()]
    for nth, line in enumerate(lines or [GAP], 1):
        yield Sentence(line if len(lines) == 1 or REQUEST.match(line) else f"{nth}. {line}")


def row(*told: str) -> list[FormCell]:
    """Names and what stands or is written beside them: one pair takes the whole line, two share it."""
    beside = 12 // (len(told) // 2) - 2
    return [FormCell(text, beside if place % 2 else 2, told=not place % 2) for place, text in enumerate(told)]
