"""Which unit the words 双合村 · 第一组 mean: by code, by name, by the short names people write (contract §5)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from caseapp.domain.exchange.columns import HEADING_OF
from caseapp.domain.exchange.ledger_numbers import whole_number
from caseapp.domain.exchange.ledger_words import fold
from caseapp.kernel.errors import N_, RuleViolation

VILLAGE, GROUP = HEADING_OF["village"], HEADING_OF["group"]
SUFFIX = re.compile(r"(?:社区|村|镇|乡|街道)\Z")
ABOVE_A_TOWN = ("省", "市", "县", "区", "州")
GROUP_SUFFIX = re.compile(r"(?:村民小组|小组|网格|组)\Z")
SHOWN_GROUPS = 12
LONGEST = 100


@dataclass(frozen=True)
class _Unit:
    code: str
    parent: str
    tier: str
    name: str


class UnitLookup:
    """The tree as rows ``(code, parent, tier, name)``, asked by the words of a ledger."""

    def __init__(self, rows: Iterable[tuple[str, str, str, str]]) -> None:
        self.units = {row[0]: _Unit(*row) for row in rows}
        self.by_code = {fold(code): unit for code, unit in self.units.items()}
        self.named = _index(self.units.values(), lambda unit: {_full(unit.name)})
        self.villages = [unit for unit in self.units.values() if unit.tier == "village"]
        self.shortened = _index(self.villages, lambda unit: {_stem(unit.name)})
        self.groups: dict[str, list[_Unit]] = defaultdict(list)
        for unit in self.units.values():
            if unit.tier == "group":
                self.groups[unit.parent].append(unit)

    def place(self, village: str, group: str = "") -> str:
        """The code of the unit two cells name together. Raises RuleViolation(heading, …)."""
        unit = self._village(village) or self._in_one_word(village)
        if not group:
            return unit.code
        if unit.tier == "group":
            return self._group(self.units[unit.parent], group, only=unit).code
        return self._group(unit, group).code

    def tier(self, code: str) -> str:
        """The tier of a unit."""
        return self.units[code].tier

    def _in_one_word(self, text: str) -> _Unit:
        """A village and its group in one cell: 双合村一组, 太和镇双合村1组. Raises RuleViolation."""
        split = self._begun_by_a_village(text) if len(text) <= LONGEST else []
        longest = min((len(rest) for _village, rest in split), default=0)
        found = [(village, rest) for village, rest in split if len(rest) == longest]
        if len(found) == 1:
            return self._group(*found[0])
        raise RuleViolation(VILLAGE, N_("no village or community of ours is called %(name)s"), name=text)

    def _begun_by_a_village(self, text: str) -> list[tuple[_Unit, str]]:
        """The villages whose name a text begins with, each with what follows it."""
        word = re.sub(r"\((.*)\)\Z", r"\1", self._without_town(fold(text)))
        names = ((village, name) for village in self.villages for name in _prefixes(village.name))
        return [(one, word.removeprefix(name)) for one, name in names if word.startswith(name) and word != name]

    def _without_town(self, word: str) -> str:
        for town in (unit for unit in self.units.values() if unit.tier == "town"):
            above, _town, rest = word.partition(fold(town.name))
            word = rest if rest and (not above or above.endswith(ABOVE_A_TOWN)) else word
        return word

    def _village(self, text: str) -> _Unit | None:
        word = self._without_town(_full(text))
        found = (
            [self.by_code[fold(text)]]
            if fold(text) in self.by_code
            else self.named.get(_full(text)) or self.named.get(word) or self.shortened.get(_stem(word)) or []
        )
        if len(found) == 1:
            return found[0]
        if found:
            raise RuleViolation(
                VILLAGE, N_("%(name)s may mean %(units)s; write the whole name or the code"),
                name=text, units="、".join(f"{unit.name} ({unit.code})" for unit in found),
            )  # fmt: skip
        return None

    def _group(self, village: _Unit, text: str, only: _Unit | None = None) -> _Unit:
        candidates = [only] if only else self.groups[village.code]
        word, key = fold(text), _group_key(text, village.name)
        tests: tuple[Callable[[_Unit], bool], ...] = (
            lambda unit: fold(unit.code) == word or fold(unit.name) == word,
            lambda unit: _kind_and_key(unit.name, village.name) == _kind_and_key(text, village.name),
            lambda unit: _group_key(unit.name, village.name) == key,
        )
        for test in tests:
            found = [unit for unit in candidates if test(unit)]
            if len(found) == 1:
                return found[0]
        if found:
            raise RuleViolation(
                GROUP, N_("%(name)s may mean %(units)s; write it out"), name=text,
                units="、".join(map(_written_out, found)),
            )  # fmt: skip
        raise RuleViolation(
            GROUP, N_("%(village)s has no group or grid %(name)s; it has %(groups)s"), village=village.name, name=text,
            groups=_listed(candidates),
        )  # fmt: skip


def _listed(units: Iterable[_Unit]) -> str:
    shown = [unit.name for unit in sorted(units, key=lambda unit: unit.code)]
    return "、".join(shown[:SHOWN_GROUPS]) + ("…" if len(shown) > SHOWN_GROUPS else "") if shown else "—"


def _index(units: Iterable[_Unit], names: Callable[[_Unit], set[str]]) -> dict[str, list[_Unit]]:
    found: dict[str, list[_Unit]] = defaultdict(list)
    for unit in units:
        for name in names(unit):
            found[name].append(unit)
    return dict(found)


def _full(name: str) -> str:
    """A village as it is compared: 双合村委会 is 双合村, 太和社区居委会 is 太和社区."""
    word = re.sub(r"村(?:民)?(?:委员会|委会|委|支两委)\Z", "村", fold(name).replace("村村", "村"))
    return re.sub(r"(?:社区)?居(?:民)?(?:委员会|委会|委)\Z", "社区", word)


def _stem(name: str) -> str:
    return SUFFIX.sub("", _full(name)) or _full(name)


def _prefixes(name: str) -> list[str]:
    """What a village is called before the name of its group: 双合村, 双合村委会, 双合."""
    whole = fold(name)
    return list(dict.fromkeys((whole, f"{whole.removesuffix('村')}村委会", f"{whole}村", _stem(name))))


def _written_out(unit: _Unit) -> str:
    return f"{unit.name} ({unit.code})"


def _kind_and_key(name: str, village: str) -> tuple[str, str | int]:
    """A group 组 and a grid 网格 of the same number are told apart; a bare number says neither."""
    kind = "网格" if fold(name).endswith("网格") else "组" if fold(name).endswith("组") else ""
    return kind, _group_key(name, village)


def _group_key(name: str, village: str) -> str | int:
    """A group as it is compared inside its village: 双合村第一组, 一组, 1组 and 1 are the same."""
    word = fold(name)
    for prefix in (fold(village), _stem(village)):
        word = word.removeprefix(prefix) or word
    word = GROUP_SUFFIX.sub("", re.sub(r"^(?:村)?第?", "", word)) or word
    number = whole_number(word)
    return word if number is None else number
