"""An anchor holds fast where the logs end at an instant, under a key that is not in the database: kept elsewhere, on
paper, in a mail or in a file, it shows whether what was on record then is still there. Pure."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from caseapp.domain.audit.chain import canonical
from caseapp.kernel.errors import N_, RuleViolation

CHAINS = ("audit", "seals", "units", "held")
SINCE_EVER = ("audit", "seals", "units")
"""The chains of the first anchors; one that was made later knows of more."""
STAMP = "%Y%m%dT%H%M%SZ"
SHORT_MARK = 20
"""So many signs of the mark stand on paper: 80 bits, which nobody guesses."""
WRITTEN = re.compile(r"A1\W+(?P<at>\d{8}T\d{6}Z)\W+(?P<mark>[0-9a-f]{4}(?:\W?[0-9a-f]{4}){4})", re.IGNORECASE)


@dataclass(frozen=True)
class Anchor:
    """Where each chain ended, how many cases were sealed and how many reports were frozen until then, and the mark of a
    key over all of it. Read from paper it knows only its instant and the beginning of its mark: how many records there
    are would tell a reader of papers how many are kept from them."""

    at: datetime
    ends: Mapping[str, int]
    cases: int
    frozen: int
    digests: Mapping[str, str] = field(default_factory=dict)
    mark: str = ""

    def marked(self, key: bytes) -> Anchor:
        """The same with the mark of a key."""
        return replace(self, mark=hmac.new(key, canonical(self._held()).encode(), sha256).hexdigest())

    def bears_mark_of(self, key: bytes, digests: Mapping[str, str]) -> bool:
        """Whether its mark is that of a key over these digests."""
        whole = replace(self, digests=digests).marked(key).mark
        return bool(self.mark) and hmac.compare_digest(whole[: len(self.mark)].encode(), self.mark.encode())

    def _held(self) -> dict[str, Any]:
        return {
            "at": self.at.astimezone(UTC).strftime(STAMP), "ends": dict(self.ends), "digests": dict(self.digests),
            "cases": self.cases, "frozen": self.frozen,
        }  # fmt: skip

    @property
    def record(self) -> dict[str, Any]:
        """All of it as plain data."""
        return {**self._held(), "mark": self.mark}

    @property
    def text(self) -> str:
        """What stands on paper: short enough to be typed."""
        mark = "-".join(self.mark[at : at + 4] for at in range(0, SHORT_MARK, 4))
        return f"A1-{self.at.astimezone(UTC).strftime(STAMP)}-{mark}"


def from_record(told: Mapping[str, Any]) -> Anchor:
    """An anchor from plain data. Raises RuleViolation."""
    try:
        at = datetime.strptime(told["at"], STAMP).replace(tzinfo=UTC)
        names = [name for name in CHAINS if name in SINCE_EVER or name in told["ends"]]
        ends = {name: int(told["ends"][name]) for name in names}
        digests = {name: str(told["digests"][name]) for name in names}
        return Anchor(at, ends, int(told["cases"]), int(told["frozen"]), digests, str(told["mark"]))
    except (KeyError, TypeError, ValueError):
        raise _no_anchor(str(told)) from None


def from_text(text: str) -> Anchor:
    """An anchor as it stands on paper or in a mail; blanks and dashes do not matter. Raises RuleViolation."""
    found = WRITTEN.search(text)
    try:
        if found is None:
            raise ValueError(text)
        at = datetime.strptime(found["at"].upper(), STAMP).replace(tzinfo=UTC)
    except ValueError:
        raise _no_anchor(text) from None
    mark = re.sub(r"\W", "", found["mark"]).lower()
    return Anchor(at, {}, 0, 0, {}, mark)


def from_line(line: str) -> Anchor:
    """An anchor as a line of the file, or as text. Raises RuleViolation."""
    try:
        told = json.loads(line)
    except ValueError:
        return from_text(line)
    if not isinstance(told, Mapping):
        raise _no_anchor(line)
    return from_record(told)


def as_line(anchor: Anchor, entry: int) -> str:
    """A line of the file: all of an anchor, and the entry of the log that made it."""
    return json.dumps({"entry": entry, "text": anchor.text, **anchor.record}, ensure_ascii=False)


def _no_anchor(text: str) -> RuleViolation:
    return RuleViolation("anchor", N_("%(text)s is no anchor, and no file of anchors"), text=text[:60])
