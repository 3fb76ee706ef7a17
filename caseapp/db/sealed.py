"""Columns whose values are encrypted in the database: telephone numbers, addresses and identity numbers of people, and
addresses that messages go to. Who copies the database, or one of its copies, reads none of them without the file of the
keys."""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import JSON, Dialect, Engine, String
from sqlalchemy.types import TypeDecorator

from caseapp.kernel.errors import N_, CaseappError
from caseapp.kernel.field_keys import FieldKey
from caseapp.kernel.personal import PERSONAL

MARK, NONCE, TAG = "sealed:", 12, 16
LONGEST, LONGEST_ADDRESS = 200, 2000
"""Characters of the longest telephone or identity number, and of the longest address, encrypted."""


class FieldCipher:
    """Encrypts with the newest of some keys, and opens what any of them encrypted."""

    def __init__(self, keys: Sequence[FieldKey]) -> None:
        self.keys, self.newest = {one.name: one for one in keys}, keys[-1]

    def close(self, text: str) -> str:
        """A text encrypted, with the name of the key; what is empty stays so, and what is encrypted too."""
        if not text or text.startswith(MARK):
            return text
        nonce, key = os.urandom(NONCE), self.newest
        return f"{MARK}{key.name}.{urlsafe_b64encode(nonce + _encrypted(key, nonce, text.encode())).decode()}"

    def open(self, text: str) -> str:
        """A text as it was. Raises CaseappError when its key is not there, or somebody changed it."""
        if not text.startswith(MARK):
            return text
        name, _, told = text.removeprefix(MARK).partition(".")
        try:
            key, data = self.keys[name], urlsafe_b64decode(told)
            return _decrypted(key, data[:NONCE], data[NONCE:]).decode()
        except (KeyError, ValueError, InvalidTag):
            raise CaseappError(
                N_("personal data cannot be read: the file of field keys is not the one they were written with")
            ) from None


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


def use_seal(engine: Engine, keys: Sequence[FieldKey]) -> None:
    """Encrypt what this engine writes; without keys nothing is."""
    engine.dialect.caseapp_seal = FieldCipher(keys) if keys else None  # type: ignore[attr-defined]


def seal_of(dialect: Dialect) -> FieldCipher | None:
    """What encrypts for an engine of this dialect."""
    return getattr(dialect, "caseapp_seal", None)


class SealedText(TypeDecorator[str]):
    """A text that is encrypted in the database. It is compared in the program alone."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """On its way in."""
        seal = seal_of(dialect)
        return seal.close(value) if seal and value else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """On its way out."""
        return _open(value, dialect)


class SealedJSON(TypeDecorator[Any]):
    """What is told as JSON, in which personal data of parties are encrypted."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """On its way in."""
        seal = seal_of(dialect)
        return _changed(value, seal.close) if seal and value else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """On its way out."""
        return _changed(value, lambda text: str(_open(text, dialect))) if value else value


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
