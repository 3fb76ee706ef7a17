"""What is stored of a report when it is frozen, and the report again from that alone (rates.md §4). Pure.

Stored are all its numbers with the cases behind each, the names of units and people of that day, what the villages
said, the office's targets, the versions of the formulas and of the layout, and which wordbook it was written with.
Cases are numbered once, equal lists are written once.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, astuple, dataclass, field, replace
from itertools import chain
from typing import Any

from caseapp.domain.org.tree import Place, Tree
from caseapp.domain.rates.tally import Tally
from caseapp.domain.reports.prose import VillageNote
from caseapp.domain.reports.report import PARTS, Report
from caseapp.kernel.clock import parse_instant, show_instant
from caseapp.kernel.periods import Month

LAYOUT = 1
LISTS = ("lines", "n", "d", "apart_cases")
WINDOWS = ("whole", "year_to_date", "previous", "year_ago")


@dataclass(frozen=True)
class Edition:
    """A report with everything that is needed to show it: live, or from what was stored of it. ``words`` names the
    wordbook by its digest."""

    report: Report
    people: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[VillageNote, ...] = ()
    targets: Mapping[str, int] = field(default_factory=dict)
    layout: int = LAYOUT
    words: str = ""

    @property
    def tree(self) -> Tree:
        """The units with their names, of the last day of the period."""
        return self.report.tree

    @property
    def place(self) -> str:
        """The unit's name in full."""
        return self.tree.full_name(self.report.unit)


class _Shelf:
    """Case numbers and lists of them, each once."""

    def __init__(self, numbers: Iterable[str] = (), lists: Iterable[list[int]] = ()) -> None:
        self.numbers = list(numbers)
        self.lists = [tuple(one) for one in lists]
        self._number_at = {number: at for at, number in enumerate(self.numbers)}
        self._list_at = {one: at for at, one in enumerate(self.lists)}

    def case(self, number: str) -> int:
        if number not in self._number_at:
            self._number_at[number] = len(self.numbers)
            self.numbers.append(number)
        return self._number_at[number]

    def put(self, numbers: Iterable[str]) -> int:
        """The place of a list of cases."""
        wanted = tuple(sorted(self.case(number) for number in numbers))
        if wanted not in self._list_at:
            self._list_at[wanted] = len(self.lists)
            self.lists.append(wanted)
        return self._list_at[wanted]

    def take(self, place: int) -> list[str]:
        """The cases of the list at a place."""
        return [self.numbers[at] for at in self.lists[place]]


def _put(shelf: _Shelf, tally: Tally) -> dict[str, Any]:
    """A tally with the places of its lists; for the county with what each case adds, when that is not 1."""
    county = {}
    for key, amounts in tally.county.cases.items():
        place = shelf.put(amounts)
        each = [amounts[number] for number in shelf.take(place)]
        county[key] = [place] if set(each) == {1} else [place, each]
    lists = {name: {key: shelf.put(one) for key, one in getattr(tally, name).items() if one} for name in LISTS}
    return {**lists, "accusations": tally.accusations, "county": county}


def _take(shelf: _Shelf, held: Mapping[str, Any]) -> Tally:
    """The other way round."""
    tally = Tally()
    tally.accusations = held["accusations"]
    for name in LISTS:
        getattr(tally, name).update({key: shelf.take(place) for key, place in held[name].items()})
    for key, (place, *each) in held["county"].items():
        numbers = shelf.take(place)
        tally.county.cases[key].update(dict(zip(numbers, each[0] if each else [1] * len(numbers), strict=True)))
    return tally


