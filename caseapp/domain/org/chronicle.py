"""The tree of units with its dates (rates.md §3): what was opened, renamed, moved, merged or closed from which day on.

A change is never taken back; another one follows it. How the tree stood on a day follows from the changes that hold
from that day or an earlier one, in the order of those days; on one day in the order in which they were entered. Pure.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import takewhile

from caseapp.domain.org.tree import Place, Tree, check_tree
from caseapp.kernel.errors import N_, RuleViolation

DAY = timedelta(days=1)
KINDS = ("opened", "renamed", "moved", "merged", "closed")
NEEDS_SECOND = ("moved", "merged", "closed")
"""What takes cases, posts and seats along: one person asks for it on the pages, another decides."""


@dataclass(frozen=True)
class Change:
    """One change of one unit. ``from_on`` None: the unit has always been there. ``facts`` say what it became: parent,
    tier, kind, name of an opened one; kind and name of a renamed one; parent of a moved one; into of a merged one."""

    unit: str
    kind: str
    from_on: date | None
    facts: Mapping[str, str] = field(default_factory=dict)
    recorded_at: datetime | None = None
    by: str = ""
    reason: str = ""

    @property
    def since(self) -> date:
        """The day it holds from, as days compare."""
        return self.from_on or date.min


@dataclass(frozen=True)
class Standing:
    """How one unit stood on a day: its place, whether it was there, and what it was merged into."""

    place: Place
    there: bool
    into: str | None = None


def after(was: Standing | None, change: Change) -> Standing:
    """How a unit stands after one more change."""
    facts = change.facts
    if was is None or change.kind == "opened":
        return Standing(Place(change.unit, **facts), there=True)
    if change.kind == "renamed":
        return replace(was, place=replace(was.place, kind=facts["kind"], name=facts["name"]))
    if change.kind == "moved":
        return replace(was, place=replace(was.place, parent=facts["parent"]))
    return replace(was, there=False, into=facts.get("into"))


class Chronicle:
    """The changes of all units, in the order in which they were entered; and the tree of any day."""

    def __init__(self, changes: Iterable[Change] = ()) -> None:
        self.changes = list(changes)
        self._told = sorted(self.changes, key=lambda change: change.since)
        self._trees: dict[int, Tree] = {}
        self._known: dict[int, Chronicle] = {}

    @cached_property
    def days(self) -> list[date]:
        """The days from which something changed."""
        return sorted({change.since for change in self.changes})

    @cached_property
    def of_unit(self) -> dict[str, list[Change]]:
        """The changes of each unit, in the order of the days they hold from."""
        found: dict[str, list[Change]] = {}
        for change in self._told:
            found.setdefault(change.unit, []).append(change)
        return found

    def on(self, day: date) -> Tree:
        """The tree as it stood on a day; worked out once for the days between two changes."""
        place = bisect_right(self.days, day)
        if place not in self._trees:
            self._trees[place] = self._tree(day)
        return self._trees[place]

    def until(self, day: date) -> list[Tree]:
        """The trees there were up to a day, the latest first."""
        return [self.on(day), *(self.on(turn - DAY) for turn in reversed(self.days) if date.min < turn <= day)]

    def _tree(self, day: date) -> Tree:
        stood = {unit: self.standing(unit, day) or self._to_come(unit) for unit in self.of_unit}
        into = {unit: one.into for unit, one in stood.items() if one.into}
        tree = Tree((), (), into)
        there = [one.place for one in stood.values() if one.there]
        gone = [one.place for one in stood.values() if not one.there]
        return Tree([replace(place, parent=tree.went_to(place.parent)) for place in there], gone, into)

    def standing(self, unit: str, day: date) -> Standing | None:
        """How a unit stood on a day; None before it was opened."""
        stood: Standing | None = None
        for change in self.of_unit.get(unit, ()):
            if change.since <= day:
                stood = after(stood, change)
        return stood

    def _to_come(self, unit: str) -> Standing:
        """A unit that is opened later: known, and not there."""
        return replace(after(None, self.of_unit[unit][0]), there=False)

    def known_at(self, instant: datetime) -> Chronicle:
        """What was on record at an instant. That a unit was ever opened is always known: one that names no day has
        always been there, and nothing happened in another before its day."""
        known = [change for change in self.changes if self._is_known(change, instant)]
        if len(known) == len(self.changes):
            return self
        if len(known) not in self._known or self._known[len(known)].changes != known:
            self._known[len(known)] = Chronicle(known)
        return self._known[len(known)]

    def _is_known(self, change: Change, instant: datetime) -> bool:
        first = self.of_unit[change.unit][0] is change
        return first or change.recorded_at is None or change.recorded_at <= instant

    def and_then(self, changes: Iterable[Change]) -> Chronicle:
        """The chronicle with more changes entered."""
        return Chronicle([*self.changes, *changes])

    def closed_on(self, unit: str) -> date | None:
        """The day from which a unit is not there any more, past or to come."""
        day: date | None = None
        for change in self.of_unit[unit]:
            if change.kind in ("merged", "closed"):
                day = change.from_on
            elif change.kind == "opened":
                day = None
        return day

    def names(self, unit: str) -> list[str]:
        """Every name a unit ever had, the latest first."""
        told = [change.facts["name"] for change in self.of_unit[unit] if "name" in change.facts]
        return list(dict.fromkeys(reversed(told)))


def check_changes(before: Chronicle, changes: list[Change]) -> Chronicle:
    """The chronicle with more changes. From the first of them on each change must make sense where it stands, and every
    day must give a tree: each unit under one of the tier above that is there, no circle, no two living units of one
    parent with one name. Raises RuleViolation."""
    later = before.and_then(changes)
    start = min(change.since for change in changes)
    for change in later.changes:
        if change.since >= start:
            _check_change(later, change)
    for day in [day for day in later.days if day >= start]:
        tree = later.on(day)
        _check_closed(tree)
        check_tree(list(tree.places.values()))
        _check_names(before.on(day), tree, day)
    return later


def _check_change(later: Chronicle, change: Change) -> None:
    """A unit keeps its tier, and only one that is there is changed; it is merged into another of its tier."""
    code, told = change.unit, later.of_unit[change.unit]
    if len({one.facts["tier"] for one in told if "tier" in one.facts}) > 1:
        raise RuleViolation("tier", N_("%(code)s keeps its tier: open another unit and close this one"), code=code)
    was = _stood_before(change, told)
    if change.kind != "opened" and not (was and was.there):
        raise RuleViolation("from", N_("%(code)s is not there on %(day)s"), code=code, day=change.since)
    into = change.facts.get("into")
    if into is not None and not _takes(later.on(change.since), into, code):
        raise RuleViolation(
            "merged_into", N_("%(code)s is merged into another unit of its tier that is there on that day"), code=code
        )


def _stood_before(change: Change, told: Iterable[Change]) -> Standing | None:
    """How a unit stood when a change came."""
    was: Standing | None = None
    for one in takewhile(lambda one: one is not change, told):
        was = after(was, one)
    return was


def _takes(tree: Tree, into: str, code: str) -> bool:
    """Whether a unit can take in another: one beside it, of its tier, that is there."""
    return into != code and into in tree.places and tree.tier(into) == tree.tier(code)


def _check_closed(tree: Tree) -> None:
    """What lies below a merged unit goes where it went; a unit that is closed without has nothing below it."""
    for place in tree.places.values():
        if place.parent in tree.gone:
            raise RuleViolation(
                "closed_on", N_("%(code)s still has units below it: move, merge or close them first"), code=place.parent
            )


def _check_names(before: Tree, later: Tree, day: date) -> None:
    """No two living units of one parent share a name; what was so before is no reason to refuse something else."""
    known = _twins(before)
    for pair in _twins(later):
        if pair not in known:
            raise RuleViolation(
                "name", N_("%(code)s and %(other)s would lie under one unit with one name (%(day)s): rename one first"),
                code=pair[0], other=pair[1], day=day,
            )  # fmt: skip


def _twins(tree: Tree) -> set[tuple[str, str]]:
    """Pairs of living units of one parent with one name."""
    named: dict[tuple[str, str], str] = {}
    found = set()
    for code, place in sorted(tree.places.items()):
        other = named.setdefault((place.parent, place.name), code)
        if other != code:
            found.add((other, code))
    return found
