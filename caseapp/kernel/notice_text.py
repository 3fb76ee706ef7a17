"""Reads the State Council's yearly notice (国务院办公厅关于…年部分节假日安排的通知) as a clerk pastes it.

It reads and never guesses: what it cannot read, and what contradicts itself, it says, for the clerk to look at.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from caseapp.kernel.errors import N_

COUNT = N_("“%(text)s”: these are %(found)s days, the notice says %(said)s")
WEEKDAY = N_("“%(text)s”: %(day)s is another day of the week")
NO_WEEKEND = N_("%(day)s is not on a weekend, so it cannot be a made-up working day")
UNREAD = N_("Could not read “%(text)s”")
BOTH = N_("%(day)s is both a holiday and a working day")
OTHER_YEAR = N_("The notice is about %(named)s, not about %(year)s")
NOTHING = N_("The text names no official day")

NAMES = {
    "元旦": N_("New Year's Day"),
    "春节": N_("Spring Festival"),
    "清明节": N_("Tomb-sweeping Day"),
    "劳动节": N_("Labour Day"),
    "端午节": N_("Dragon Boat Festival"),
    "中秋节": N_("Mid-autumn Festival"),
    "国庆节": N_("National Day"),
    "反法西斯战争胜利70周年纪念日": N_("Anti-Fascist 70th Day"),
}
TOGETHER = N_("Mid-autumn Festival and National Day")  # the two that can fall together

WEEKDAYS = {sign: number for number, signs in enumerate(("一", "二", "三", "四", "五", "六", "日天")) for sign in signs}
LONGEST = 31  # days in a row: more is a slip of the pen

_KNOWN = "(?:{0})(?:[、和及与](?:{0}))*".format("|".join(NAMES))
_DAY = (
    r"(?:(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日?|(?P<bare>\d{1,2})日)"
    r"(?P<note>\([^()]{0,30}\)|(?:周|星期)[一二三四五六日天])?"
)
_TO = "[至到~—–-]"
DAY = re.compile(f"(?P<to>{_TO}+)?{_DAY}")
_LIST = re.sub(r"\?P<\w+>", "?:", f"{_DAY}(?:(?:{_TO}+|[、,和及]){_DAY}){{0,30}}")
CLAUSE = re.compile(rf"(?<![年月\d])(?P<days>{_LIST})[^\d。;不]{{0,8}}?(?P<verb>放假|补休|上班|补班)")
HEADING = re.compile(
    rf"[一二三四五六七八九十]{{1,3}}[、.](?:(?P<bare>{_KNOWN})(?=\d)|(?P<name>[^。;:,()]{{1,40}}):)|(?P<plain>{_KNOWN}):"
)
NAMED_YEAR = re.compile(rf"(\d{{4}})年(?:部分|法定)*(?:节假日|放假|{_KNOWN})")
SAID = re.compile(r"(?<!\d)(\d{1,3})天")
WEEKDAY_SIGN = re.compile("(?:周|星期)([一二三四五六日天])")
ASIDE = re.compile(r"\([^()]*\)|(?<!\d)\d{4}年\d{1,2}月\d{1,2}日")  # a full date is the day the notice was signed
LOOSE_DAY = re.compile(r"\d月\d")


@dataclass(frozen=True)
class Problem:
    """A sentence for the clerk: a message id and the values that go into it."""

    message: str
    params: dict[str, object]

    def __str__(self) -> str:
        return self.message % self.params


@dataclass(frozen=True)
class NoticeReading:
    """The days a notice sets, each with the holiday it is about, and what is wrong with the text."""

    holidays: dict[date, str]
    workdays: dict[date, str]
    problems: tuple[Problem, ...]


class _Set(NamedTuple):
    """One day that the notice sets."""

    kind: str
    day: date
    name: str


class _Written(NamedTuple):
    """One date as the notice writes it: whether it ends a range, and the weekday it claims."""

    text: str
    ends: bool
    day: date
    weekday: int | None


def parse_notice(text: str, year: int) -> NoticeReading:
    """Read the notice of a year: "一、元旦:1月1日(周四)至3日(周六)放假调休,共3天。1月4日(周日)上班。"

    A notice about another year sets nothing. December without a year is the one before: the year's first notice day
    may lie in it ("2023年12月30日至2024年1月1日"), while its last holiday is in October.
    """
    plain = re.sub(r"[\s\u200b\u2060\ufeff]+", "", unicodedata.normalize("NFKC", text))
    found = list(_read(plain, year))
    holidays, workdays = _days_set(found, "holiday"), _days_set(found, "workday")
    problems: list[Problem] = []
    for one in found:
        if isinstance(one, Problem) and one not in problems:
            problems.append(one)
    problems += [Problem(BOTH, {"day": day}) for day in sorted(holidays.keys() & workdays.keys())]
    if not found:
        problems.append(Problem(NOTHING, {}))
    return NoticeReading(holidays, workdays, tuple(problems))


def _days_set(found: list[_Set | Problem], kind: str) -> dict[date, str]:
    """The days of one kind, each with its holiday."""
    return {one.day: one.name for one in found if isinstance(one, _Set) and one.kind == kind}


def holiday_name(heading: str) -> str:
    """The name of a heading as the shipped calendar has it; a holiday it does not know keeps its own."""
    known = [name for word, name in NAMES.items() if word in heading]
    if len(known) > 1:
        return TOGETHER if known == [NAMES["中秋节"], NAMES["国庆节"]] else heading
    return known[0] if known else heading


def _read(plain: str, year: int) -> Iterator[_Set | Problem]:
    named = {int(found) for found in NAMED_YEAR.findall(plain)}
    if named and year not in named:
        yield Problem(OTHER_YEAR, {"named": min(named), "year": year})
        return
    heads = list(HEADING.finditer(plain))
    starts = [head.start() for head in heads] + [len(plain)]
    for clause in CLAUSE.finditer(plain[: starts[0]]):
        yield Problem(UNREAD, {"text": clause[0]})  # a day of no holiday
    for head, (start, end) in zip(heads, pairwise(starts), strict=True):
        name = head["bare"] or head["name"] or head["plain"]
        days = list(_read_item(plain[head.end() : end], holiday_name(name), year))
        yield from days or [Problem(UNREAD, {"text": plain[start:end][:60]})]


def _read_item(body: str, name: str, year: int) -> Iterator[_Set | Problem]:
    """A holiday's sentences. What the notice only encourages (鼓励…在除夕休息) sets no day."""
    for sentence in re.split("[。;]", body):
        if sentence.startswith("鼓励"):
            continue
        clauses = list(CLAUSE.finditer(sentence))
        starts = [clause.start() for clause in clauses] + [len(sentence)]
        for clause, (_, end) in zip(clauses, pairwise(starts), strict=True):
            yield from _read_clause(clause, sentence[clause.end() : end], name, year)
        if LOOSE_DAY.search(ASIDE.sub("", CLAUSE.sub(" ", sentence))):
            yield Problem(UNREAD, {"text": sentence})


