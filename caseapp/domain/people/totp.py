"""One-time passwords by time (TOTP, RFC 6238), as any authenticator app makes them: six figures every 30 seconds.

Pure.
"""

from __future__ import annotations

import hmac
from base64 import b32decode, b32encode
from datetime import datetime
from urllib.parse import quote, urlencode

SECONDS, FIGURES = 30, 6
SECRET_BYTES = 20
SKEW = 1
"""A clock may be off by so many steps, either way."""


def as_secret(random: bytes) -> str:
    """Random bytes as a secret is written."""
    return b32encode(random).decode()


def step_of(now: datetime) -> int:
    """Which step of 30 seconds an instant lies in."""
    return int(now.timestamp()) // SECONDS


def code_at(secret: str, step: int) -> str:
    """The code of a step (RFC 4226 §5.3)."""
    mac = hmac.digest(b32decode(secret), step.to_bytes(8, "big"), "sha1")
    start = mac[-1] & 15
    number = int.from_bytes(mac[start : start + 4], "big") & 0x7FFFFFFF
    return str(number % 10**FIGURES).zfill(FIGURES)


def matching_step(secret: str, typed: str, now: datetime, last: int) -> int | None:
    """The step whose code was typed: of now, or one off; none at or before the last one taken, so that no code is taken
    twice."""
    here = step_of(now)
    for step in range(here - SKEW, here + SKEW + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), typed.encode()) and step > last:
            return step
    return None


def address_of(secret: str, username: str, issuer: str) -> str:
    """What the QR code holds, for the app to read."""
    told = urlencode({"secret": secret, "issuer": issuer, "digits": FIGURES, "period": SECONDS}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(username)}?{told}"
