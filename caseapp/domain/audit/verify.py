"""Holding the chains against their digests. Pure: takes rows, finds the first broken place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from caseapp.domain.audit.chain import START, digest
from caseapp.kernel.errors import N_, CaseappError


@dataclass
class Link:
    """One record of a chain: its place, what its digest covers, and the digests on record."""

    seq: int
    content: Mapping[str, Any]
    previous: str
    digest: str


@dataclass
class Verified:
    """How much was looked at, how many texts had been erased, and the first broken place."""

    events: int = 0
    cases: int = 0
    entries: int = 0
    erased: int = 0
    broken: list[CaseappError] = field(default_factory=list)


def check_chain(links: Iterable[Link], name: str) -> tuple[int, str]:
    """Hold a chain against its digests; returns its length and its last digest. Raises CaseappError where it breaks."""
    seq, head = 0, START
    for link in links:
        seq += 1
        if link.seq != seq:
            raise CaseappError(N_("%(name)s: record %(seq)d is missing"), name=name, seq=seq)
        if link.previous != head or link.digest != digest(head, link.content):
            raise CaseappError(N_("%(name)s: record %(seq)d was changed"), name=name, seq=seq)
        head = link.digest
    return seq, head
