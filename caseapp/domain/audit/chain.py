"""Digests that chain records to one another, so that a changed, dropped or swapped one shows. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime

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
