"""The keys that personal data are encrypted with in the database, as the file that holds them tells them: a line each,
``name cipher key``, the newest last. Data name the key they are encrypted with: old keys stay, for old copies. A name
tells one key from every other, also of another file: it ends in figures worked out from the key."""

from __future__ import annotations

import hmac
import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from caseapp.kernel.errors import N_, CaseappError
from caseapp.kernel.private import create_private, sync_folder

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

    def derived(self, purpose: str) -> bytes:
        """32 bytes that follow from this key and a purpose (HKDF-SHA-256): from them nobody works out this key, nor
        what follows from it for another purpose."""
        extracted = hmac.digest(bytes(32), self.secret, sha256)
        return hmac.digest(extracted, purpose.encode() + b"\x01", sha256)


def new_key(cipher: str, there: Sequence[FieldKey] = ()) -> FieldKey:
    """A key made now, beside those that are there. Raises CaseappError for a cipher that there is not."""
    if cipher not in SIZES:
        raise CaseappError(N_("there is no cipher %(name)s: aes (AES-256-GCM) or sm4 (SM4-GCM)"), name=cipher)
    secret = secrets.token_bytes(SIZES[cipher])
    return FieldKey(f"k{len(there) + 1}-{sha256(secret).hexdigest()[:8]}", cipher, secret)


def read_keys(text: str) -> tuple[FieldKey, ...]:
    """The keys of a file, the newest last. Raises CaseappError when a line is none, or two have one name."""
    keys = tuple(_read(line, nth) for nth, line in enumerate(text.splitlines(), start=1) if line.strip())
    for nth, key in enumerate(keys):
        if any(key.name == other.name for other in keys[:nth]):
            raise CaseappError(N_("two keys of the file of field keys are called %(name)s"), name=key.name)
    return keys


def keys_in(file: Path) -> tuple[FieldKey, ...]:
    """The keys that a file holds. Raises CaseappError when it cannot be read, holds something else, or holds none."""
    try:
        keys = read_keys(file.read_text("ascii"))
    except (OSError, UnicodeDecodeError):
        raise CaseappError(N_("the file of field keys %(path)s cannot be read"), path=file) from None
    if not keys:
        raise CaseappError(N_("the file of field keys %(path)s is empty: put back the copy of it"), path=file)
    return keys


def write_keys(file: Path, keys: Sequence[FieldKey]) -> None:
    """Write a file of keys whole or not at all, for its owner alone; it is on the disk when this returns, so that
    nothing is ever encrypted with a key that a power cut could take away. Raises CaseappError."""
    kept = file.resolve()
    beside = kept.with_name(kept.name + ".part")
    try:
        create_private(beside)
        with beside.open("w", encoding="ascii") as written:
            written.writelines(key.line for key in keys)
            written.flush()
            os.fsync(written.fileno())
        beside.replace(kept)
        sync_folder(kept.parent)
    except OSError:
        raise CaseappError(N_("the file of field keys %(path)s cannot be written"), path=file) from None


def _read(line: str, nth: int) -> FieldKey:
    try:
        name, cipher, told = line.split()
        key = FieldKey(name, cipher, urlsafe_b64decode(told))
        if len(key.secret) == SIZES[cipher]:
            return key
    except (ValueError, KeyError, Error):
        pass
    raise CaseappError(N_("line %(nth)d of the file of field keys is no key"), nth=nth)
