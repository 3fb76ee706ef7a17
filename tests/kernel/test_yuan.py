"""Money in figures and words, as agreements are written (会计基础工作规范 art. 52)."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from caseapp.kernel.yuan import DIGITS, in_figures, in_words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "人民币零元整"), ("0.05", "人民币伍分"), ("0.50", "人民币伍角整"), ("1", "人民币壹元整"), ("10", "人民币壹拾元整"),
        ("3000.50", "人民币叁仟元伍角整"), ("1409.50", "人民币壹仟肆佰零玖元伍角整"), ("6007.14", "人民币陆仟零柒元壹角肆分"),
        ("107000.53", "人民币壹拾万柒仟元伍角叁分"), ("325.04", "人民币叁佰贰拾伍元零肆分"), ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
        ("100000000", "人民币壹亿元整"), ("100001000", "人民币壹亿零壹仟元整"), ("100010000", "人民币壹亿零壹万元整"), ("20300", "人民币贰万零叁佰元整"),
        ("10000010", "人民币壹仟万零壹拾元整"), ("1001001", "人民币壹佰万壹仟零壹元整"),
    ],
)  # fmt: skip
def test_an_amount_is_written_out(amount, words):
    assert in_words(Decimal(amount)) == words


def number_of(words: str) -> Decimal:
    """An independent reading back."""
    total, section, digit = Decimal(), 0, 0
    for one in words.removeprefix("人民币"):
        if one in DIGITS:
            digit = DIGITS.index(one)
        elif one in "拾佰仟":
            section, digit = section + digit * {"拾": 10, "佰": 100, "仟": 1000}[one], 0
        elif one in "万亿元":
            total = (
                total + (section + digit) * {"万": 10_000, "亿": 10**8, "元": 1}[one]
                if one == "元"
                else ((total + (section + digit) * 10_000) if one == "万" else (total + section + digit) * 10**8)
            )
            section = digit = 0
        elif one in "角分":
            total, digit = total + digit * {"角": Decimal("0.1"), "分": Decimal("0.01")}[one], 0
    return total


def test_what_is_written_out_reads_back_as_the_same_amount():
    dice = random.Random(7)
    for _ in range(2000):
        amount = Decimal(dice.randrange(10 ** dice.randrange(1, 13))) / 100
        words = in_words(amount)
        assert number_of(words) == amount, words
        assert "零零" not in words
        assert not words.endswith(("零", "零整"))


def test_figures_have_two_decimals():
    assert in_figures(Decimal("12345.5")) == "￥12,345.50"
