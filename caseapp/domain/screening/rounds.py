"""Which screening rounds (排查) a village owes: half-monthly, weekly in sensitive weeks. Computed, never created ahead.

The days are cut where a half-month ends (the 15th, the last), or a month or a week, as the office has it; and around
sensitive weeks, which are whole weeks from Monday to Sunday. Each day lies in exactly one round:

- A piece of fewer than seven days, left over between such cuts, is no round of its own: it goes with the round after.
- A change of rules holds from its day on. It may end the round that is running earlier, but never before that day: what
  is over is never late afterwards, and what was done stays done.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from caseapp.domain.deadlines.rules import light
from caseapp.domain.org.office import OfficeRules
from caseapp.domain.org.sensitive import monday_of

DAY = timedelta(days=1)
SHORTEST = 7
HALF = 15


@dataclass(frozen=True, order=True)
class Round:
    """The days of one round, both included; it is due on the last. ``during``: the sensitive period it lies in."""

    first: date
    last: date
    during: str = field(default="", compare=False)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def lamp(self, day: date, lamps: tuple[int, int]) -> str:
        """The light of a round that is not done: yellow in its last days, red from the day after."""
        return light(self.last, 0, day, lamps)


@dataclass(frozen=True)
class RoundTally:
    """Of the rounds that fell due in some days: how many there were, how many are on record, how many of those late."""

    due: int
    done: int
    late: int


def rounds_between(office: OfficeRules, start: date, until: date) -> Iterator[Round]:
    """The rounds from the one a day lies in to the one another day lies in, in order."""
    turns = sorted(office.settings.changes("screening.cadence", "screening.sensitive"))
    first = _begins(office, start)
    while first <= until:
        last = _ends(office, first, turns)
        yield Round(first, last, _during(office, last))
        first = last + DAY


@lru_cache(maxsize=64)
def rounds_kept(office: OfficeRules, day: date) -> tuple[Round, ...]:
    """The rounds that had begun by a day, from the first full one since rounds are kept. Every page asks, so it is
    worked out once a day for the rules of an office."""
    since = office.rounds_since(day)
    if since is None:
        return ()
    return tuple(one for one in rounds_between(office, since, day) if one.first >= since)


def _begins(office: OfficeRules, day: date) -> date:
    """The first day of the half-month, month or week that a day lies in."""
    cadence = _cadence(office, day)
    if cadence == "weekly":
        return monday_of(day)
    return day.replace(day=HALF + 1 if cadence == "half_monthly" and day.day > HALF else 1)


def _ends(office: OfficeRules, first: date, turns: Iterable[date]) -> date:
    """The last day of the round that begins on a day."""
    start = first
    while True:
        end = _period_ends(office, start)
        for turn in turns:
            if start < turn <= end:
                end = min(end, _period_ends(office, turn))
        if (end - first).days + 1 >= SHORTEST:
            return end
        start = end + DAY


def _period_ends(office: OfficeRules, day: date) -> date:
    """The last day of the half-month, month or week that a day lies in; a sensitive week ends it the day before."""
    cadence = _cadence(office, day)
    if cadence == "weekly":
        return monday_of(day) + 6 * DAY
    month_end = day.replace(day=monthrange(day.year, day.month)[1])
    end = day.replace(day=HALF) if cadence == "half_monthly" and day.day <= HALF else month_end
    return min([end, *(one.monday - DAY for one in office.sensitive(day) if one.monday > day)])


def _cadence(office: OfficeRules, day: date) -> str:
    if any(one.monday <= day <= one.sunday for one in office.sensitive(day)):
        return "weekly"
    return str(office.settings.value("screening.cadence", day))


def _during(office: OfficeRules, day: date) -> str:
    return next((one.name for one in office.sensitive(day) if one.monday <= day <= one.sunday), "")
