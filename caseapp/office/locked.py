"""A file that only who has the passphrase can read: AES-256-GCM in pieces, so that a changed bit costs one piece.

The format is told to everybody in docs/backups.md, with a script that opens such a file without this program.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from caseapp.kernel.errors import N_, CaseappError, RuleViolation
from caseapp.office.copies import CopyReader, OpenFile, Sink, Source, read_at

NO_HEAD = N_("both heads of this copy are damaged, without which nothing opens it")
MAGIC = b"caseapp locked file 1\n"
HEAD, PIECE, TAG = 512, 1 << 16, 16
COST = {"n": 1 << 15, "r": 8, "p": 3}
MOST_COST = {"n": 1 << 20, "r": 16, "p": 16}
MEMORY = (1 << 31) - 1


@contextmanager
def open_copy(path: Path, passphrase: str) -> Iterator[CopyReader]:
    """An archive, locked or not. Raises RuleViolation when it cannot be read, is no backup, or is locked and the
    passphrase is missing or another one."""
    try:
        file = path.open("rb")
    except OSError:
        raise RuleViolation("file", N_("%(path)s cannot be read"), path=path) from None
    with file:
        yield CopyReader(_source(file, passphrase))


def _source(file: BinaryIO, passphrase: str) -> Source:
    if not is_locked(file):
        return OpenFile(file)
    if not passphrase:
        raise RuleViolation("key", N_("this copy is locked: say --key FILE or --passphrase"))
    return LockedFile(file, passphrase)


class LockedWriter:
    """Locks what is written to it. ``close()`` ends it; without that it opens as cut off."""

    def __init__(self, out: Sink, passphrase: str) -> None:
        self.out, self.waiting, self.count = out, bytearray(), 0
        cost = {**COST, "salt": os.urandom(32).hex()}
        told = {"scrypt": cost, "piece": PIECE}
        key, proof = _keys(passphrase, cost)
        self.cipher, self.head = AESGCM(key), _head({**told, "proof": _proof(proof, told)})
        out.write(self.head)

    def write(self, content: bytes, /) -> None:
        """Take bytes; the last piece waits, because it is marked as such."""
        self.waiting += content
        while len(self.waiting) > PIECE:
            self._piece(bytes(self.waiting[:PIECE]), last=False)
            del self.waiting[:PIECE]

    def close(self) -> None:
        """Write the last piece, and the head once more."""
        self._piece(bytes(self.waiting), last=True)
        self.out.write(self.head)

    def _piece(self, content: bytes, *, last: bool) -> None:
        self.out.write(self.cipher.encrypt(_nonce(self.count, last=last), content, None))
        self.count += 1


class LockedFile:
    """A locked file as a source. A piece that is damaged reads as zeros and is counted in ``damaged``.

    Raises RuleViolation when the passphrase is another one, or both heads are damaged.
    """

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        self.file, whole = file, os.fstat(file.fileno()).st_size
        heads = [read_at(file, at, HEAD) for at in (0, whole - HEAD)]
        told = next((one for one in map(_told, heads) if one), None)
        if told is None:
            raise RuleViolation("file", NO_HEAD)
        self.cipher = AESGCM(_key_of(passphrase, told))
        self.piece = int(told["piece"])
        self.heads_whole = heads[0] == heads[1]
        self.damaged: set[int] = set()
        self.kept: tuple[int, bytes] = (-1, b"")
        self._measure(whole)

    def _measure(self, whole: int) -> None:
        """How many pieces there are, and how much is in them. Where the end is cut off, as many as are there."""
        step = self.piece + TAG
        for body in (whole - 2 * HEAD, whole - HEAD):
            self.count = max(-(-body // step), 1)
            self.size = max(body - self.count * TAG, 0)
            self.body = body
            self.ends = self._opened(self.count - 1, last=True) is not None
            if self.ends or _told(read_at(self.file, whole - HEAD, HEAD)):
                return

    def read(self, at: int, size: int) -> bytes:
        """Bytes from a place on; fewer at the end."""
        until = min(at + size, self.size)
        pieces = map(self._piece, range(at // self.piece, -(-until // self.piece)))
        begin = at - at // self.piece * self.piece
        return b"".join(pieces)[begin : begin + max(until - at, 0)]

    def flaws(self) -> Iterator[CaseappError]:
        """What was found damaged so far."""
        if not self.heads_whole:
            yield CaseappError(N_("one of the two heads is damaged, or the end is cut off"))
        if self.damaged:
            told = N_("%(count)d of %(all)d locked pieces are damaged")
            yield CaseappError(told, count=len(self.damaged), all=self.count)

    def _piece(self, nth: int) -> bytes:
        if self.kept[0] != nth:
            content = self._opened(nth, last=nth == self.count - 1)
            if content is None:
                self.damaged.add(nth)
                content = bytes(min(self.piece, self.size - nth * self.piece))
            self.kept = nth, content
        return self.kept[1]

    def _opened(self, nth: int, *, last: bool) -> bytes | None:
        at, step = nth * (self.piece + TAG), self.piece + TAG
        content = read_at(self.file, HEAD + at, min(step, self.body - at))
        try:
            return self.cipher.decrypt(_nonce(nth, last=last), content, None)
        except (InvalidTag, ValueError):
            return None


def is_locked(file: BinaryIO) -> bool:
    """Whether a file is a locked one; one of its two heads may be damaged."""
    whole = os.fstat(file.fileno()).st_size
    begins = read_at(file, 0, HEAD)
    return begins.startswith(MAGIC) or any(map(_told, (begins, read_at(file, whole - HEAD, HEAD))))


def _nonce(nth: int, *, last: bool) -> bytes:
    """A number for each piece, and whether it is the last: none is moved, dropped or added unseen."""
    return nth.to_bytes(11, "big") + bytes([last])


def _head(told: dict[str, Any]) -> bytes:
    """A head: what the key is made with, its digest, and blanks up to its size."""
    written = MAGIC + json.dumps(told).encode() + b"\n"
    return (written + hashlib.sha256(written).hexdigest().encode()).ljust(HEAD - 1) + b"\n"


def _told(head: bytes) -> dict[str, Any] | None:
    """What a head says, if it is whole."""
    lines = head.split(b"\n")
    if len(lines) != 4 or lines[0] + b"\n" != MAGIC:
        return None
    try:
        told: dict[str, Any] = json.loads(lines[1])
    except ValueError:
        return None
    return told if _head(told) == head else None


def _proof(key: bytes, told: dict[str, Any]) -> str:
    return hmac.new(key, json.dumps(told).encode(), hashlib.sha256).hexdigest()


def _key_of(passphrase: str, told: dict[str, Any]) -> bytes:
    cost = told["scrypt"]
    if any(not 0 < int(cost[name]) <= most for name, most in MOST_COST.items()):
        raise RuleViolation("file", NO_HEAD)
    key, proof = _keys(passphrase, cost)
    said = {name: value for name, value in told.items() if name != "proof"}
    if not hmac.compare_digest(_proof(proof, said), str(told["proof"])):
        raise RuleViolation("key", N_("the passphrase or key is not the one that this copy was locked with"))
    return key


def _keys(passphrase: str, cost: dict[str, Any]) -> tuple[bytes, bytes]:
    """The key of the pieces, and one that proves that the passphrase is right."""
    salt = bytes.fromhex(cost["salt"])
    made = hashlib.scrypt(
        passphrase.encode(), salt=salt, n=cost["n"], r=cost["r"], p=cost["p"], maxmem=MEMORY, dklen=64
    )
    return made[:32], made[32:]