def stored_text(edition: Edition, salt: str) -> str:
    """What is stored, as one text. The digest of it is printed for everybody: with a ``salt`` that is stored with it
    and shown to nobody, the number of accusations is not found by trying numbers until the digest fits."""
    report, shelf = edition.report, _Shelf()
    numbers = {
        "windows": {name: _put(shelf, getattr(report, name)) for name in WINDOWS},
        "parts": {kind: {key: _put(shelf, one) for key, one in report.part(kind).items()} for kind in PARTS},
        "backlog": {age: shelf.put(numbers) for age, numbers in report.backlog.items()},
        "overdue": [{**item, "case": shelf.case(item["case"])} for item in report.overdue],
    }
    return json.dumps(
        {
            "unit": report.unit, "month": str(report.period), "as_of": show_instant(report.as_of),
            "formulas": report.formulas, "layout": edition.layout, "words": edition.words, "figures": report.keys,
            "places": [astuple(place) for place in _near(edition.tree, report)],
            "people": edition.people, "notes": [asdict(note) for note in edition.notes], "targets": edition.targets,
            "salt": salt, **numbers, "cases": shelf.numbers, "lists": shelf.lists,
        },
        ensure_ascii=False, separators=(",", ":"),
    )  # fmt: skip


def _near(tree: Tree, report: Report) -> list[Place]:
    """The unit, what lies above it, what lies below it, and the villages of the breakdown."""
    codes = {*tree.line(report.unit), *tree.subtree(report.unit), *report.part("village")}
    return [tree.place(code) for code in sorted(codes)]


def read_stored(text: str) -> Edition:
    """A frozen report from what was stored of it, and from nothing else."""
    told = json.loads(text)
    shelf = _Shelf(told["cases"], told["lists"])
    report = Report(
        told["unit"], Month.parse(told["month"]), parse_instant(told["as_of"]), formulas=told["formulas"],
        trees=Tree(Place(*place) for place in told["places"]),
        keys={kind: tuple(keys) for kind, keys in told["figures"].items()},
    )  # fmt: skip
    for name in WINDOWS:
        setattr(report, name, _take(shelf, told["windows"][name]))
    for kind, parts in told["parts"].items():
        for key, one in parts.items():
            report.parts[kind][key] = _take(shelf, one)
    report.backlog.update({age: shelf.take(place) for age, place in told["backlog"].items()})
    report.overdue = [{**item, "case": shelf.numbers[item["case"]]} for item in told["overdue"]]
    return Edition(
        report, told["people"], tuple(VillageNote(**note) for note in told["notes"]), told["targets"],
        told["layout"], told["words"],
    )  # fmt: skip


def without(edition: Edition, numbers: Collection[str]) -> Edition:
    """A frozen report with some cases taken out of its lists and so out of its counts: for who is kept out of them."""
    report = edition.report
    if not numbers or cases_of(report).isdisjoint(numbers):
        return edition
    copy = replace(report, leaves_out=True, overdue=[item for item in report.overdue if item["case"] not in numbers])
    for name in WINDOWS:
        setattr(copy, name, _less(getattr(report, name), numbers))
    copy.parts = {kind: defaultdict(Tally) for kind in report.parts}
    for kind, parts in report.parts.items():
        copy.parts[kind].update({key: _less(one, numbers) for key, one in parts.items()})
    copy.ages = _less(report.ages, numbers)
    return replace(edition, report=copy)


def _less(tally: Tally, numbers: Collection[str]) -> Tally:
    less = Tally()
    less.accusations = tally.accusations
    for name in LISTS:
        getattr(less, name).update({key: _others(held, numbers) for key, held in getattr(tally, name).items()})
    for key, amounts in tally.county.cases.items():
        less.county.cases[key] += Counter({number: amounts[number] for number in _others(amounts, numbers)})
    return less


def _others(held: Iterable[str], numbers: Collection[str]) -> list[str]:
    return [number for number in held if number not in numbers]


def cases_of(report: Report) -> set[str]:
    """Every case that stands behind any number."""
    tallies = [getattr(report, name) for name in WINDOWS]
    tallies += [tally for parts in report.parts.values() for tally in parts.values()]
    return {*(item["case"] for item in report.overdue)}.union(*map(named, tallies))


def named(tally: Tally) -> set[str]:
    """The cases behind a tally's numbers."""
    lists = (one for name in LISTS for one in getattr(tally, name).values())
    return set(chain(*lists, *tally.county.cases.values()))
