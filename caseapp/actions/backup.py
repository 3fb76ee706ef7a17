"""A consistent copy of the database and of the files of cases while it serves, checked as it is made.

The copy is one archive (``office/copies.py``): the database first, then the files it points at. A file is on the disk
before a row points at it and is not taken away while one does, so whatever the copy of the database points at is there
when the files are read. It is written beside, read back, and only then gets its name: a copy of that name is whole.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from caseapp.actions.postgres_programs import dump
from caseapp.actions.runs import put_down
from caseapp.actions.store import Store
from caseapp.domain.documents.queries import all_digests
from caseapp.kernel.errors import N_, CaseappError, RuleViolation
from caseapp.kernel.private import create_private, sync_folder
from caseapp.kernel.workplace import workplace
from caseapp.office.copies import DATABASE, FILES, CopyWriter
from caseapp.office.locked import LockedWriter, open_copy

FORMAT = 2
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
UNREADABLE = ("invalid page", "could not read block", "missing chunk", "invalid memory alloc", "compressed")
DAMAGED = N_("the database is damaged, and no backup was made; the last one stands: %(why)s")


@dataclass(frozen=True)
class Holdings:
    """What there is to be copied: a database, the files of cases, and the folder where half-made things may lie."""

    engine: Engine
    store: Store
    folder: Path


@dataclass(frozen=True)
class BackupMade:
    """Where a copy lies, how large it is, of how many photos and papers, and the digests of those that were damaged or
    missing here. With such it lies beside the name that was asked for."""

    path: Path
    size: int
    files: int
    lacking: tuple[str, ...]
    locked: bool


def back_up(here: Holdings, path: Path, now: datetime, passphrase: str = "") -> BackupMade:
    """Copy the database and the files it points at into one archive for its owner alone, whole or not at all, locked
    with a passphrase when there is one. Writers go on meanwhile; the copy is the state of one instant. No key goes into
    it. What is there under its name is replaced by a whole copy alone. Raises CaseappError.
    """
    beside = path.with_name(path.name + ".part")
    with told_of_room(path), workplace(here.folder, beside) as place:
        copy = place / DATABASE
        create_private(copy)
        digests, about = _copy_database(here.engine, copy)
        create_private(beside)
        with beside.open("wb") as file:
            out = LockedWriter(file, passphrase) if passphrase else file
            archive = CopyWriter(out, int(now.timestamp()))
            lacking = _fill(archive, copy, digests, here.store)
            archive.close({"backup": FORMAT, **about, "lacking": lacking})
            if isinstance(out, LockedWriter):
                out.close()
            file.flush()
            os.fsync(file.fileno())
        _read_back(beside, passphrase)
        kept = path.with_name(path.name + ".damaged") if lacking else path
        size = beside.stat().st_size
        beside.replace(kept)
        sync_folder(kept.parent)
    return BackupMade(kept, size, len(digests) - len(lacking), tuple(lacking), bool(passphrase))


def note_backup(session: Session, slot: datetime, now: datetime, outcome: BackupMade | CaseappError) -> None:
    """Put down what became of a backup, for the administrator's desk, ``check`` and the list of jobs."""
    if isinstance(outcome, CaseappError):
        result: dict[str, Any] = {"problem": outcome.message, "with": {k: str(v) for k, v in outcome.params.items()}}
    else:
        made = {"path": str(outcome.path.absolute()), "size": outcome.size, "files": outcome.files}
        result = {**made, "locked": outcome.locked, "lacking": len(outcome.lacking)}
    put_down(session, "backup", slot, now, result)


@contextmanager
def told_of_room(path: Path) -> Iterator[None]:
    """A disk that is full, or not there, in a sentence."""
    try:
        yield
    except OSError as problem:
        if problem.errno in NO_ROOM:
            raise RuleViolation("file", N_("there is no room for %(path)s: nothing was written"), path=path) from None
        raise RuleViolation("file", N_("%(path)s cannot be written"), path=path) from None


