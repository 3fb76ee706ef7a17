"""When a job is due: the instants it should run for, its slots. Pure; all in Asia/Shanghai."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from caseapp.kernel.clock import SHANGHAI


@dataclass(frozen=True)
class Daily:
    """Every day at a time."""

    at: time

    def slots(self, after: datetime, until: datetime) -> Iterator[datetime]:
        """The slots after one instant, up to and including another, oldest first, in UTC."""
        day = after.astimezone(SHANGHAI).date()
        while True:
            slot = datetime.combine(day, self.at, SHANGHAI).astimezone(UTC)
            if slot > until:
                return
            if slot > after and self._is_due(slot):
                yield slot
            day += timedelta(days=1)

    def _is_due(self, _slot: datetime) -> bool:
        return True

    def latest(self, until: datetime) -> datetime:
        """The last slot up to an instant."""
        return list(self.slots(until - timedelta(days=32), until))[-1]

    @property
    def cron(self) -> dict[str, int | str]:
        """The same as fields of a cron trigger."""
        return {"hour": self.at.hour, "minute": self.at.minute}


@dataclass(frozen=True)
class Monthly(Daily):
    """Once a month, on a day at a time."""

    day: int = 1

    def _is_due(self, slot: datetime) -> bool:
        return slot.astimezone(SHANGHAI).day == self.day

    @property
    def cron(self) -> dict[str, int | str]:
        return {"day": self.day, **super().cron}


@dataclass(frozen=True)
class Weekly(Daily):
    """Once a week, on a day at a time; Monday is 0."""

    weekday: int = 0

    def _is_due(self, slot: datetime) -> bool:
        return slot.astimezone(SHANGHAI).weekday() == self.weekday

    @property
    def cron(self) -> dict[str, int | str]:
        return {"day_of_week": self.weekday, **super().cron}


@dataclass(frozen=True)
class Every:
    """Every so many minutes, counted from the hour: a divisor of sixty."""

    minutes: int

    def slots(self, after: datetime, until: datetime) -> Iterator[datetime]:
        """The slots after one instant, up to and including another, oldest first, in UTC."""
        slot = self.latest(after) + timedelta(minutes=self.minutes)
        while slot <= until:
            yield slot
            slot += timedelta(minutes=self.minutes)

    def latest(self, until: datetime) -> datetime:
        """The last slot up to an instant."""
        hour = until.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        return hour + timedelta(minutes=until.minute // self.minutes * self.minutes)

    @property
    def cron(self) -> dict[str, int | str]:
        """The same as fields of a cron trigger."""
        return {"minute": f"*/{self.minutes}"}
