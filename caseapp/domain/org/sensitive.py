"""敏感时期: the spans of days in which villages are screened every week, as the office lists them. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from caseapp.kernel.clock import parse_day
from caseapp.kernel.errors import N_, RuleViolation

DAY = timedelta(days=1)
DATE = re.compile(r"(\d{4})\s*[-年./]\s*(\d{1,2})\s*[-月./]\s*(\d{1,2})\s*日?")
BETWEEN = " \t~—–-至到.,，、:：()（）"
LONGEST_NAME, LONGEST_DAYS, MOST = 40, 92, 60


@dataclass(frozen=True, order=True)
class Sensitive:
    """A sensitive period: its first and last day, and what it is called (全国两会, 春节)."""

    first: date
    last: date
    name: str

    @cached_property
    def monday(self) -> date:
        """The Monday of the week it begins in: a sensitive week is sensitive as a whole."""
        return monday_of(self.first)

    @cached_property
    def sunday(self) -> date:
        """The Sunday of the week it ends in."""
        return monday_of(self.last) + 6 * DAY


def monday_of(day: date) -> date:
    """The Monday of the week a day lies in."""
    return day - day.weekday() * DAY


def read_periods(text: str) -> list[list[str]]:
    """Sensitive periods as somebody typed them, one a line: first day, last day, name; as they are stored. Raises
    RuleViolation with the line that cannot be read."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > MOST:
        raise RuleViolation("value", N_("there are %(most)d periods at most"), most=MOST)
    periods = sorted(_read(line) for line in lines)
    return [[one.first.isoformat(), one.last.isoformat(), one.name] for one in periods]


def _read(line: str) -> Sensitive:
    found = list(DATE.finditer(line))
    name = "".join(char for char in DATE.sub("", line).strip(BETWEEN) if char.isprintable())
    if len(found) != 2 or not name:
        raise RuleViolation("value", N_("a line has a first day, a last day and a name, not: %(line)s"), line=line[:60])
    first, last = (parse_day("{}-{:0>2}-{:0>2}".format(*one.groups()), "value") for one in found)
    if last < first:
        raise RuleViolation("value", N_("the last day lies before the first: %(line)s"), line=line[:60])
    if (last - first).days >= LONGEST_DAYS:
        raise RuleViolation("value", N_("a sensitive period has %(most)d days at most"), most=LONGEST_DAYS)
    if len(name) > LONGEST_NAME:
        raise RuleViolation("value", N_("the text is longer than %(limit)d characters"), limit=LONGEST_NAME)
    return Sensitive(first, last, name)


def stored(rows: object) -> list[Sensitive]:
    """Sensitive periods as a setting keeps them."""
    assert isinstance(rows, list | tuple)
    return [Sensitive(date.fromisoformat(first), date.fromisoformat(last), name) for first, last, name in rows]
