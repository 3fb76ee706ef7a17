"""Instants are UTC; a day is a day in Asia/Shanghai; nobody below the edges asks the machine what time it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from caseapp.kernel.errors import N_, RuleViolation

SHANGHAI = ZoneInfo("Asia/Shanghai")
EARLIEST, LATEST = 1900, 2999

WRONG_BY = timedelta(minutes=10)
"""What lies further in the future was put down by a clock that was wrong; clocks of several machines differ by less."""

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The machine's time, in UTC. Only the edges hand this to ``Ctx``."""
    return datetime.now(UTC)


def stopped_clock(at: datetime) -> Clock:
    """A clock that always shows ``at``."""
    return lambda: at


def not_before(now: datetime, last: datetime) -> datetime:
    """Now; where the clock was set back a little since something was put down, its instant: what comes later is not
    earlier."""
    return last if now < last <= now + WRONG_BY else now


def local_day(instant: datetime) -> date:
    """The calendar date in Asia/Shanghai on which an instant falls."""
    return instant.astimezone(SHANGHAI).date()


def day_begins(day: date) -> datetime:
    """The first instant of a day in Asia/Shanghai."""
    return datetime.combine(day, time(), SHANGHAI)


def parse_instant(text: object, field: str = "at") -> datetime:
    """Read an ISO instant; one without an offset is Asia/Shanghai (contract §4). Raises RuleViolation."""
    try:
        instant = datetime.fromisoformat(str(text))
    except ValueError:
        raise RuleViolation(field, N_("%(text)s is not a date and time"), text=text) from None
    _refuse_before_time(instant.date(), text, field)
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=SHANGHAI)
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise RuleViolation(field, N_("%(text)s is not a date and time"), text=text) from None


def parse_day(text: object, field: str) -> date:
    """Read an ISO date. Raises RuleViolation."""
    try:
        day = date.fromisoformat(str(text))
    except ValueError:
        raise RuleViolation(field, N_("%(text)s is not a date"), text=text) from None
    _refuse_before_time(day, text, field)
    if day.year > LATEST:
        raise RuleViolation(field, N_("%(value)s lies too far ahead to be meant"), value=text)
    return day


def _refuse_before_time(day: date, text: object, field: str) -> None:
    if day.year < EARLIEST:
        raise RuleViolation(field, N_("%(value)s lies too far back to be meant"), value=text)


def show_instant(instant: datetime) -> str:
    """An instant as exports write it: ISO, in Asia/Shanghai, microseconds only when there are any."""
    return instant.astimezone(SHANGHAI).isoformat()


def chinese_day(day: date | str) -> str:
    """A date, or an ISO one, as offices write it: 2026年11月23日."""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return f"{day.year}年{day.month}月{day.day}日"
