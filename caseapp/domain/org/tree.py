"""The group–village–town tree (组–村–镇) as the rules see it: who lies above whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Protocol

from caseapp.kernel.errors import N_, RuleViolation

TIERS = ("group", "village", "town")
ABOVE = {"group": "village", "village": "town"}


@dataclass(frozen=True)
class Place:
    """One unit: its code, the code of the unit above it ("" for a town), tier, kind (村, 社区 …) and name."""

    code: str
    parent: str
    tier: str
    kind: str
    name: str


class Trees(Protocol):
    """The units of any day."""

    def on(self, day: date) -> Tree:
        """The tree as it stood on a day."""
        ...


class Tree:
    """The units of one day, by code.

    ``places`` are those that were there. ``gone`` are those merged or closed by then, and those opened later: what
    arose in them can be told, and nothing new goes to them. ``into`` says what was merged into what.
    """

    def __init__(
        self, places: Iterable[Place], gone: Iterable[Place] = (), into: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self.places: Mapping[str, Place] = {place.code: place for place in places}
        self.gone: Mapping[str, Place] = {place.code: place for place in gone}
        self.into = into
        self._villages: dict[str, str] = {}
        self._within: dict[str, list[str]] = {}

    def on(self, _day: date) -> Tree:
        """A tree without a past stood like this on every day."""
        return self

    def __contains__(self, code: object) -> bool:
        return code in self.places or code in self.gone

    def place(self, code: str, field: str = "unit") -> Place:
        """The unit of a code, also one that is gone. Raises RuleViolation when nobody knows it."""
        try:
            return self.places.get(code) or self.gone[code]
        except (KeyError, TypeError):
            raise RuleViolation(field, N_("there is no unit with the code %(code)s"), code=code) from None

    def tier(self, code: str) -> str:
        """The tier of a unit."""
        return self.place(code).tier

    def went_to(self, code: str) -> str:
        """The unit that a unit was merged into, however often; itself when it was not."""
        seen: set[str] = set()
        while code in self.into and code not in seen:
            seen.add(code)
            code = self.into[code]
        return code

    def heir(self, code: str) -> str:
        """The unit that answers for a unit: the one it was merged into, the one above it when it was closed."""
        code = self.went_to(code)
        while code not in self.places and self.place(code).parent:
            code = self.went_to(self.place(code).parent)
        return code

    def line(self, code: str) -> list[str]:
        """The unit and all above it, nearest first. Above a unit that was merged lies the one it went to."""
        found = []
        while code:
            found.append(code)
            code = self.went_to(code) if code in self.into else self.place(code).parent
        return found

    def full_name(self, code: str) -> str:
        """A unit as people say it: a group with its village unless the name says it already."""
        place = self.place(code)
        above = self.place(place.parent) if place.parent else None
        if place.tier != "group" or above is None or place.name.startswith(above.name):
            return place.name
        return above.name + place.name

    def town_of(self, code: str) -> str:
        """The town a unit belongs to."""
        return self.line(code)[-1]

    def village_of(self, code: str) -> str:
        """The village a unit belongs to, the one it went to when it was merged; the town's own code for the town itself
        (rates.md §3). It is asked for every case and window, and found once."""
        if code not in self._villages:
            villages = (self.went_to(up) for up in self.line(code) if self.tier(up) == "village")
            self._villages[code] = next(villages, self.town_of(code))
        return self._villages[code]

    def is_within(self, code: str, unit: str) -> bool:
        """Whether a unit is the other one or lies below it."""
        return unit in self.line(code)

    def subtree(self, unit: str) -> list[str]:
        """The unit and everything below it that is there, in order of code."""
        return sorted(code for code in self.places if self.is_within(code, unit))

    def all_within(self, unit: str) -> list[str]:
        """The unit and everything below it, also what is gone, in order of code."""
        if unit not in self._within:
            self._within[unit] = sorted(code for code in (*self.places, *self.gone) if self.is_within(code, unit))
        return self._within[unit].copy()


def check_tree(places: list[Place]) -> None:
    """A tree has known tiers, each unit under one of the tier above, no code twice, no circle. Raises RuleViolation."""
    by_code: dict[str, Place] = {}
    for place in places:
        check_place(place)
        if place.code in by_code:
            raise RuleViolation("code", N_("the code %(code)s stands there twice"), code=place.code)
        by_code[place.code] = place
    for place in places:
        _check_parent(place, by_code)


def check_place(place: Place) -> None:
    """A unit has a code and a name that the tables hold, and a known tier. Raises RuleViolation."""
    if not place.code or not place.name:
        raise RuleViolation("code", N_("every unit needs a code and a name (%(code)s)"), code=place.code or place.name)
    if not _is_code(place.code):
        raise RuleViolation(
            "code", N_("%(code)s is no code: up to 40 characters without a stroke"), code=place.code[:60]
        )
    if not _is_called_so(place.kind, place.name):
        raise RuleViolation(
            "name", N_("%(code)s: the name has up to 80 characters, the kind up to 20"), code=place.code
        )
    if place.tier not in TIERS:
        raise RuleViolation(
            "tier",
            N_("%(code)s: the tier %(tier)s is none of town, village, group"),
            code=place.code,
            tier=place.tier,
        )


def _is_code(code: str) -> bool:
    return len(code) <= 40 and "/" not in code and code.isprintable()


def _is_called_so(kind: str, name: str) -> bool:
    return len(name) <= 80 and len(kind) <= 20 and (name + kind).isprintable()


def _check_parent(place: Place, by_code: Mapping[str, Place]) -> None:
    seen = {place.code}
    above = place
    while above.parent:
        if above.parent in seen:
            raise RuleViolation("parent", N_("%(code)s lies under itself: the tree runs in a circle"), code=place.code)
        if above.parent not in by_code:
            raise RuleViolation(
                "parent", N_("%(code)s: there is no unit %(parent)s above it"), code=above.code, parent=above.parent
            )
        seen.add(above.parent)
        above = by_code[above.parent]
    expected = ABOVE.get(place.tier)
    if (by_code[place.parent].tier if place.parent else None) != expected:
        raise RuleViolation(
            "parent",
            N_("%(code)s is a %(tier)s and cannot lie under %(parent)s"),
            code=place.code,
            tier=place.tier,
            parent=place.parent or "—",
        )
