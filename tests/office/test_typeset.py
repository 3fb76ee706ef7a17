"""Lines of Chinese text: numbers whole, no closing sign first, no opening sign last, nothing lost."""

from __future__ import annotations

from unicodedata import east_asian_width

from hypothesis import given
from hypothesis import strategies as st

from caseapp.office.typeset import CLOSING, OPENING, fill


def width(text: str) -> float:
    return sum(1 if east_asian_width(sign) in "WF" else 0.5 for sign in text)


def test_numbers_and_words_stay_whole():
    assert list(fill("化解率88.0%（44/50），环比", width, 6, 8)) == ["化解率88.0%", "（44/50），环比"]


def test_a_closing_sign_never_begins_a_line_nor_an_opening_one_ends_it():
    assert list(fill("甲乙丙丁，戊", width, 4, 4)) == ["甲乙丙", "丁，戊"]
    assert list(fill("甲乙丙（丁）", width, 4, 4)) == ["甲乙丙", "（丁）"]


def test_what_is_wider_than_a_line_is_taken_apart():
    assert list(fill("x" * 20, width, 4, 5)) == ["x" * 8, "x" * 10, "x" * 2]


def test_an_empty_text_is_an_empty_line():
    assert list(fill("", width, 4, 4)) == [""]


@given(st.text(alphabet="甲乙丙 ab1.（，。"), st.floats(3, 20))
def test_nothing_is_lost_and_nothing_too_wide(text, room):
    lines = list(fill(text, width, room, room))
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width(line) <= room for line in lines)


@given(st.text(alphabet="甲乙丙丁12（，）", max_size=60))
def test_the_edges_of_lines_are_kept(text):
    lines = [line for line in fill(text, width, 60, 60) if line]
    assert not any(line[0] in CLOSING for line in lines[1:])
    assert not any(line[-1] in OPENING for line in lines[:-1])
