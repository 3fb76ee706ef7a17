"""Periods: what they are called, which days they have, what comes before them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseapp.kernel.errors import RuleViolation
from caseapp.kernel.periods import Days, Month, Quarter, Window, Year, parse_period

DAYS = st.dates(date(1950, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("text", "start", "end", "before", "year_ago"),
    [
        ("2024-02", (2024, 2, 1), (2024, 2, 29), "2024-01", "2023-02"),
        ("2024-Q1", (2024, 1, 1), (2024, 3, 31), "2023-Q4", "2023-Q1"),
        ("2024", (2024, 1, 1), (2024, 12, 31), "2023", "2023"),
        ("2024-02-29..2024-03-09", (2024, 2, 29), (2024, 3, 9), "2024-02-19..2024-02-28", "2023-02-28..2023-03-09"),
    ],
)
def test_a_period_is_read_as_it_is_written(text, start, end, before, year_ago):
    period = parse_period(text)
    assert str(period) == text
    assert period.window == Window(date(*start), date(*end))
    assert (str(period.back(1)), str(period.year_ago)) == (before, year_ago)
    assert period.year_to_date == Window(date(2024, 1, 1), date(*end))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2024-13",
        "2024-Q5",
        "0001",
        "2024-3",
        "2024-02-30..2024-03-01",
        "2024-03-02..2024-03-01",
        "2024-03-01..",
        "春",
    ],
)
def test_what_is_no_period_is_refused_with_a_sentence(text):
    with pytest.raises(RuleViolation) as refused:
        parse_period(text)
    assert refused.value.params["text"] == text


@given(DAYS, DAYS)
def test_the_period_before_ends_where_a_period_begins(one, other):
    first, last = min(one, other), max(one, other)
    quarter = Quarter(first.year, (first.month + 2) // 3)
    for period in (Month.of(first), quarter, Year(first.year), Days(first, last)):
        assert period.back(1).window.end == period.window.eve
        assert period.back(1).back(-1) == period
        assert parse_period(str(period)) == period
        assert first in period.window
