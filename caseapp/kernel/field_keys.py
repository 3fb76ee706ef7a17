"""The keys that personal data are encrypted with in the database, as the file that holds them tells them: a line each,
``name cipher key``, the newest last. Data name the key they are encrypted with: old keys stay, for old copies."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from dataclasses import dataclass
from pathlib import Path

from caseapp.kernel.errors import N_, CaseappError

SIZES = {"aes": 32, "sm4": 16}
"""Bytes of a key: AES-256-GCM, SM4-GCM (国密)."""


@dataclass(frozen=True)
class FieldKey:
    """One key."""

    name: str
    cipher: str
    secret: bytes

    @property
    def line(self) -> str:
        """As the file holds it."""
        return f"{self.name} {self.cipher} {urlsafe_b64encode(self.secret).decode()}\n"


def new_key(cipher: str, nth: int = 1) -> FieldKey:
    """A key made now. Raises CaseappError for a cipher that there is not."""
    if cipher not in SIZES:
        raise CaseappError(N_("there is no cipher %(name)s: aes (AES-256-GCM) or sm4 (SM4-GCM)"), name=cipher)
    return FieldKey(f"k{nth}", cipher, secrets.token_bytes(SIZES[cipher]))


def read_keys(text: str) -> tuple[FieldKey, ...]:
    """The keys of a file, the newest last. Raises CaseappError when a line is none."""
    return tuple(_read(line, nth) for nth, line in enumerate(text.splitlines(), start=1) if line.strip())


def keys_in(file: Path) -> tuple[FieldKey, ...]:
    """The keys that a file holds. Raises CaseappError when it cannot be read, or holds something else."""
    try:
        return read_keys(file.read_text("ascii"))
    except (OSError, UnicodeDecodeError):
        raise CaseappError(N_("the file of field keys %(path)s cannot be read"), path=file) from None


def _read(line: str, nth: int) -> FieldKey:
    try:
        name, cipher, told = line.split()
        key = FieldKey(name, cipher, urlsafe_b64decode(told))
        if len(key.secret) == SIZES[cipher]:
            return key
    except (ValueError, KeyError, Error):
        pass
    raise CaseappError(N_("line %(nth)d of the file of field keys is no key"), nth=nth)
