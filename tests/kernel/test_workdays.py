"""The working calendar, held against a count by hand from the table of official days alone."""

from __future__ import annotations

import csv
import random
from dataclasses import FrozenInstanceError, replace
from datetime import date, timedelta
from pathlib import Path
from time import process_time

import pytest

from caseapp.kernel import workdays
from caseapp.kernel.workdays import Reckoning, WorkCalendar, shipped

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "official-days.csv"
FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)


def table() -> list[dict[str, str]]:
    with workdays.OFFICIAL_DAYS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


KIND = {row["date"]: row["kind"] for row in table()}


def worked(day: date) -> bool:
    """By hand: what the table says of the day, else Monday to Friday."""
    return {"holiday": False, "workday": True}.get(KIND.get(day.isoformat(), ""), day.isoweekday() <= 5)


def counted_by_hand(start: date, n: int, unit: str) -> date:
    """The term, one day after the other."""
    counted = 0
    day = start
    while counted < n:
        day = date.fromordinal(day.toordinal() + 1)
        if unit == "calendar" or worked(day):
            counted += 1
    return day


def random_terms(count: int, longest: int = 45) -> list[tuple[date, int, str]]:
    chance = random.Random(20040101)
    span = (LAST - FIRST).days
    return [
        (FIRST + timedelta(days=chance.randint(0, span)), chance.randint(0, longest), chance.choice(workdays.UNITS))
        for _ in range(count)
    ]


def test_a_hundred_thousand_terms_end_where_a_count_by_hand_ends() -> None:
    calendar = shipped()
    wrong = [
        term for term in random_terms(100_000) if calendar.add(*term).due != counted_by_hand(*term)
    ]  # fmt: skip
    assert wrong == []


def test_a_hundred_thousand_terms_take_seconds_at_most() -> None:
    calendar, terms = shipped(), random_terms(100_000)
    before = process_time()
    for term in terms:
        calendar.add(*term)
    assert process_time() - before < 20


def test_holidays_make_a_date_later_never_earlier() -> None:
    calendar = shipped()
    for start, n, _ in random_terms(10_000):
        assert calendar.add(start, n, "working").due >= calendar.add(start, n, "calendar").due
        assert calendar.add(start, n + 1, "working").due > calendar.add(start, n, "working").due


def test_one_more_holiday_makes_no_date_earlier() -> None:
    calendar = shipped()
    chance = random.Random(7)
    for start, n, _ in random_terms(1_000):
        extra = start + timedelta(days=chance.randint(-5, 60))
        more = WorkCalendar({**calendar.days, extra: "holiday"})
        assert more.add(start, n, "working").due >= calendar.add(start, n, "working").due


def test_what_was_skipped_and_what_was_counted_make_up_the_whole_span() -> None:
    calendar = shipped()
    for start, n, _ in random_terms(5_000):
        term = calendar.add(start, n, "working")
        assert (term.due - start).days == n + len(term.skipped)
        assert all(start < day < term.due and not worked(day) and reason for day, reason in term.skipped)
        assert all(start < day <= term.due and worked(day) and day.isoweekday() > 5 for day in term.made_up)


@pytest.mark.parametrize("n", [0, 1, 5, 15, 60])
def test_a_term_in_calendar_days_knows_no_holidays(n: int) -> None:
    start = date(2026, 2, 10)
    assert shipped().add(start, n, "calendar") == Reckoning(start, n, "calendar", start + timedelta(days=n))


def test_five_working_days_over_the_spring_festival_are_told_day_by_day() -> None:
    term = shipped().add(date(2026, 2, 12), 5, "working")
    festival = tuple((date(2026, 2, day), "Spring Festival") for day in range(15, 24))
    assert term == Reckoning(
        date(2026, 2, 12), 5, "working", date(2026, 2, 26), skipped=festival, made_up=(date(2026, 2, 14),)
    )  # 13, 14 (a Saturday that is worked), 24, 25, 26


def test_a_weekend_is_skipped_as_a_weekend() -> None:
    term = shipped().add(date(2026, 3, 6), 1, "working")
    assert term.due == date(2026, 3, 9)
    assert term.skipped == ((date(2026, 3, 7), "weekend"), (date(2026, 3, 8), "weekend"))


