"""Files and folders that only their owner reads, and names that are on the disk for good. Where the machine keeps no
such modes (Windows) nothing is asked."""

from __future__ import annotations

import os
from pathlib import Path

HAS_MODES = os.name != "nt"
OWNER_ALONE, FOLDER_OF_OWNER, ANYBODY_ELSE = 0o600, 0o700, 0o077


def create_private(path: Path) -> None:
    """Make an empty file that its owner alone reads and writes; one that is there is emptied and becomes so."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ALONE)
    try:
        if HAS_MODES:
            os.fchmod(handle, OWNER_ALONE)
    finally:
        os.close(handle)


def make_private_folder(path: Path) -> None:
    """Make a folder that its owner alone opens, and those above it that are missing. One that is there stays as it is,
    but for an empty one, as a checkout brings it along: it becomes so before anything is put into it."""
    if not path.parent.is_dir():
        make_private_folder(path.parent)
    if not path.is_dir():
        path.mkdir(FOLDER_OF_OWNER, exist_ok=True)
    elif open_to_others(path) and path.stat().st_uid == os.getuid() and _is_empty(path):
        path.chmod(FOLDER_OF_OWNER)


def _is_empty(path: Path) -> bool:
    return not any(one.name != ".gitkeep" for one in path.iterdir())


def open_to_others(path: Path) -> bool:
    """Whether somebody besides the owner may read, write or open it."""
    return HAS_MODES and path.exists() and bool(path.stat().st_mode & ANYBODY_ELSE)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk too; Windows does that itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
