"""What a case adds to a window, packed into two numbers for the table that keeps it, and taken out again. Pure.

``marks`` has a bit for each line, each side of each rate, and each figure apart; ``block`` one for each count of the
county's block, and says where the case stands. Nearly all that a case adds is one; what is more stands in ``more``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import accumulate
from struct import Struct
from typing import NamedTuple

from caseapp.domain.cases.events import Head
from caseapp.domain.cases.words import CHANNELS, TRACKS
from caseapp.domain.org.tree import TIERS
from caseapp.domain.rates import county
from caseapp.domain.rates.formulas import APART, COHORTS, LINES, RATES, Contribution, Count

LATE_ITEMS = "late", "items"
"""How many items are late at the end of a month: no case adds it to a window, it is summed by itself."""
MARKS = (
    *(("lines", key) for key in LINES), *((side, key) for key in RATES for side in ("n", "d")),
    *(("apart", key) for key in APART), LATE_ITEMS,
)  # fmt: skip
"""Every number of a report by its kind and its key."""
COUNTED = (
    *(key for key in county.COUNTS if key not in county.HEADS),
    *(f"{key}.{side}" for key in county.RATES for side in ("n", "d")),
)  # fmt: skip
MARK = {name: 1 << at for at, name in enumerate(MARKS)}
COUNT = {name: 1 << at for at, name in enumerate(COUNTED)}
NOWHERE = ""
"""The category of an accusation, which stands in no breakdown."""
STANDS: dict[str, tuple[str, ...]] = {"track": TRACKS, "tier": TIERS, "cohort": COHORTS, "channel": CHANNELS}
"""Where a case stands in the breakdowns whose parts never change."""
WIDTHS = [(len(keys) - 1).bit_length() for keys in STANDS.values()]
SHIFT = dict(zip(STANDS, accumulate(WIDTHS[:-1], initial=len(COUNTED)), strict=True))
MASK = {kind: (1 << width) - 1 for kind, width in zip(STANDS, WIDTHS, strict=True)}
FOR_THE_COUNTY = (1 << len(COUNTED)) - 1 | MASK["channel"] << SHIFT["channel"]
"""The bits of ``block`` that the county's figures go by."""
AT = {kind: {key: at << SHIFT[kind] for at, key in enumerate(keys)} for kind, keys in STANDS.items()}
FIELDS = Struct(f"<{len(MARKS)}Q")


class Packed(NamedTuple):
    """What a case adds to a window. ``people`` is its headcount, where people are counted."""

    marks: int
    block: int
    people: int
    category: str
    lead: str | None
    more: str | None


def pack(head: Head, adds: Contribution, amounts: Mapping[str, int]) -> Packed | None:
    """What a case adds to a window; None when that is nothing. Where an accusation stands is not kept: it is in no
    breakdown."""
    marks = block = people = 0
    more: list[str] = []
    for kind, key, count in adds.counts():
        if count:
            marks |= MARK[kind, key]
        if count > 1:
            more.append(f"{kind}.{key}={count}")
    for name, amount in amounts.items():
        block |= COUNT.get(name, 0)
        people = amount if name in county.HEADS else people
    if not marks and not block:
        return None
    told = ",".join(sorted(more)) or None
    if head.sealed:
        return Packed(marks, block, 0, NOWHERE, None, told)
    return Packed(marks, block | _stands(head, adds), people, str(adds.category), adds.lead, told)


def _stands(head: Head, adds: Contribution) -> int:
    assert adds.tier is not None
    assert adds.cohort is not None
    stands = AT["track"][head.track] | AT["channel"][head.channel]
    return stands | AT["tier"][adds.tier] | AT["cohort"][adds.cohort]


@lru_cache(maxsize=4096)
def counts_in(marks: int, more: str | None) -> tuple[Count, ...]:
    """Every number again that a case adds to."""
    told = dict(one.split("=") for one in more.split(",")) if more else {}
    return tuple((kind, key, int(told.get(f"{kind}.{key}", 1))) for kind, key in MARKS if marks & MARK[kind, key])


@lru_cache(maxsize=4096)
def spread(marks: int, more: str | None) -> int:
    """The same as one number with a field for each. Such numbers are added and multiplied as they are, all fields at
    once."""
    counts = {(kind, key): count for kind, key, count in counts_in(marks, more)}
    return int.from_bytes(FIELDS.pack(*(counts.get(name, 0) for name in MARKS)), "little")


def gathered(total: int) -> Iterator[Count]:
    """Every number in a sum of them."""
    for (kind, key), count in zip(MARKS, fields_in(total), strict=True):
        if count:
            yield kind, key, count


def fields_in(total: int) -> tuple[int, ...]:
    """The fields of a sum, in the order of ``MARKS``."""
    return FIELDS.unpack(total.to_bytes(FIELDS.size, "little"))


def of_fields(told: Mapping[str, int]) -> int:
    """A sum from those of its fields that are not nought, by their places."""
    fields = [0] * len(MARKS)
    for at, count in told.items():
        fields[int(at)] = count
    return int.from_bytes(FIELDS.pack(*fields), "little")


def amounts_in(block: int, people: int, cases: int = 1) -> county.Amounts:
    """What so many cases with so many people add to the county's figures."""
    found = {key: cases for key in COUNTED if block & COUNT[key]}
    found |= {key: people for key, of in county.HEADS.items() if of in found}
    if "items" in found:
        found |= {f"{stands('channel', block)}.{key}": found[key] for key in county.BY_CHANNEL}
    return found


def stands(kind: str, block: int) -> str:
    """Where a case stands in a breakdown of ``STANDS``."""
    return STANDS[kind][block >> SHIFT[kind] & MASK[kind]]
