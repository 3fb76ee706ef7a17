"""Numbers as offices write them: 3人, 三人, 十余人, 约20人, 2户5人 (contract §5).

A number is read where the words say one, at least; a span (3至5人), a part (不足20人) and 若干 say none.
"""

from __future__ import annotations

import re

from caseapp.domain.exchange.ledger_words import fold

DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2, "仨": 3}
SIGNS = "零〇一二两俩仨三四五六七八九十百千"
NUMBER = rf"(?:\d{{1,6}}|[{SIGNS}]+)"
LONGEST = 100
ONES = "[一二两俩仨三四五六七八九]"
CHINESE = re.compile(rf"(?:({ONES})千)?(?:零?({ONES})?(百))?(?:[零〇]?({ONES})?(十))?(?:[零〇]?({ONES}))?\Z")
HOUSEHOLDS = rf"(?:{NUMBER}[余多来几]?[户家][,/、共约计]*)?"
PEOPLE = re.compile(
    rf"(?:共计|共有|共|计|涉及|大约|大概|约|将近|近|超过|至少|不少于|上)*{HOUSEHOLDS}"
    rf"(?P<number>{NUMBER})[余多来几]?(?:个人|口人|人|名|位|口)?(?:次)?(?:左右|以上|上下)?\Z"
)
AS_DIGITS = re.compile(r"\d+[人名]?\Z")


def whole_number(word: str) -> int | None:
    """A number in digits or Chinese signs: 12, 十二, 二十三, 一百零五, 百."""
    if re.fullmatch(r"\d{1,6}", word):
        return int(word)
    if word in ("零", "〇"):
        return 0
    found = CHINESE.match(word) if word else None
    if not found:
        return None
    thousands, hundreds, hundred, tens, ten, ones = found.groups()
    places = ((1000, thousands, thousands), (100, hundreds, hundred), (10, tens, ten), (1, ones, ones))
    return sum(worth * DIGITS.get(sign, 1) for worth, sign, stands in places if stands)


def people_in(text: str) -> int | None:
    """How many people a cell says there are, at least; None when it says no number, brackets aside."""
    if len(text) > LONGEST:
        return None
    found = PEOPLE.match(re.sub(r"\((?![户家]).*?\)", "", fold(text)))
    return whole_number(found["number"]) if found else None


def says_more(text: str) -> bool:
    """Whether a number of people is written with words that the number alone would lose, as 约20人 and 2户5人."""
    return not AS_DIGITS.match(fold(text))
