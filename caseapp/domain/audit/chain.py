"""Digests that chain records to one another, so that a changed, dropped or swapped one shows. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from caseapp.domain.org.chronicle import Change

START = "0" * 64


def canonical(value: object) -> str:
    """One text for one value: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(previous: str, content: Mapping[str, object]) -> str:
    """The digest of a record and all before it."""
    return hashlib.sha256((previous + canonical(content)).encode()).hexdigest()


def text_digest(salt: str, texts: Mapping[str, object]) -> str:
    """The salted digest of free text and personal data, which may be erased without breaking the chain."""
    return hashlib.sha256((salt + canonical(texts)).encode()).hexdigest()


def stamp(instant: datetime) -> str:
    """An instant as the digests see it, whatever offset it came with."""
    return instant.astimezone(UTC).isoformat()


def change_content(seq: int, change: Change) -> dict[str, Any]:
    """What the chain covers of a change of the tree."""
    assert change.recorded_at is not None
    return {
        "seq": seq, "unit": change.unit, "kind": change.kind,
        "from_on": change.from_on.isoformat() if change.from_on else None, "facts": dict(change.facts),
        "by": change.by, "recorded_at": stamp(change.recorded_at), "reason": change.reason,
    }  # fmt: skip
