"""In which order tests run: what takes long begins first and is shared out evenly, so that no core waits at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

QUICK = 0.1  # seconds: a test without a mark
SLOW = 10  # seconds: one that is marked, without a number


def in_order(items: Sequence[pytest.Item], workers: int) -> list[pytest.Item]:
    """The order for some workers, of whom each begins with a part of its own, one after the other as long as each other
    in number (``--dist worksteal``). Tests of one file on one database stay together: what they share is made once."""
    slow = sorted(_groups([one for one in items if _seconds(one) > QUICK]), key=_whole, reverse=True)
    quick = [one for one in items if _seconds(one) <= QUICK]
    parts: list[list[pytest.Item]] = [[] for _worker in range(workers)]
    for group in slow:
        min(parts, key=_whole).extend(group)
    ordered: list[pytest.Item] = []
    for nth, part in enumerate(parts):
        share = len(items) * (nth + 1) // workers - len(ordered) - len(part)
        ordered += [*part, *quick[: max(share, 0)]]
        quick = quick[max(share, 0) :]
    return ordered + quick


def _seconds(item: pytest.Item) -> float:
    return max((float(mark.kwargs.get("seconds", SLOW)) for mark in item.iter_markers("slow")), default=QUICK)


def _whole(items: Sequence[pytest.Item]) -> float:
    return sum(map(_seconds, items))


def _groups(items: Sequence[pytest.Item]) -> Iterator[list[pytest.Item]]:
    """The slow tests of one file on one database, the longest first."""
    keys = [(one.path, one.get_closest_marker("postgres") is not None) for one in items]
    for key in dict.fromkeys(keys):
        group = [one for one, own in zip(items, keys, strict=True) if own == key]
        yield sorted(group, key=_seconds, reverse=True)
