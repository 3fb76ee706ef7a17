"""Money in figures and in the words that agreements are written with (大写): 3000.5 is ￥3,000.50, 人民币叁仟元伍角."""

from __future__ import annotations

from decimal import Decimal

DIGITS, PLACES, MYRIADS = "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟"), ("", "万", "亿", "万亿")


def in_figures(amount: Decimal) -> str:
    """An amount in yuan with two decimals."""
    return f"￥{amount:,.2f}"


def in_words(amount: Decimal) -> str:
    """The same in words, to the fen. 整 ends what has no fen."""
    cents = int((amount * 100).to_integral_value())
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    words = f"{_whole(yuan)}元" if yuan or not cents else ""
    if jiao:
        words += f"{DIGITS[jiao]}角"
    elif fen and yuan:
        words += "零"
    return f"人民币{words}{DIGITS[fen]}分" if fen else f"人民币{words}整"


def _whole(number: int) -> str:
    """A whole number: groups of four figures, one 零 for what is left out between two figures."""
    if not number:
        return "零"
    words, gap = "", False
    for place in range((len(str(number)) - 1) // 4, -1, -1):
        group = number // 10_000**place % 10_000
        if not group:
            gap = bool(words)
            continue
        words += ("零" if words and (gap or group < 1000) else "") + _group(group) + MYRIADS[place]
        gap = False
    return words


def _group(number: int) -> str:
    words, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            words += ("零" if words and gap else "") + DIGITS[digit] + PLACES[place]
        gap = not digit
    return words
