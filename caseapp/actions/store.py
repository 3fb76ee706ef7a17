"""Files by what is in them: each lies in a folder under the digest of its bytes, whole, and is never changed.

A file is on the disk before a row points at it: a crash between the two leaves a file too many, never a row too many.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from caseapp.kernel.private import make_private_folder, sync_folder

DIGEST = re.compile(r"[0-9a-f]{64}")
ASIDE = ".aside"


class Store:
    """The files of an installation, in the folder ``files`` of its instance."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, digest: str) -> Path:
        """Where a file lies. Raises ValueError for what is no digest."""
        if not DIGEST.fullmatch(digest):
            raise ValueError(f"no digest: {digest!r}")
        return self.folder / digest[:2] / digest

    def put(self, content: bytes) -> str:
        """Write a file, and have it on the disk. Returns its digest.

        It is written anew also when it is there already: so what ``drop_old`` judged a moment ago is not this one.
        """
        digest = hashlib.sha256(content).hexdigest()
        path = self.path(digest)
        if not path.parent.is_dir():
            make_private_folder(path.parent)
            sync_folder(self.folder)
        beside = path.with_name(f"{digest}.{secrets.token_hex(8)}.part")
        try:
            with beside.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
        sync_folder(path.parent)
        return digest

    def read(self, digest: str) -> bytes:
        """A file's bytes. Raises FileNotFoundError when it is gone."""
        return self.path(digest).read_bytes()

    def is_whole(self, digest: str) -> bool:
        """Whether a file is there and is what its name says."""
        try:
            return hashlib.sha256(self.read(digest)).hexdigest() == digest
        except OSError:
            return False

    def digests(self) -> Iterator[str]:
        """Every file there is."""
        for path in sorted(self.folder.glob("??/*")):
            if DIGEST.fullmatch(path.name):
                yield path.name

    def older_than(self, age: timedelta) -> list[str]:
        """The files written longer ago than that, by the clock of the disk they lie on."""
        limit = self._now() - age.total_seconds()
        return [digest for digest in self.digests() if _written(self.path(digest)) < limit]

    def drop(self, digest: str, age: timedelta) -> bool:
        """Delete a file that nobody points at, unless it was written again meanwhile. Returns whether it is gone.

        It is put aside first: whoever attaches the same picture at that moment has written a file of their own, which
        either is the one put aside, and comes back, or is written after it, and is not touched.
        """
        path = self.path(digest)
        aside = path.with_name(digest + ASIDE)
        try:
            path.replace(aside)
            if _written(aside) >= self._now() - age.total_seconds():
                aside.replace(path)
                return False
            aside.unlink()
        except FileNotFoundError:
            return False  # another process is at it
        return True

    def tidy(self, age: timedelta) -> None:
        """Take away half-written files that a crash left behind; a file it left aside comes back, to be judged anew."""
        limit = self._now() - age.total_seconds()
        for left in self.folder.glob("??/*"):
            if left.suffix in (".part", ASIDE) and _written(left) < limit:
                kept = left.with_suffix("")
                left.replace(kept) if left.suffix == ASIDE and not kept.exists() else left.unlink(missing_ok=True)

    def _now(self) -> float:
        """What time it is for the files: the disk may be another machine's."""
        make_private_folder(self.folder)
        mark = self.folder / ".now"
        mark.write_bytes(b"")
        return mark.stat().st_mtime


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")
