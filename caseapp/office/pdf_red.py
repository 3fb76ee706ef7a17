"""The red head of a PDF from one organ to another (GB/T 9704): of a report (报告) and of a letter (函)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fpdf.enums import Align

from caseapp.office.paper import (
    BODY_SIZE,
    BOTTOM,
    EM,
    LEFT,
    LINE_WIDTH,
    NUMBER_SIZE,
    PAGE,
    POINT,
    RED_FOOT,
    RED_FROM_TEXT,
    RED_FROM_TOP,
    RED_GAP,
    RED_LINE,
    RED_WIDTH,
    STEP,
    TOP,
    Paper,
    RedHead,
    printable,
    red_size,
)

PURE = (255, 0, 0)
Speak = Callable[[str, float], None]


def red_headed(pages: Any, speak: Speak, paper: Paper, red: RedHead) -> None:
    """Draw the red head on the first page, and leave room for it."""
    if red.letter:
        _of_a_letter(pages, speak, paper, red)
    else:
        _of_a_report(pages, speak, paper, red)


def closed(pages: Any, speak: Speak, red: RedHead) -> None:
    """Who printed it, and when, between two lines at the foot of the last page (版记)."""
    if not any(red.printed):
        return
    top = PAGE[1] - BOTTOM - STEP
    if pages.y > top:
        pages.add_page()
    speak("body", NUMBER_SIZE)
    size = NUMBER_SIZE * POINT
    pages.set_line_width(POINT)
    for height in (top, top + STEP):
        pages.line(LEFT, height, LEFT + LINE_WIDTH, height)
    for text, align in zip(red.printed, (Align.L, Align.R), strict=True):
        pages.set_xy(LEFT + size, top)
        pages.cell(LINE_WIDTH - 2 * size, STEP - 0.1, printable(text), align=align)


def _of_a_report(pages: Any, speak: Speak, paper: Paper, red: RedHead) -> None:
    _named(pages, speak, red, TOP + RED_FROM_TEXT)
    pages.ln(2 * STEP)
    top, told = pages.y, printable(f"签发人：{red.signer}")
    speak("body", BODY_SIZE)
    for text, align in ((printable(paper.number), Align.L), (told, Align.R)):
        pages.set_xy(LEFT + EM, top)
        pages.cell(LINE_WIDTH - 2 * EM, STEP, text, align=align)
    below = top + STEP + RED_GAP
    _line(pages, below, RED_LINE, LINE_WIDTH)
    pages.set_xy(LEFT, below + 2 * STEP)


def _of_a_letter(pages: Any, speak: Speak, paper: Paper, red: RedHead) -> None:
    _named(pages, speak, red, RED_FROM_TOP)
    top = pages.y + RED_GAP
    _line(pages, top, 2 * RED_LINE, RED_WIDTH)
    _line(pages, top + 4 * RED_LINE * POINT / 2, RED_LINE / 2, RED_WIDTH)
    low = PAGE[1] - RED_FOOT
    _line(pages, low, RED_LINE / 2, RED_WIDTH)
    _line(pages, low + 4 * RED_LINE * POINT / 2, 2 * RED_LINE, RED_WIDTH)
    speak("body", BODY_SIZE)
    pages.set_xy(LEFT, top + EM * 7 / 8)
    pages.cell(LINE_WIDTH, STEP, printable(paper.number), align=Align.R)
    pages.set_xy(LEFT, pages.y + 3 * STEP)


def _named(pages: Any, speak: Speak, red: RedHead, top: float) -> None:
    size = red_size(red.name)
    speak("title", size)
    pages.set_text_color(*PURE)
    pages.set_xy(LEFT, top)
    pages.cell(LINE_WIDTH, size * 1.2 * POINT, printable(red.name), align=Align.C)
    pages.set_text_color(0)
    pages.set_xy(LEFT, top + size * 1.2 * POINT)


def _line(pages: Any, height: float, points: float, width: float) -> None:
    beside = (PAGE[0] - width) / 2 if width != LINE_WIDTH else LEFT
    pages.set_draw_color(*PURE)
    pages.set_line_width(points * POINT)
    pages.line(beside, height, beside + width, height)
    pages.set_draw_color(0)
