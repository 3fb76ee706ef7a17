"""Which days make a round: held against a count day by day, over any rules an office can set."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caseapp.domain.org.office import OfficeRules
from caseapp.domain.org.sensitive import read_periods, stored
from caseapp.domain.org.settings import CADENCES, OfficeSettings, gather, read_setting
from caseapp.domain.screening.rounds import SHORTEST, Round, rounds_between, rounds_kept
from caseapp.kernel.errors import RuleViolation

DAY = timedelta(days=1)
EVER, START, END = date(2000, 1, 1), date(2026, 1, 1), date(2026, 8, 31)
DAYS = st.dates(START, END)
often = settings(max_examples=60)
Rows = list[tuple[str, date, object]]


def office(*rows: tuple[str, date, object]) -> OfficeRules:
    return OfficeRules(gather(rows))


def sensitive(*periods: tuple[str, str]) -> tuple[str, date, object]:
    return "screening.sensitive", EVER, [[first, last, "两会"] for first, last in periods]


@st.composite
def rules(draw: st.DrawFn) -> Rows:
    """Settings in the order they were entered: each valid from a day not before the one before it."""
    valid = sorted(draw(st.lists(DAYS, max_size=5)))
    return [draw(one_rule(day)) for day in [EVER, *valid]]


@st.composite
def one_rule(draw: st.DrawFn, valid_from: date) -> tuple[str, date, object]:
    if draw(st.booleans()):
        return "screening.cadence", valid_from, draw(st.sampled_from(CADENCES))
    firsts = draw(st.lists(st.tuples(DAYS, st.integers(0, 20)), max_size=4))
    periods = [[first.isoformat(), (first + length * DAY).isoformat(), "两会"] for first, length in firsts]
    return "screening.sensitive", valid_from, periods


def day_by_day(rows: Rows, start: date, until: date) -> list[tuple[date, date]]:
    """The slow count: each day looks anew at the calendar as it is known on that day, and says whether a round ends."""
    known_rules = gather(rows)

    @cache
    def weeks(known: date) -> set[tuple[int, ...]]:
        periods = known_rules.value("screening.sensitive", known)
        spans = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last, _ in periods]  # type: ignore[attr-defined]
        inside = (first + nth * DAY for first, last in spans for nth in range((last - first).days + 1))
        return {one.isocalendar()[:2] for one in inside}

    def label(day: date, known: date) -> tuple[object, ...]:
        week = day.isocalendar()[:2]
        if week in weeks(known):
            return "week", *week
        cadence = known_rules.value("screening.cadence", known)
        if cadence == "weekly":
            return "week", *week
        return cadence, day.month, day.day <= 15 if cadence == "half_monthly" else True

    first, end, found, day = start, None, [], start
    while day <= until or first <= until:
        planned = day
        while label(planned + DAY, day) == label(day, day):
            planned += DAY
        end = planned if end is None else min(end, planned)
        if day == end:
            end = None
            if (day - first).days + 1 >= SHORTEST:
                found.append((first, day))
                first = day + DAY
        day += DAY
    return found


def spans(rows: Rows, start: date, until: date) -> list[tuple[date, date]]:
    return [(one.first, one.last) for one in rounds_between(office(*rows), start, until)]


@often
@given(rules(), DAYS)
def test_the_rounds_are_those_of_a_count_day_by_day(rows, day):
    until = min(day + 120 * DAY, END)
    found = spans(rows, day, until)
    assert found == day_by_day(rows, found[0][0], until)


@often
@given(rules(), DAYS, DAYS)
def test_every_day_lies_in_exactly_one_round(rows, one, other):
    start, until = min(one, other), max(one, other)
    found = spans(rows, start, until)
    assert found[0][0] <= start
    assert found[-1][1] >= until
    assert all(after[0] == before[1] + DAY for before, after in pairwise(found))
    assert all((last - first).days + 1 >= SHORTEST for first, last in found)


@often
@given(rules(), DAYS, st.data())
def test_a_change_never_touches_what_ended_before_it(rows, day, data):
    """So nothing is late all at once, and what was done stays done."""
    latest = max(valid_from for _key, valid_from, _value in rows)
    change = data.draw(one_rule(max(day, latest)))
    before, after = spans(rows, START, END), spans([*rows, change], START, END)
    over = [one for one in before if one[1] < change[1]]
    assert after[: len(over)] == over
    assert all(last >= change[1] for _first, last in after[len(over) :])


@often
@given(st.lists(st.tuples(DAYS, st.integers(0, 20)), min_size=1, max_size=4), st.sampled_from(CADENCES))
def test_each_sensitive_week_has_a_round_due_on_its_sunday(firsts, cadence):
    periods = [(first.isoformat(), (first + length * DAY).isoformat()) for first, length in firsts]
    due = {last for _first, last in spans([("screening.cadence", EVER, cadence), sensitive(*periods)], START, END)}
    for first, length in firsts:
        for day in (first + nth * DAY for nth in range(length + 1)):
            sunday = day + (6 - day.weekday()) * DAY
            assert sunday in due or sunday < START + 7 * DAY or sunday > END


@pytest.mark.parametrize(
    ("cadence", "expected"),
    [
        ("half_monthly", [(1, 15), (16, 28), (1, 15), (16, 31)]), ("monthly", [(1, 28), (1, 31)]),
        ("weekly", [(26, 1), (2, 8), (9, 15), (16, 22), (23, 1), (2, 8), (9, 15), (16, 22), (23, 29), (30, 5)]),
    ],
)  # fmt: skip
def test_half_months_months_and_weeks(cadence, expected):
    found = spans([("screening.cadence", EVER, cadence)], date(2026, 2, 1), date(2026, 3, 31))
    assert [(first.day, last.day) for first, last in found] == expected


def test_sensitive_weeks_are_whole_and_a_rest_of_days_goes_with_the_next_round():
    """全国两会 from a Wednesday to a Wednesday: both weeks whole; the Sunday before them goes with the first."""
    found = spans([sensitive(("2026-03-04", "2026-03-11"))], date(2026, 2, 16), date(2026, 3, 31))
    assert [f"{first:%m-%d} {last:%m-%d}" for first, last in found] == [
        "02-16 02-28", "03-01 03-08", "03-09 03-15", "03-16 03-31",
    ]  # fmt: skip
    found = spans([sensitive(("2026-12-07", "2026-12-13"))], date(2026, 12, 1), date(2026, 12, 31))
    assert [f"{first:%d} {last:%d}" for first, last in found] == ["01 13", "14 31"]


def test_a_sensitive_period_announced_today_ends_the_running_round_on_sunday_not_last_week():
    rows = [("screening.sensitive", date(2026, 11, 25), [["2026-11-25", "2026-12-04", "两会"]])]
    assert [f"{one[0]:%m-%d} {one[1]:%m-%d}" for one in spans(rows, date(2026, 11, 16), date(2026, 12, 10))] == [
        "11-16 11-29", "11-30 12-06", "12-07 12-15",
    ]  # fmt: skip


def test_rounds_are_kept_from_the_first_full_one():
    assert rounds_kept(office(), date(2026, 11, 23)) == ()
    since = office(("screening.since", EVER, "2026-11-10"))
    assert rounds_kept(since, date(2026, 11, 15)) == ()
    assert rounds_kept(since, date(2026, 11, 16)) == (Round(date(2026, 11, 16), date(2026, 11, 30)),)
    on_the_day = office(("screening.since", EVER, "2026-11-16"))
    assert rounds_kept(on_the_day, date(2026, 12, 1)) == (
        Round(date(2026, 11, 16), date(2026, 11, 30)), Round(date(2026, 12, 1), date(2026, 12, 15)),
    )  # fmt: skip


def test_the_lamp_is_yellow_in_the_last_three_days_and_red_from_the_day_after():
    one = Round(date(2026, 11, 16), date(2026, 11, 30))
    shown = {day: one.lamp(date(2026, 11, day), (3, 7)) for day in (16, 27, 28, 30)}
    assert shown == {16: "green", 27: "green", 28: "yellow", 30: "yellow"}
    assert one.lamp(date(2026, 12, 1), (3, 7)) == "red"
    assert one.lamp(date(2026, 11, 26), (5, 7)) == "yellow"


def test_sensitive_periods_are_read_as_people_type_them():
    typed = "2026年3月4日至3月11日 全国两会\n"
    with pytest.raises(RuleViolation):
        read_periods(typed)
    typed = "2026年3月4日至2026年3月11日 全国两会\n\n2026-02-15 2026-02-23 春节\n2026/10/1—2026/10/8：国庆"
    read = read_periods(typed)
    assert read == [
        ["2026-02-15", "2026-02-23", "春节"], ["2026-03-04", "2026-03-11", "全国两会"],
        ["2026-10-01", "2026-10-08", "国庆"],
    ]  # fmt: skip
    assert read_periods("\n".join(f"{one.first} {one.last} {one.name}" for one in stored(read))) == read
    assert read_periods("  \n") == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("screening.sensitive", "全国两会"), ("screening.sensitive", "2026-03-11 2026-03-04 两会"),
        ("screening.sensitive", "2026-03-04 2026-03-11"), ("screening.sensitive", "2026-02-30 2026-03-11 两会"),
        ("screening.sensitive", "2026-03-04 2027-03-11 两会"), ("screening.sensitive", "2026-03-04 2026-03-11 " + "长" * 41),
        ("screening.sensitive", "2026-03-04 2026-03-11 两会\n" * 61), ("screening.cadence", "daily"),
        ("screening.since", "soon"), ("screening.since", ""),
    ],
)  # fmt: skip
def test_what_is_no_period_cadence_or_day_is_refused_with_a_sentence(key, value):
    with pytest.raises(RuleViolation):
        read_setting(key, value)


def test_by_default_rounds_are_half_monthly_and_not_kept_yet():
    default = OfficeRules(OfficeSettings())
    assert default.settings.value("screening.cadence", START) == "half_monthly"
    assert (default.sensitive(START), default.rounds_since(START)) == ([], None)
