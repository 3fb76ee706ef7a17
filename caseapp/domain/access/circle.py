"""Who is out of a case because of whom it complains of (回避, 信访工作条例 art. 28): the one rule, pure.

Complained of is a unit by its code, an official by the user name, or somebody without an account in words and by the
unit (``会计@TH-SH``). Each bars more than itself: who sits beside an official, under them or for them is no stranger.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from caseapp.domain.org.tree import Tree

AT = "@"
HEADS = "leader"
Pair = tuple[str, str]


@dataclass(frozen=True)
class PostHeld:
    """A post: whose, which role, at which unit, and from which day on it is over; None while it is held."""

    person: str
    role: str
    unit: str
    ended_on: date | None = None


@dataclass(frozen=True)
class Bar:
    """One bar, and whose naming is its cause (``because``, as it stands on record): a person; every post of a unit and
    of the units below it; or, with a role, the posts of that role in that very unit."""

    because: str
    unit: str | None = None
    role: str | None = None
    person: str | None = None


def circle(
    named: Mapping[str, date], posts: Iterable[PostHeld], pairs: Iterable[Pair], tree: Tree
) -> frozenset[Bar]:  # fmt: skip
    """Whom it bars that some are complained of; ``named`` says since which day each of them is. ``pairs``: who is whose
    deputy (AB角).

    - A unit bars every post in it and below it.
    - Somebody in words bars all of the unit they are said to be of: nobody can tell there who is meant.
    - An official bars themselves, their deputies and whose deputy they are; every post in a unit where they hold a post
      and below it, not the unit above. Of the town, which has no departments in its tree, an official bars the posts of
      the same role, a leader the whole town.

    A post counts from the day of the naming on, also one that is given later; none ceases to count because it ended.
    """
    held, deputies = list(posts), list(pairs)
    bars: set[Bar] = set()
    for name, since in named.items():
        unit = unit_meant(name, tree)
        bars |= {Bar(name, unit=unit)} if unit else set(_of_an_official(name, since, held, deputies, tree))
    return frozenset(bars)


def unit_meant(name: str, tree: Tree) -> str | None:
    """The unit that a naming bars as a whole: itself, or the one that somebody in words is said to be of; the one it
    was merged into. None for a user name."""
    said, at, of = name.rpartition(AT)
    unit = tree.went_to(of if at and said and name not in tree else name)
    return unit if unit in tree else None


def officials(named: Iterable[str], tree: Tree) -> set[str]:
    """Those of the named that are no units and said to be of none: user names."""
    return {name for name in named if unit_meant(name, tree) is None}


def _of_an_official(
    name: str, since: date, posts: Iterable[PostHeld], pairs: Iterable[Pair], tree: Tree
) -> Iterator[Bar]:  # fmt: skip
    yield Bar(name, person=name)
    for pair in pairs:
        if name in pair:
            yield from (Bar(name, person=other) for other in pair if other != name)
    for post in posts:
        if post.person == name and (post.ended_on is None or post.ended_on > since):
            yield _of_a_post(name, post, tree)


def _of_a_post(name: str, post: PostHeld, tree: Tree) -> Bar:
    unit = tree.went_to(post.unit)
    whole = tree.tier(unit) != "town" or post.role == HEADS
    return Bar(name, unit=unit, role=None if whole else post.role)


def bars_post(bar: Bar, role: str, line: Iterable[str]) -> bool:
    """Whether a bar meets a post: by its role and its unit, given with all units above it, nearest first."""
    above = list(line)
    return bar.unit == above[0] and bar.role == role if bar.role else bar.unit in above
