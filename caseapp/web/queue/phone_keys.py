"""The keys that a phone encrypts with what waits in it. They follow from the field keys and from who is logged in: the
same person is given the same keys at every login and on every phone, and nobody else is (docs/decisions/0044)."""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from binascii import Error

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask_login import current_user

from caseapp.db import db
from caseapp.db.sealed import NONCE, seal_of
from caseapp.kernel.errors import N_, RuleViolation

LENGTH = 32
"""Bytes of a key."""


def told_keys() -> str:
    """The keys of who is logged in all the way, by name, the newest last, as a page says them to its scripts."""
    if current_user.stage != "full":
        return ""
    return " ".join(f"{name} {b64encode(key).decode()}" for name, key in _keys(current_user.actor.username))


def closed_for(username: str, told: str) -> dict[str, str]:
    """A key made on a phone, encrypted so that this user alone can open it: what somebody else wrote on the phone is
    closed with it. Raises RuleViolation."""
    try:
        own = b64decode(told, validate=True)
    except (Error, ValueError):
        own = b""
    keys = _keys(username)
    if len(own) != LENGTH or not keys:
        raise RuleViolation("key", N_("this is no key of a phone"))
    name, key = keys[-1]
    nonce = os.urandom(NONCE)
    data = AESGCM(key).encrypt(nonce, own, None)
    return {"k": name, "iv": b64encode(nonce).decode(), "data": b64encode(data).decode()}


def _keys(username: str) -> list[tuple[str, bytes]]:
    seal = seal_of(db.engine.dialect)
    field_keys = seal.keys.values() if seal else ()
    return [(one.name, one.derived(f"what waits in a phone of {username}")) for one in field_keys]
