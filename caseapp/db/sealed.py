"""Columns whose values are encrypted in the database: telephone numbers, addresses and identity numbers of people, and
addresses that messages go to. Who copies the database, or one of its copies, reads none of them without the file of the
keys."""

from __future__ import annotations

import hmac
import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import JSON, Dialect, Engine, String
from sqlalchemy.types import TypeDecorator

from caseapp.kernel.errors import CaseappError
from caseapp.kernel.field_keys import FieldKey, keys_in
from caseapp.kernel.outage import Outage
from caseapp.kernel.personal import PERSONAL

MARK, NONCE, TAG = "sealed:", 12, 16
CLEAR = f"{MARK}."
"""What a text begins with that begins with ``MARK`` itself and is not encrypted, because there is no key."""
SHAPE = re.compile(rf"{MARK}([^\s.]+)\.([A-Za-z0-9_-]{{38,}}={{0,2}})")
"""How an encrypted text looks: the name of its key, and base64 of at least the nonce, a byte and the tag."""
LOOK_UP, DIGEST = "look-up", 16
"""What the secret of digests is derived for, and the bytes of a digest."""
LONGEST, LONGEST_ADDRESS = 200, 2000
"""Characters of the longest telephone or identity number, or token, and of the longest address, encrypted."""


class FieldCipher:
    """Encrypts with the newest of some keys, and opens what any of them encrypted. Where they come from a ``file``, a
    key that is added to it is known at once, so that a service goes on while everything is encrypted anew."""

    def __init__(self, keys: Sequence[FieldKey], file: Path | None = None) -> None:
        self._take(keys)
        self._file, self._stamp = file, _stamp(file)

    def close(self, text: str) -> str:
        """A text encrypted, with the name of the key; what is empty stays so."""
        if not text:
            return text
        self._look()
        nonce, key = os.urandom(NONCE), self.newest
        return f"{MARK}{key.name}.{urlsafe_b64encode(nonce + _encrypted(key, nonce, text.encode())).decode()}"

    def open(self, text: str) -> str:
        """A text as it was. Raises Outage when its key is not there, or somebody changed it."""
        found = SHAPE.fullmatch(text)
        if found is None:
            return text.removeprefix(CLEAR)
        name, told = found.groups()
        if name not in self.keys:
            self._look()
        try:
            key, data = self.keys[name], urlsafe_b64decode(told)
            return _decrypted(key, data[:NONCE], data[NONCE:]).decode()
        except (KeyError, ValueError, InvalidTag):
            raise Outage("keys", name) from None

    def digests(self, text: str) -> Iterator[str]:
        """What a text is looked up by, under each key, the newest first: the same for the same text and key, and worked
        out by nobody without it."""
        self._look()
        newest_first = sorted(self.keys.values(), key=lambda key: key is not self.newest)
        return (digest_under(key.derived(LOOK_UP), text) for key in newest_first)

    def _look(self) -> None:
        """Take up what was added to the file since. One that lacks a key known here is another file, and is left."""
        stamp = _stamp(self._file)
        if self._file is None or stamp == self._stamp:
            return
        with suppress(CaseappError):
            keys = keys_in(self._file)
            if set(self.keys.values()) <= set(keys):
                self._take(keys)
        self._stamp = stamp

    def _take(self, keys: Sequence[FieldKey]) -> None:
        self.keys = {one.name: one for one in keys}
        self.newest = keys[-1]


def digest_under(secret: bytes, text: str) -> str:
    """A digest of a text under a secret, as hexadecimal digits."""
    return hmac.digest(secret, text.encode(), sha256)[:DIGEST].hex()


def digests_of(dialect: Dialect, number: str) -> Iterator[str]:
    """What a number is looked up by: what is kept of it now, then what was kept under older keys, which others may
    still write while a new one is made. Where nothing is encrypted, numbers are in the clear beside it, and it is under
    no secret."""
    seal = seal_of(dialect)
    return seal.digests(number) if seal else iter([digest_under(b"", number)])


def _stamp(file: Path | None) -> int:
    """When a file was written last; 0 for none."""
    try:
        return file.stat().st_mtime_ns if file else 0
    except OSError:
        return 0


def _encrypted(key: FieldKey, nonce: bytes, data: bytes) -> bytes:
    if key.cipher == "aes":
        return AESGCM(key.secret).encrypt(nonce, data, key.name.encode())
    at_work = Cipher(algorithms.SM4(key.secret), modes.GCM(nonce)).encryptor()
    at_work.authenticate_additional_data(key.name.encode())
    return at_work.update(data) + at_work.finalize() + at_work.tag


def _decrypted(key: FieldKey, nonce: bytes, data: bytes) -> bytes:
    if key.cipher == "aes":
        return AESGCM(key.secret).decrypt(nonce, data, key.name.encode())
    at_work = Cipher(algorithms.SM4(key.secret), modes.GCM(nonce, data[-TAG:])).decryptor()
    at_work.authenticate_additional_data(key.name.encode())
    return at_work.update(data[:-TAG]) + at_work.finalize()


def use_seal(engine: Engine, keys: Sequence[FieldKey], file: Path | None = None) -> None:
    """Encrypt what this engine writes; without keys nothing is. ``file``: where the keys come from."""
    engine.dialect.caseapp_seal = FieldCipher(keys, file) if keys else None  # type: ignore[attr-defined]


def seal_of(dialect: Dialect) -> FieldCipher | None:
    """What encrypts for an engine of this dialect."""
    return getattr(dialect, "caseapp_seal", None)


class SealedText(TypeDecorator[str]):
    """A text that is encrypted in the database. It is compared in the program alone."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """On its way in."""
        return _closed(value, dialect) if value else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """On its way out."""
        return _open(value, dialect)


class SealedJSON(TypeDecorator[Any]):
    """What is told as JSON, in which personal data of parties are encrypted."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """On its way in."""
        return _changed(value, lambda text: _closed(text, dialect)) if value else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """On its way out."""
        return _changed(value, lambda text: str(_open(text, dialect))) if value else value


def _closed(value: str, dialect: Dialect) -> str:
    seal = seal_of(dialect)
    if seal is None:
        return CLEAR + value if value.startswith(MARK) else value
    return seal.close(value)


def _open(value: str | None, dialect: Dialect) -> str | None:
    if not value or not value.startswith(MARK):
        return value
    seal = seal_of(dialect)
    return seal.open(value) if seal else FieldCipher.open(NOBODYS, value)


def _changed(told: Any, change: Callable[[str], str]) -> Any:
    """What was told, with its personal data changed wherever they stand. What has none comes back as it is."""
    if isinstance(told, dict):
        return {
            key: change(value) if key in PERSONAL and isinstance(value, str) else _changed(value, change)
            for key, value in told.items()
        }
    return [_changed(one, change) for one in told] if isinstance(told, list) else told


NOBODYS = FieldCipher([FieldKey("", "aes", b"")])
"""Opens nothing: where there is no key."""
