"""Who is there in the demo township: its units, its people, the standing team of each village.

All people are invented. The demo accounts of contract §2 sit in 双合村; everybody else fills the other chairs.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

TOWN = "TH"
VILLAGES = {
    "TH-SH": "双合村", "TH-DS": "顶上村", "TH-SB": "寺边村", "TH-YX": "样下村", "TH-QL": "七郎村", "TH-WL": "乌萝村",
    "TH-YT": "盐塘村", "TH-WH": "五合村", "TH-LY": "鲢鱼村", "TH-TH": "太和村", "TH-SQ": "太和社区",
}  # fmt: skip
HOME = "TH-SH"
GROUPS = ("第一组", "第二组", "第三组", "第四组")
SEATS = ("lead", "dept", "liaison", "village", "grid")

_SURNAMES = "曹李刘黄邓何廖许胡谢陈王张周罗雷段肖唐邝侯马尹曾彭樊"
_MEN = [first + last for first in "桂冬运石茂承显孝贤满楚" for last in "生贵发顺保求根喜"]
_WOMEN = [first + last for first in "桂冬秀腊湘满" for last in "香兰娥莲姣云"]

Seats = dict[str, tuple[str, str | None]]


@dataclass(frozen=True)
class DemoUser:
    """An account: its posts are (role, unit code)."""

    username: str
    full_name: str
    phone: str | None
    posts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class StandingTeam:
    """Who holds the five seats of a village's cases, A and B."""

    village: str
    seats: Seats


@dataclass(frozen=True)
class Cast:
    """Everybody, and the names left over for the parties of cases."""

    users: list[DemoUser]
    teams: dict[str, StandingTeam]
    names: list[str]


def units() -> list[dict[str, str]]:
    """The real tree: the town, ten villages and a community, four groups each, parents first."""
    rows = [_unit(TOWN, "", "town", "镇", "太和镇")]
    for code, name in VILLAGES.items():
        rows.append(_unit(code, TOWN, "village", name[-2:] if name.endswith("社区") else "村", name))
    for code, name in VILLAGES.items():
        rows += [_unit(f"{code}-{n:02d}", code, "group", "组", name + group) for n, group in enumerate(GROUPS, 1)]
    return rows


def _unit(code: str, parent: str, tier: str, kind: str, name: str) -> dict[str, str]:
    return {"code": code, "parent": parent, "tier": tier, "kind": kind, "name": name}


def village_of(unit: str) -> str:
    """The village of a unit; for the town itself the community around its seat."""
    return "TH-SQ" if unit == TOWN else unit[:5]


def cast(rng: random.Random) -> Cast:
    """Give every chair an invented person; all names differ."""
    names = [surname + given for surname in _SURNAMES for given in _MEN + _WOMEN]
    rng.shuffle(names)
    chairs = _town_chairs() + [chair for village in VILLAGES for chair in _village_chairs(village)]
    users = [DemoUser(name, names.pop(), _phone(nth), posts) for nth, (name, posts) in enumerate(chairs, 1)]
    return Cast(users, {village: _team(nth, village) for nth, village in enumerate(VILLAGES)}, names)


def _phone(nth: int) -> str | None:
    """A number no subscriber can have, for every other person."""
    return f"000-0000-{nth:04d}" if nth % 2 else None


Chair = tuple[str, tuple[tuple[str, str], ...]]
LEADERS = [f"leader-{n}" for n in range(2, 8)]
STATIONS = ["station-justice", "station-police", "station-land", "station-farming"]


def _town_chairs() -> list[Chair]:
    alone = ["station", "leader", "office", "discipline", "auditor", "admin"]
    chairs: list[Chair] = [(name, ((name, TOWN),)) for name in alone]
    chairs += [(name, (("leader", TOWN),)) for name in LEADERS]
    chairs += [(name, (("station", TOWN),)) for name in STATIONS]
    return [*chairs, ("office-2", (("office", TOWN),))]


def _village_chairs(village: str) -> list[Chair]:
    groups = [f"{village}-{n:02d}" for n in range(1, len(GROUPS) + 1)]
    return [
        (cadre(village), (("village", village),)),
        (cadre(village, 2), (("village", village),)),
        (liaison(village), (("liaison", village),)),
        *((grid(group), (("grid", group),)) for group in groups),
    ]


def _short(unit: str) -> str:
    return unit.removeprefix("TH-").lower()


def cadre(village: str, nth: int = 1) -> str:
    """The username of a village's first or second cadre."""
    return "village" if (village, nth) == (HOME, 1) else f"village-{_short(village)}-{nth}"


def liaison(village: str) -> str:
    """The username of the town's officer stationed in the village."""
    return "liaison" if village == HOME else f"liaison-{_short(village)}"


def grid(group: str) -> str:
    """The username of a group's grid official."""
    return "grid" if group == f"{HOME}-01" else f"grid-{_short(group)}"


def neighbour(village: str) -> str:
    """The next village round."""
    codes = list(VILLAGES)
    return codes[(codes.index(village) + 1) % len(codes)]


def _team(nth: int, village: str) -> StandingTeam:
    """The demo leader and station sit in 双合村 alone; the others take the other villages in turn."""
    home = village == HOME
    lead, dept = (nth - 1) % len(LEADERS), (nth - 1) % len(STATIONS)
    return StandingTeam(village, {
        "lead": ("leader" if home else LEADERS[lead], LEADERS[(lead + 1) % len(LEADERS)]),
        "dept": ("station" if home else STATIONS[dept], STATIONS[(dept + 1) % len(STATIONS)]),
        "liaison": (liaison(village), liaison(neighbour(village))),
        "village": (cadre(village), cadre(village, 2)),
        "grid": (grid(f"{village}-01"), grid(f"{village}-02")),
    })  # fmt: skip
