"""Holding the chains against their digests, and anchors against the chains. Pure: takes rows, finds broken places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from caseapp.domain.audit.anchor import CHAINS, Anchor
from caseapp.domain.audit.chain import START, digest
from caseapp.kernel.clock import SHANGHAI
from caseapp.kernel.errors import N_, CaseappError


@dataclass
class Link:
    """One record of a chain: its place, what its digest covers beside the digest of the one before it, and its digest
    on record."""

    seq: int
    content: Mapping[str, Any]
    digest: str


@dataclass
class Verified:
    """How much was looked at, how many texts had been erased, how many anchors held, and every broken place."""

    events: int = 0
    cases: int = 0
    entries: int = 0
    erased: int = 0
    anchors: int = 0
    broken: list[CaseappError] = field(default_factory=list)


def check_chain(links: Iterable[Link], name: str) -> tuple[int, str]:
    """Hold a chain against its digests; returns its length and its last digest. Raises CaseappError where it breaks."""
    seq, head = 0, START
    for link in links:
        seq += 1
        if link.seq != seq:
            raise CaseappError(N_("%(name)s: record %(seq)d is missing"), name=name, seq=seq)
        if link.digest != digest(head, link.content):
            raise CaseappError(N_("%(name)s: record %(seq)d was changed"), name=name, seq=seq)
        head = link.digest
    return seq, head


@dataclass
class Places:
    """What the chains hold at the places that anchors name: the digest there, and how much was counted up to it."""

    wanted: set[tuple[str, int]]
    digests: dict[tuple[str, int], str] = field(default_factory=dict)
    counted: Counter[tuple[str, int]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.digests |= {(name, 0): START for name in CHAINS}

    def pass_by(self, name: str, link: Link, count: int = 0) -> None:
        """A record was read, and so much was counted up to it."""
        if (name, link.seq) in self.wanted:
            self.digests[name, link.seq] = link.digest
            self.counted[name, link.seq] = count


def found_in_the_log(
    given: Iterable[Anchor], own: Sequence[Anchor], *, keyed: bool
) -> tuple[list[Anchor], list[CaseappError]]:
    """Anchors that were kept elsewhere, those read from paper with what the log holds of them; and those of which the
    log no longer knows, as problems: it was cut or written anew since. What the log says of an anchor is believed for
    its mark alone: without the key (``keyed``) one on paper shows nothing."""
    found, lost = [], []
    for anchor in given:
        known = anchor if anchor.ends else next((one for one in own if _is_of(anchor, one)), None)
        if not anchor.ends and not keyed:
            lost.append(CaseappError(N_("the anchor of %(at)s cannot be checked without the key"), **_when(anchor)))
        elif known is None:
            lost.append(CaseappError(N_("the anchor of %(at)s is not in the log, or was changed"), **_when(anchor)))
        else:
            found.append(known)
    return found, lost


def _is_of(written: Anchor, one: Anchor) -> bool:
    return written.at == one.at and one.mark.startswith(written.mark)


def _when(anchor: Anchor) -> dict[str, str]:
    return {"at": anchor.at.astimezone(SHANGHAI).isoformat(" ", "minutes")[:16]}


def places_of(anchors: Iterable[Anchor]) -> Places:
    """The places that anchors name."""
    return Places({(name, anchor.ends[name]) for anchor in anchors for name in anchor.ends})


def check_anchor(anchor: Anchor, there: Places, key: bytes | None) -> list[CaseappError]:
    """Whether everything that an anchor holds fast is still there; every reason why not. ``key``: the one that anchors
    are marked with; without it an anchor that knows digests is held against these alone."""
    told = _when(anchor)
    lost = _cut_off(anchor, there, told)
    if lost:
        return lost
    now = {name: there.digests[name, anchor.ends[name]] for name in anchor.ends}
    problems = [*_rewritten(anchor, now, told), *_counts(anchor, there, told)]
    return problems or _unmarked(anchor, now, key, told)


def _cut_off(anchor: Anchor, there: Places, told: Mapping[str, str]) -> list[CaseappError]:
    text = N_("%(name)s: what the anchor of %(at)s holds fast was cut off")
    lost = [name for name in anchor.ends if (name, anchor.ends[name]) not in there.digests]
    return [CaseappError(text, name=name, **told) for name in lost]


def _rewritten(anchor: Anchor, now: Mapping[str, str], told: Mapping[str, str]) -> list[CaseappError]:
    text = N_("%(name)s: what the anchor of %(at)s holds fast was rewritten")
    changed = [name for name in anchor.digests if anchor.digests[name] != now[name]]
    return [CaseappError(text, name=name, **told) for name in changed]


def _unmarked(anchor: Anchor, now: Mapping[str, str], key: bytes | None, told: Mapping[str, str]) -> list[CaseappError]:
    text = N_("the anchor of %(at)s: what it holds fast was rewritten, or its mark is not that of this key")
    return [] if key is None or anchor.bears_mark_of(key, now) else [CaseappError(text, **told)]


def _counts(anchor: Anchor, there: Places, told: Mapping[str, str]) -> list[CaseappError]:
    cases, frozen = (there.counted[name, anchor.ends[name]] for name in ("seals", "audit"))
    problems = []
    if cases != anchor.cases:
        text = N_("the anchor of %(at)s counts %(then)d cases, and there are %(now)d of them")
        problems.append(CaseappError(text, then=anchor.cases, now=cases, **told))
    if frozen != anchor.frozen:
        text = N_("the anchor of %(at)s counts %(then)d frozen reports, and there are %(now)d of them")
        problems.append(CaseappError(text, then=anchor.frozen, now=frozen, **told))
    return problems
