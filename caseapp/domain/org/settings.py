"""What an office may set, within which bounds, and what was in force on a day. Pure; rows come from ``org/queries.py``.

A value is valid from a day on. The last one entered that is valid on a day is in force on it, so what was in force on
any day can be told, and a due date keeps the rule of the day it was counted from (contract §6).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time

from caseapp.domain.org.anchor_mails import read_addresses
from caseapp.domain.org.robot_hosts import PUBLIC, read_hosts
from caseapp.domain.org.sensitive import read_periods
from caseapp.kernel.clock import parse_day
from caseapp.kernel.errors import N_, RuleViolation
from caseapp.kernel.numbering import PREFIXES, SIGNS

CALENDAR, WORKING = "calendar", "working"
SINCE_EVER = date(2000, 1, 1)
"""From when a value is valid that holds for what is running too."""


@dataclass(frozen=True)
class Spec:
    """One value: its group, its default, its bounds. ``law``: the article that sets the most days there may be.

    ``tells``: others are told when it is changed, because it moves what is owed and when, whom the office tells of
    what, where things go that leave it, or how people log in. Not so of names, and of what everybody reads anyway.
    """

    group: str
    default: object
    least: int = 0
    most: int = 3650
    law: str = ""
    tells: bool = True


def _days(default: int, *, most: int = 365, law: str = "") -> Spec:
    return Spec("days", default, 0, most, law)


DAYS: dict[str, Spec] = {
    "notice": _days(15, most=15, law="信访工作条例 art. 23"),
    "first_contact": _days(1),
    "follow_up_green": _days(14),
    "follow_up_yellow": _days(7),
    "follow_up_red": _days(3),
    "team": _days(3),
    "handle_petition": _days(60, most=60, law="信访工作条例 art. 34"),
    "handle_dispute": _days(30, most=30),
    "handle_reopened": _days(30, most=30),
    "perform": _days(30),
    "serve": _days(15, most=30),
    "return_visit_1": _days(7, most=179),
    "return_visit_2": _days(30, most=179),
    "return_visit_3": _days(90, most=179),
}
IN_WORKING_DAYS = ("first_contact", "follow_up_green", "follow_up_yellow", "follow_up_red", "team")
TARGETS = ("first", "repeat", "backlog")
LADDER = {"lead": 3, "office": 7, "heads": 14}
SEATS = ("lead", "dept", "liaison", "village", "grid")
OUTSIDE = ("petition", "petition_way", "discipline", "discipline_way")
CADENCES = ("half_monthly", "monthly", "weekly")
GRADES = ("normal", "difficult", "major")
ASSESSED = ("verified", "ontime", "notice", "visit")
"""The rates that give points in the assessment of villages (年度考核)."""
CATEGORIES = (
    "family", "neighbour", "homestead", "land", "expropriation", "labour", "contract", "damage", "environment",
    "enterprise", "village_affairs", "welfare", "traffic", "roads", "other",
)  # fmt: skip
ROBOT_HOSTS, ANCHOR_MAILS = "robot.hosts", "anchor.mails"

SPECS: dict[str, Spec] = {
    **{f"days.{rule}": spec for rule, spec in DAYS.items()},
    **{f"unit.{rule}": Spec("unit", CALENDAR) for rule in IN_WORKING_DAYS},
    **{f"ladder.{rung}": Spec("ladder", days, 1, 365) for rung, days in LADDER.items()},
    "light.short": Spec("light", 3, 1, 30, tells=False),
    "light.long": Spec("light", 7, 1, 60, tells=False),
    "quiet.from": Spec("time", "22:00"),
    "quiet.to": Spec("time", "07:30"),
    "head.1": Spec("person", ""),
    "head.2": Spec("person", ""),
    "category.own": Spec("category", (), tells=False),
    **{f"subsidy.{grade}": Spec("subsidy", 0, 0, 100_000) for grade in GRADES},
    **{f"points.{rate}": Spec("points", 0, 0, 100) for rate in ASSESSED},
    **{f"target.{cohort}": Spec("target", 0, 0, 100, tells=False) for cohort in TARGETS},
    "office.phone": Spec("contact", "", tells=False),
    "office.address": Spec("contact", "", tells=False),
    "office.hours": Spec("contact", "", tells=False),
    "paper.organ": Spec("paper", "", tells=False),
    "paper.sign": Spec("paper", "", tells=False),
    "paper.review": Spec("paper", "", tells=False),
    "paper.court": Spec("paper", "", tells=False),
    **{f"outside.{name}": Spec("outside", "") for name in OUTSIDE},
    **{f"prefix.{series}": Spec("prefix", prefix, tells=False) for series, prefix in PREFIXES.items()},
    "login.factor_from": Spec("login", "2000-01-01"),
    "freeze.day": Spec("freeze", 3, 1, 28),
    "freeze.time": Spec("time", "18:00"),
    "screening.cadence": Spec("screening", "half_monthly"),
    "screening.sensitive": Spec("screening", ()),
    "screening.since": Spec("screening", ""),
    "retention.contacts": Spec("retention", 24, 6, 120),
    ROBOT_HOSTS: Spec("robot", PUBLIC),
    ANCHOR_MAILS: Spec("anchor", ()),
    **{f"seat.{seat}": Spec("seat", "", tells=False) for seat in SEATS},
    **{f"duty.{seat}": Spec("duty", "", tells=False) for seat in SEATS},
}
LONGEST_WORD, LONGEST_PREFIX = 40, 10
MOST_CATEGORIES = 40
OWN = "own"


def read_setting(key: str, value: str) -> object:
    """A value as somebody typed it, checked. Raises RuleViolation with what is allowed."""
    spec = SPECS.get(key)
    if spec is None:
        raise RuleViolation("value", N_("there is no such setting"))
    if spec.group == "screening":
        return _screening(key, value)
    if spec.group == "prefix":
        return _prefix(key.removeprefix("prefix."), value.strip())
    if key == "paper.sign":
        return _sign(value.strip())
    if spec.group == "login":
        return parse_day(value.strip(), "value").isoformat()
    read = {
        "unit": _unit,
        "time": _time,
        "category": _names,
        "robot": read_hosts,
        **dict.fromkeys(("seat", "duty", "person", "contact", "paper", "outside"), _word),
        "anchor": read_addresses,
    }
    return read[spec.group](value) if spec.group in read else _whole(spec, value.strip())


def _unit(value: str) -> str:
    if value not in (CALENDAR, WORKING):
        raise RuleViolation("value", N_("days are counted as calendar days or as working days"))
    return value


def _screening(key: str, value: str) -> object:
    """How often villages are screened (排查), in which periods weekly, and from which day rounds are kept."""
    if key == "screening.sensitive":
        return read_periods(value)
    if key == "screening.since":
        return parse_day(value.strip(), "value").isoformat()
    if value not in CADENCES:
        raise RuleViolation("value", N_("rounds are half-monthly, monthly or weekly"))
    return value


def _prefix(series: str, value: str) -> str:
    """Letters without digits, brackets or blanks, ending in what tells petitions, disputes and sheets apart."""
    if len(value) > LONGEST_PREFIX or not value.isalpha() or not value.endswith(SIGNS[series]):
        raise RuleViolation(
            "value", N_("a prefix is up to %(most)d letters, the last of them one of %(signs)s"),
            most=LONGEST_PREFIX, signs="、".join(SIGNS[series]),
        )  # fmt: skip
    return value


def _sign(value: str) -> str:
    """What the numbers of papers begin with (代字): letters without digits, brackets or blanks."""
    if len(value) > LONGEST_PREFIX or not value.isalpha():
        raise RuleViolation("value", N_("write up to %(most)d letters, no digits or brackets"), most=LONGEST_PREFIX)
    return value


def _time(value: str) -> str:
    try:
        return time.fromisoformat(value.strip()).isoformat("minutes")
    except ValueError:
        raise RuleViolation("value", N_("%(text)s is not a time such as 07:30"), text=value) from None


def _word(value: str) -> str:
    if len(value.strip()) > LONGEST_WORD:
        raise RuleViolation("value", N_("the text is longer than %(limit)d characters"), limit=LONGEST_WORD)
    return value.strip()


def _names(value: str) -> list[str]:
    """Names of categories, one a line. The place of a name is what cases store."""
    names = [_word(line) for line in value.splitlines() if line.strip()]
    if len(set(names)) < len(names) or len(names) > MOST_CATEGORIES:
        raise RuleViolation(
            "value", N_("each category stands there once, and there are %(most)d at most"), most=MOST_CATEGORIES
        )
    return names


def _whole(spec: Spec, text: str) -> int:
    if not text.isdecimal() or not spec.least <= int(text) <= spec.most:
        message = N_("write a whole number from %(least)d to %(most)d")
        if spec.law:
            message = N_("write a whole number from %(least)d to %(most)d; the law allows no more (%(law)s)")
            raise RuleViolation("value", message, least=spec.least, most=spec.most, law=spec.law)
        raise RuleViolation("value", message, least=spec.least, most=spec.most)
    return int(text)


@dataclass(frozen=True)
class OfficeSettings:
    """What was set: a key to its values in the order they were entered, each with the day it is valid from."""

    entered: Mapping[str, tuple[tuple[date, object], ...]] = field(default_factory=dict)

    def value(self, key: str, day: date) -> object:
        """What was in force on a day; the default when nothing was set."""
        found = [value for valid_from, value in self.entered.get(key, ()) if valid_from <= day]
        return found[-1] if found else SPECS[key].default

    def days(self, key: str, day: date) -> int:
        """A number in force on a day."""
        found = self.value(key, day)
        assert isinstance(found, int)
        return found

    def changes(self, *keys: str) -> set[date]:
        """The days from which a new value of one of these was valid."""
        return {valid_from for key in keys for valid_from, _value in self.entered.get(key, ())}

    def ever(self, key: str) -> set[object]:
        """Every value that was ever in force."""
        return {SPECS[key].default, *(value for _from, value in self.entered.get(key, ()))}

    def own_categories(self) -> dict[str, str]:
        """The categories that the office added, slug to name: the newest list; a name may change, its place stays."""
        lists = [value for _from, value in self.entered.get("category.own", ())]
        names = lists[-1] if lists else ()
        assert isinstance(names, list | tuple)
        return {f"{OWN}{place}": str(name) for place, name in enumerate(names, start=1)}

    def and_then(self, key: str, value: object, valid_from: date) -> OfficeSettings:
        """The settings with one more value entered."""
        return OfficeSettings({**self.entered, key: (*self.entered.get(key, ()), (valid_from, value))})


def gather(rows: Iterable[tuple[str, date, object]]) -> OfficeSettings:
    """Settings from rows (key, valid from, value) in the order they were entered."""
    entered: dict[str, tuple[tuple[date, object], ...]] = {}
    for key, valid_from, value in rows:
        entered[key] = (*entered.get(key, ()), (valid_from, value))
    return OfficeSettings(entered)
