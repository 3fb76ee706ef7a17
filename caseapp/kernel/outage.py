"""What fails when neither the program nor who uses it did wrong: the database is away or damaged, the disk is full,
read-only or broken, the keys of what is encrypted are not here."""

from __future__ import annotations

import errno

from caseapp.kernel.errors import N_, CaseappError

LONGEST = 200
SENTENCES = {
    "away": N_("the database does not answer: %(why)s"),
    "full": N_("the disk is full: make room where the database and the files lie, then try again (%(why)s)"),
    "read_only": N_(
        "the database or its disk is read-only: let the program's user write there, then try again (%(why)s)"
    ),
    "disk": N_("the disk does not read or write: look at the disk and its cables, then at the backups (%(why)s)"),
    "keys": N_(
        "personal data that were encrypted with the key %(why)s cannot be read: put back the file of field keys they"
        " were written with"
    ),
    "damaged": N_(
        "the database is damaged: caseapp check names the tables; restore the last good backup of it (%(why)s)"
    ),
}
BY_SQLSTATE = {
    "08": "away", "57P": "away", "533": "away", "532": "away", "531": "full", "25006": "read_only", "58": "disk",
    "XX001": "damaged", "XX002": "damaged",
}  # fmt: skip
BY_SQLITE = {
    "SQLITE_FULL": "full", "SQLITE_READONLY": "read_only", "SQLITE_IOERR": "disk", "SQLITE_CORRUPT": "damaged",
    "SQLITE_NOTADB": "damaged", "SQLITE_CANTOPEN": "away", "SQLITE_BUSY": "away", "SQLITE_PROTOCOL": "away",
}  # fmt: skip
BY_ERRNO = {
    errno.ENOSPC: "full", errno.EFBIG: "full", getattr(errno, "EDQUOT", errno.ENOSPC): "full",
    errno.EROFS: "read_only", errno.EIO: "disk",
}  # fmt: skip
BY_NAME = {
    ("psycopg", "OperationalError"): "away", ("psycopg", "InterfaceError"): "away",
    ("sqlalchemy", "TimeoutError"): "away", ("sqlalchemy", "PendingRollbackError"): "away",
}  # fmt: skip
"""What a driver says without a code: the line was lost, there was no line in time."""


class Outage(CaseappError):
    """A fault of the machine in a sentence: what, where, what to do (503). Nothing was changed."""

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(SENTENCES[kind], why=why)
        self.kind = kind


def outage_of(fault: BaseException) -> Outage | None:
    """The fault of the machine that led to a fault of the program; None when the program itself did."""
    one: BaseException | None = fault
    while one is not None:
        if isinstance(one, Outage):
            return one
        kind = _kind_of(one)
        if kind:
            return Outage(kind, first_line(one))
        one = getattr(one, "orig", None) or getattr(one, "original_exception", None) or one.__cause__
    return None


def first_line(fault: BaseException) -> str:
    """What a fault says, in a line: what a database tells of a row comes after it."""
    return (str(getattr(fault, "orig", None) or fault).splitlines() or [""])[0][:LONGEST]


def _kind_of(fault: BaseException) -> str | None:
    told = getattr(fault, "sqlstate", None) or getattr(fault, "sqlite_errorname", None)
    if told:
        return next((kind for start, kind in (BY_SQLSTATE | BY_SQLITE).items() if told.startswith(start)), None)
    if isinstance(fault, OSError):
        return BY_ERRNO.get(fault.errno or 0)
    return BY_NAME.get((type(fault).__module__.partition(".")[0], type(fault).__name__))