def _read_clause(clause: re.Match[str], rest: str, name: str, year: int) -> Iterator[_Set | Problem]:
    """Days and what is done on them: "2月14日(周六)、2月28日(周六)" "上班"."""
    kind = "holiday" if clause["verb"] in ("放假", "补休") else "workday"
    try:
        written = list(_written(clause["days"], year))
        days = list(_each_day(written))
    except ValueError:
        yield Problem(UNREAD, {"text": clause[0]})
        return
    for one in written:
        if one.weekday not in (None, one.day.weekday()):
            yield Problem(WEEKDAY, {"text": one.text, "day": one.day})
    said = SAID.search(rest)
    if kind == "holiday" and said and int(said[1]) != len(days):
        yield Problem(COUNT, {"text": clause[0] + rest, "found": len(days), "said": int(said[1])})
    for day in days:
        yield from _set(kind, day, name, year)


def _set(kind: str, day: date, name: str, year: int) -> Iterator[_Set | Problem]:
    """The day, if it is the year's or of the December before; with a word when it is worked and no weekend."""
    if day.year != year and (day.year, day.month) != (year - 1, 12):
        yield Problem(OTHER_YEAR, {"named": day.year, "year": year})
        return
    if kind == "workday" and day.weekday() < 5:
        yield Problem(NO_WEEKEND, {"day": day})
    yield _Set(kind, day, name)


def _written(text: str, year: int) -> Iterator[_Written]:
    """The dates of a list; one without month or year takes them from the date before. Raises ValueError."""
    of = month = 0
    for found in DAY.finditer(text):
        if found["month"]:
            before, month = month, int(found["month"])
            of = int(found["year"] or (of + (month < before) if of else year - (month == 12)))
        day = date(of, month, int(found["day"] or found["bare"]))
        sign = WEEKDAY_SIGN.search(found["note"] or "")
        yield _Written(found[0], bool(found["to"]), day, WEEKDAYS[sign[1]] if sign else None)


def _each_day(written: list[_Written]) -> Iterator[date]:
    """The dates and the days inside the ranges. Raises ValueError for a range that runs backwards or too long."""
    before = date.min
    for _, ends, day, _ in written:
        length = (day - before).days if ends else 1
        if not 0 < length <= LONGEST:
            raise ValueError(f"a range of {length} days")
        for back in reversed(range(length)):
            yield day - timedelta(days=back)
        before = day
