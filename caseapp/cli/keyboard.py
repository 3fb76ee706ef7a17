"""Who sits at the keyboard, as the machine knows them: what the environment says is not asked."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

if sys.platform != "win32":
    import pwd

LOGIN_UID, NOBODY_LOGGED_IN = Path("/proc/self/loginuid"), 2**32 - 1
LONGEST = 60


def system_user() -> str:
    """Who started this command: the user the process runs as and, where the machine keeps it, the one who logged in to
    it and became that user."""
    if sys.platform == "win32":
        return getpass.getuser()[:LONGEST]
    return " / ".join(_name_of(uid) for uid in dict.fromkeys((os.getuid(), *_logged_in())))[:LONGEST]


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _logged_in() -> list[int]:
    """The user who logged in to the machine, where its kernel keeps that."""
    try:
        uid = int(LOGIN_UID.read_text())
    except (OSError, ValueError):
        return []
    return [] if uid == NOBODY_LOGGED_IN else [uid]
