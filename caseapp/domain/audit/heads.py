"""The mark of a key on the end of a chain: whoever writes the database without the key adds nothing unseen. Pure."""

from __future__ import annotations

import hmac
from hashlib import sha256

from caseapp.domain.audit.chain import canonical

KEYED = "heads_keyed"
"""The entry of the log that says from when on the ends of the chains bear marks, and of which key."""


def head_mark(key: str, name: str, seq: int, digest: str) -> str:
    """The mark of a key on the end of a chain."""
    return _under(key, {"chain": name, "seq": seq, "digest": digest})


def bears_mark(key: str, mark: str, end: tuple[str, int, str]) -> bool:
    """Whether the end of a chain (its name, the number and the digest of its last link) bears the mark of a key."""
    return bool(key) and hmac.compare_digest(mark.encode(), head_mark(key, *end).encode())


def key_sign(key: str) -> str:
    """By what a key is told from another one, without being known by it."""
    return _under(key, "which key")[:16]


def _under(key: str, told: object) -> str:
    return hmac.new(key.encode(), canonical(told).encode(), sha256).hexdigest()
