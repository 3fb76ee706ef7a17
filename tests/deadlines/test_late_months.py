"""At the ends of which months an item is late, and where it lies: what is said once of an item is what each day says."""

from __future__ import annotations

import random
from datetime import date, timedelta

from caseapp.domain.deadlines.late import NEVER, late_bins, late_months
from caseapp.kernel.periods import Month

FIRST, LAST = Month(2021, 1).number, Month(2027, 12).number


def late_at(from_on: date, due_on: date, to_on: date | None, day: date) -> bool:
    """Owed at the end of a day and due before it (contract §6)."""
    return from_on <= day and due_on < day and (to_on is None or to_on > day)


def spans(count: int) -> list[tuple[date, date, date | None]]:
    dice, found = random.Random(5), list[tuple[date, date, date | None]]()
    for _ in range(count):
        from_on = date(2022, 1, 1) + timedelta(days=dice.randrange(1500))
        due_on = from_on + timedelta(days=dice.randrange(-20, 120))
        lasts = dice.choice((1, 20, 60, 200, 400, 900, None))
        found.append((from_on, due_on, from_on + timedelta(days=dice.randrange(1, lasts + 1)) if lasts else None))
    return found


def test_an_item_is_late_at_the_end_of_its_months_and_of_no_other():
    seen = set[int]()
    for span in spans(600):
        months = late_months(*span)
        for number in range(FIRST, LAST + 1):
            said = months != NEVER and months.late_from <= number <= months.late_to
            assert said == late_at(*span, Month.numbered(number).window.end), (span, months, Month.numbered(number))
            if said:
                assert months.late_bin in late_bins(number)
        seen.add(0 if months == NEVER else 1 if months.late_bin < 0 else 2 + len(str(months.late_bin)))
    assert len(seen) == 5, "never late, over a New Year, long, within a year or quarter, within a month"


def test_the_days_on_which_a_month_turns():
    june = Month(2026, 6).number
    assert late_months(date(2026, 6, 1), date(2026, 6, 29), date(2026, 7, 1))[:2] == (june, june)
    assert late_months(date(2026, 6, 1), date(2026, 6, 30), date(2026, 7, 1)) == NEVER  # not late on its own day
    assert late_months(date(2026, 6, 1), date(2026, 6, 29), date(2026, 6, 30)) == NEVER  # met on the last day
