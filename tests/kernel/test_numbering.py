"""What a number says of its case, and how a number that somebody typed is read."""

from __future__ import annotations

import pytest

from caseapp.kernel.numbering import is_of_accusation, read_number, track_of_number, written_number

TYPED = {"太信": "太信", "太调": "太调", "石信": "石信", "信": "太信", "调": "太调"}


@pytest.mark.parametrize(
    ("number", "track"),
    [
        ("太信〔2026〕0001号", "petition"), ("石信[2026]1号", "petition"), ("XF2024/17", "petition"), ("xf-1", "petition"),
        ("县访2024-5", "petition"), ("太调〔2026〕0001号", "dispute"), ("人民调解2024第3号", "dispute"), ("17", None),
        ("", None), ("A1", None), ("2024信5", None),
        ("太控〔2026〕0001号", "petition"), ("县控2024-5", "petition"),
    ],
)  # fmt: skip
def test_the_last_character_before_the_year_says_the_track(number, track):
    assert track_of_number(number) == track


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("太信[2026]12号", "太信〔2026〕0012号"), ("信2026-12", "太信〔2026〕0012号"), ("石信〔2026〕0012号", "石信〔2026〕0012号"),
        ("县信2024-5", "县信2024-5"), ("XF2024/17", "XF2024/17"), ("", ""),
    ],
)  # fmt: skip
def test_a_typed_number_is_read_as_the_office_writes_it_and_one_from_elsewhere_stays(typed, read):
    assert read_number(typed, TYPED) == read


def test_the_number_of_an_accusation_is_known_as_one():
    numbers = ("太控〔2026〕0001号", "控2024-5", "太信〔2026〕0001号", "控诉信2024", "")
    assert [is_of_accusation(number) for number in numbers] == [True, True, False, False, False]


def test_a_number_has_four_digits_and_more_when_a_year_needs_them():
    assert written_number("信", 2026, 7) == "信〔2026〕0007号"
    assert written_number("信", 2026, 12345) == "信〔2026〕12345号"
