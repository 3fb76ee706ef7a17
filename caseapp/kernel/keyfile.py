"""A key that lies in a file."""

from __future__ import annotations

from pathlib import Path

from caseapp.kernel.errors import N_, RuleViolation

SHORTEST = 12


def passphrase_in(file: Path, apart_from: Path | None = None) -> str:
    """What the first line of a file says. A lock whose key lies beside it is none: the file is not in the folder of the
    copies. Raises RuleViolation."""
    try:
        told = file.read_text("utf-8").partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError):
        raise RuleViolation("key", N_("the key file %(path)s cannot be read"), path=file) from None
    if len(told) < SHORTEST:
        raise RuleViolation("key", N_("the first line of %(path)s is too short for a key: %(least)d characters"),
            path=file, least=SHORTEST)  # fmt: skip
    if apart_from is not None and file.resolve().parent == apart_from.resolve():
        raise RuleViolation("key", N_("the key file %(path)s lies beside the copies: keep it elsewhere"), path=file)
    return told