def test_a_holiday_without_a_name_is_skipped_as_a_holiday() -> None:
    calendar = WorkCalendar({date(2026, 3, 9): "holiday"})
    assert calendar.add(date(2026, 3, 8), 1, "working").skipped == ((date(2026, 3, 9), "holiday"),)


def test_the_start_day_is_not_counted() -> None:
    assert shipped().add(date(2026, 3, 2), 1, "working").due == date(2026, 3, 3)


@pytest.mark.parametrize("unit", workdays.UNITS)
def test_a_term_of_no_days_ends_where_it_starts_even_on_a_holiday(unit: str) -> None:
    day = date(2026, 10, 1)
    assert shipped().add(day, 0, unit) == Reckoning(day, 0, unit, day)


@pytest.mark.parametrize("unit", workdays.UNITS)
def test_a_term_may_not_run_backwards(unit: str) -> None:
    with pytest.raises(ValueError, match="-1 days"):
        shipped().add(date(2026, 1, 5), -1, unit)


def test_an_unknown_unit_or_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="weeks"):
        shipped().add(date(2026, 1, 5), 1, "weeks")
    with pytest.raises(ValueError, match="feast"):
        WorkCalendar({date(2026, 1, 1): "feast"})


@pytest.mark.parametrize(
    ("start", "n", "provisional"),
    [
        (date(2027, 3, 1), 5, True),
        (date(2026, 12, 30), 5, True),
        (date(2026, 12, 31), 1, True),
        (date(2026, 12, 24), 5, False),  # ends on 31 December
        (date(2026, 12, 31), 0, False),
        (date(2027, 3, 1), 0, False),
        (date(2003, 12, 31), 5, False),  # the first day that counts lies in 2004
        (date(2003, 12, 30), 5, True),
        (date(2026, 12, 1), 300, True),
    ],
)
def test_a_term_that_touches_a_year_without_official_days_is_provisional(
    start: date, n: int, provisional: bool
) -> None:
    assert shipped().add(start, n, "working").provisional is provisional
    assert shipped().add(start, n, "calendar").provisional is False


def test_2027_is_counted_monday_to_friday_until_its_notice_comes() -> None:
    assert not shipped().official(2027)
    assert shipped().add(date(2027, 4, 29), 2, "working").due == date(2027, 5, 3)
    known = WorkCalendar({**shipped().days, date(2027, 5, 3): "holiday"})
    assert known.official(2027)
    assert known.add(date(2027, 4, 29), 2, "working").due == date(2027, 5, 4)
    assert not known.add(date(2027, 4, 29), 2, "working").provisional


def test_the_eve_of_a_new_year_does_not_make_the_old_year_official() -> None:
    calendar = WorkCalendar({date(2027, 12, 31): "holiday", date(2028, 1, 1): "holiday"})
    assert (calendar.official(2027), calendar.official(2028)) == (False, True)


def test_the_shipped_days_cover_2004_to_2026() -> None:
    assert [year for year in range(1990, 2040) if shipped().official(year)] == list(range(2004, 2027))


def test_every_day_of_the_shipped_years_is_worked_as_the_table_says() -> None:
    days = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
    assert [day for day in days if shipped().is_working(day) != worked(day)] == []


def test_every_made_up_day_is_on_a_weekend_and_every_official_day_has_a_name() -> None:
    made_up = [day for day, kind in shipped().days.items() if kind == "workday"]
    assert made_up
    assert all(day.isoweekday() > 5 for day in made_up)
    assert all(shipped().names[day] for day in shipped().days)


def test_the_shipped_calendar_is_read_once_and_cannot_be_changed() -> None:
    assert shipped() is shipped()
    with pytest.raises(FrozenInstanceError):
        shipped().days = {}  # type: ignore[misc]
    with pytest.raises(TypeError):
        shipped().days[date(2026, 1, 1)] = "workday"  # type: ignore[index]
    assert replace(shipped(), days={}).is_working(date(2026, 1, 1))


def test_no_date_stands_twice_in_the_table() -> None:
    assert len(KIND) == len(table())


@pytest.mark.skipif(not SHARED.exists(), reason="the collected data are not beside the checkout")
def test_the_shipped_days_are_the_collected_ones() -> None:
    with SHARED.open(encoding="utf-8", newline="") as file:
        assert table() == list(csv.DictReader(file))