def _fill(archive: CopyWriter, copy: Path, digests: Collection[str], store: Store) -> list[str]:
    """The database and each file that is what it was. Returns the others."""
    with copy.open("rb") as file:
        archive.add(DATABASE, file, copy.stat().st_size)
    lacking = []
    for digest in sorted(digests):
        content = _whole(store, digest)
        if content is None:
            lacking.append(digest)
        else:
            archive.add(FILES + digest, BytesIO(content), len(content))
    return lacking


def _whole(store: Store, digest: str) -> bytes | None:
    try:
        content = store.read(digest)
    except OSError:
        return None
    return content if sha256(content).hexdigest() == digest else None


def _read_back(path: Path, passphrase: str) -> None:
    """The disk gives back what was written."""
    with open_copy(path, passphrase) as copy:
        for flaw in copy.flaws():
            raise RuleViolation("file", N_("the disk does not keep what is written: %(why)s"), why=flaw)


def _copy_database(engine: Engine, path: Path) -> tuple[set[str], dict[str, object]]:
    """Returns the digests of the files that the copy points at, and what is to be known about it. Raises CaseappError
    when it is damaged, OSError when there is no room."""
    try:
        copied = _copy_sqlite(engine, path) if engine.dialect.name == "sqlite" else _copy_postgres(engine, path)
    except sqlite3.DatabaseError as problem:
        _tell_of_sqlite(problem)
        raise
    except DBAPIError as problem:
        told = str(problem.orig).splitlines()[0]
        if getattr(problem.orig, "sqlstate", None) in ("XX001", "XX002"):
            raise CaseappError(DAMAGED, why=told) from None
        raise
    return copied


def _tell_of_sqlite(problem: sqlite3.DatabaseError) -> None:
    name = getattr(problem, "sqlite_errorname", "")
    if name.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
        raise OSError(errno.ENOSPC, str(problem)) from None
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        raise CaseappError(DAMAGED, why=problem) from None
    if name == "SQLITE_CANTOPEN":
        raise OSError(str(problem)) from None


def _copy_sqlite(engine: Engine, path: Path) -> tuple[set[str], dict[str, object]]:
    """Page by page, and each page of the copy looked at."""
    raw = engine.raw_connection()
    try:
        with closing(sqlite3.connect(path)) as copy:
            raw.driver_connection.backup(copy)  # type: ignore[union-attr]
            wrong = [row[0] for row in copy.execute("PRAGMA integrity_check(5)")]
    finally:
        raw.close()
    if wrong != ["ok"]:
        raise CaseappError(DAMAGED, why="; ".join(" ".join(one.split()) for one in wrong))
    copied = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    with copied.connect() as connection:
        return _told_of(connection)


def _copy_postgres(engine: Engine, path: Path) -> tuple[set[str], dict[str, object]]:
    """By pg_dump, which reads every row; where there is the extension amcheck, indexes are held against the rows."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        snapshot = str(connection.scalar(text("SELECT pg_export_snapshot()")))
        with path.open("wb") as file:
            _dump(engine, snapshot, file)
        _check_indexes(connection)
        return _told_of(connection)


def _dump(engine: Engine, snapshot: str, file: IO[bytes]) -> None:
    try:
        dump(engine, snapshot, file)
    except CaseappError as problem:
        why = str(problem.params.get("why", ""))
        if any(sign in why for sign in UNREADABLE):
            raise CaseappError(DAMAGED, why=why) from None
        raise


def _check_indexes(connection: Connection) -> None:
    if connection.scalar(text("SELECT count(*) FROM pg_extension WHERE extname = 'amcheck'")):
        connection.execute(text(
            "SELECT bt_index_check(i.indexrelid, true) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
            " JOIN pg_am a ON a.oid = c.relam"
            " WHERE c.relnamespace = 'public'::regnamespace AND a.amname = 'btree' AND i.indisvalid"
        ))  # fmt: skip


def _told_of(connection: Connection) -> tuple[set[str], dict[str, object]]:
    with Session(connection) as session:
        digests = set(all_digests(session))
    schema = MigrationContext.configure(connection).get_current_revision()
    return digests, {"database": connection.dialect.name, "schema": schema}
