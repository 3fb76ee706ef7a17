"""The rules of the office: what it set, and the working calendar. Everything a due date is worked out with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from functools import cached_property

from caseapp.domain.org.robot_hosts import RobotHost, listed_host
from caseapp.domain.org.sensitive import Sensitive, stored
from caseapp.domain.org.settings import (
    ASSESSED,
    CALENDAR,
    CATEGORIES,
    GRADES,
    ROBOT_HOSTS,
    SEATS,
    SPECS,
    TARGETS,
    OfficeSettings,
)
from caseapp.kernel.workdays import Reckoning, WorkCalendar, shipped

PAPER = ("paper.organ", "paper.sign", "paper.review", "paper.court")


@dataclass(frozen=True)
class Letterhead:
    """What stands on every paper of the office: how it is reached, its full name, what its numbers begin with (代字),
    the organ that reviews its opinions (复查机关) and the court. What was not set is empty."""

    phone: str
    address: str
    hours: str
    organ: str
    sign: str
    review: str
    court: str


@dataclass(frozen=True, eq=False)
class OfficeRules:
    """Settings and calendar. A due date is reckoned with what was in force on the day it is counted from. The same
    object until they change, so that what follows from them can be kept by it."""

    settings: OfficeSettings = field(default_factory=OfficeSettings)
    calendar: WorkCalendar = field(default_factory=shipped)

    def reckon(self, rule: str, start: date) -> Reckoning:
        """When something counted from a day is due, with how it was counted (contract §6)."""
        unit = self.settings.value(f"unit.{rule}", start) if f"unit.{rule}" in SPECS else CALENDAR
        return self.calendar.add(start, self.settings.days(f"days.{rule}", start), str(unit))

    def ladder(self, day: date) -> dict[str, int]:
        """The rungs of the ladder on a day: how many days after an item became overdue each is told."""
        rungs = {rung: self.settings.days(f"ladder.{rung}", day) for rung in ("lead", "office", "heads")}
        return {"seat": 0, **rungs}

    def lamps(self, day: date) -> tuple[int, int]:
        """In the last how many days an item is yellow: of short limits, and of those of 30 days and more."""
        return self.settings.days("light.short", day), self.settings.days("light.long", day)

    def quiet(self, day: date) -> tuple[time, time]:
        """From when to when nobody is disturbed."""
        begins, ends = self.settings.value("quiet.from", day), self.settings.value("quiet.to", day)
        return time.fromisoformat(str(begins)), time.fromisoformat(str(ends))

    def heads(self, day: date) -> list[str]:
        """The town's two heads, as far as the office named them."""
        return [str(name) for key in ("head.1", "head.2") if (name := self.settings.value(key, day))]

    def prefix(self, series: str, day: date) -> str:
        """What numbers of petitions, accusations, disputes or sheets that are given on a day begin with."""
        return str(self.settings.value(f"prefix.{series}", day))

    def typed_prefixes(self, day: date) -> dict[str, str]:
        """What people type for a prefix of case numbers: each that ever was one stands for itself, the last character
        of the one in force for the whole."""
        keys = ("prefix.petition", "prefix.accusation", "prefix.dispute")
        in_force = [str(self.settings.value(key, day)) for key in keys]
        ever = [str(prefix) for key in keys for prefix in self.settings.ever(key)]
        return {prefix: prefix for prefix in ever} | {prefix[-1]: prefix for prefix in in_force}

    def outside(self, kind: str, day: date) -> tuple[str, str]:
        """The authority outside to which goes what nobody of the town may read, and how it is reached: "petition" for
        petitions and disputes, "discipline" for accusations."""
        return str(self.settings.value(f"outside.{kind}", day)), str(self.settings.value(f"outside.{kind}_way", day))

    def contact(self, day: date) -> tuple[str, str]:
        """The telephone number and the address of the office, as receipts and the public page give them."""
        return str(self.settings.value("office.phone", day)), str(self.settings.value("office.address", day))

    def letterhead(self, day: date) -> Letterhead:
        """What the office says of itself on its papers on a day."""
        phone, address = self.contact(day)
        said = [str(self.settings.value(key, day)) for key in ("office.hours", *PAPER)]
        return Letterhead(phone, address, *said)

    def targets(self, day: date) -> dict[str, int]:
        """The targets the office has set, in percent, by cohort; none for a cohort without one."""
        set_ones = {cohort: self.settings.days(f"target.{cohort}", day) for cohort in TARGETS}
        return {cohort: percent for cohort, percent in set_ones.items() if percent}

    def subsidies(self, day: date) -> dict[str, int]:
        """What is paid for a mediated case (以案定补) on a day, in yuan by grade; none for one without an amount."""
        amounts = {grade: self.settings.days(f"subsidy.{grade}", day) for grade in GRADES}
        return {grade: yuan for grade, yuan in amounts.items() if yuan}

    def points(self, day: date) -> dict[str, int]:
        """The points of the assessment that each rate gives on a day; none for one without points."""
        table = {rate: self.settings.days(f"points.{rate}", day) for rate in ASSESSED}
        return {rate: points for rate, points in table.items() if points}

    def robot_host(self, address: str, day: date) -> RobotHost | None:
        """The machine on the administrator's list that the address of a robot leads to; None when it is not listed."""
        lines = self.settings.value(ROBOT_HOSTS, day)
        assert isinstance(lines, list | tuple)
        return listed_host(address, lines)

    def freezing(self, day: date) -> tuple[int, time]:
        """On which day of the month and when the month before is frozen."""
        at = time.fromisoformat(str(self.settings.value("freeze.time", day)))
        return self.settings.days("freeze.day", day), at

    def sensitive(self, day: date) -> list[Sensitive]:
        """The sensitive periods (敏感时期) on the list that is in force on a day."""
        lists = [periods for valid_from, periods in self._sensitive if valid_from <= day]
        return lists[-1] if lists else []

    @cached_property
    def _sensitive(self) -> list[tuple[date, list[Sensitive]]]:
        entered = self.settings.entered.get("screening.sensitive", ())
        return [(valid_from, stored(value)) for valid_from, value in entered]

    def rounds_since(self, day: date) -> date | None:
        """From which day on villages owe screening rounds; None before anybody or the first night set one."""
        since = str(self.settings.value("screening.since", day))
        return date.fromisoformat(since) if since else None

    def second_factor_from(self, day: date) -> date:
        """From which day on leaders, office, discipline, auditors and administrators log in with a second factor."""
        return date.fromisoformat(str(self.settings.value("login.factor_from", day)))

    def categories(self) -> tuple[str, ...]:
        """Every category a case may have: the common ones and the office's own."""
        return (*CATEGORIES, *self.settings.own_categories())

    def words(self, day: date) -> dict[tuple[str, str], str]:
        """What the office calls its seats, their duties and its own categories."""
        named = {
            (kind, seat): str(name)
            for kind in ("seat", "duty")
            for seat in SEATS
            if (name := self.settings.value(f"{kind}.{seat}", day))
        }
        return named | {("category", slug): name for slug, name in self.settings.own_categories().items()}

    def missing_year(self, today: date) -> int | None:
        """The year whose official days should be entered by now and are not: this one, from November on the next."""
        if not self.calendar.official(today.year):
            return today.year
        return today.year + 1 if today.month >= 11 and not self.calendar.official(today.year + 1) else None


DEFAULT = OfficeRules()
