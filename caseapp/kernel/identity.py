"""The check digit of the numbers on identity cards (GB 11643-1999)."""

from __future__ import annotations

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
LENGTH = 18


def check_digit_holds(number: str) -> bool:
    """Whether the last of eighteen figures is the one that the seventeen before it ask for."""
    counted = sum(int(figure) * weight for figure, weight in zip(number[:-1], WEIGHTS, strict=True))
    return CHECKS[counted % len(CHECKS)] == number[-1]
