"""A place for what is half made: private, one worker at a time, and gone afterwards. What a killed one left is taken
away by the next."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from caseapp.kernel.errors import N_, RuleViolation
from caseapp.kernel.private import create_private

if sys.platform != "win32":
    import fcntl

PREFIX, TARGET = "half-made-", "target"


class Occupied(RuleViolation):
    """Somebody else is at work there."""


@contextmanager
def workplace(folder: Path, target: Path | None = None) -> Iterator[Path]:
    """A folder of one's own inside another one. ``target`` is a file that is written elsewhere and goes the same way,
    unless it was given another name by the end. Raises Occupied while somebody else is at work.
    """
    with _alone(folder / "half-made.lock"):
        for left in folder.glob(f"{PREFIX}*"):
            _clear(left)
        place = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder))
        try:
            if target is not None:
                (place / TARGET).write_bytes(os.fsencode(target.absolute()))
            yield place
        finally:
            _clear(place)


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """The lock ends with the process that holds it. Windows has none; there one process works."""
    create_private(file)
    with file.open("w") as held:
        try:
            if sys.platform != "win32":
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Occupied("file", N_("another backup or restore is under way: try again when it is done")) from None
        yield


def _clear(place: Path) -> None:
    try:
        Path(os.fsdecode((place / TARGET).read_bytes())).unlink(missing_ok=True)
    except OSError:
        pass  # there was none, or the disk it lies on is away
    shutil.rmtree(place, ignore_errors=True)
