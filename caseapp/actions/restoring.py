"""Back from a copy onto an empty database: made ready beside, put in place at the end, in one transaction. What is
damaged in the copy costs itself and is told by its name."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from caseapp.actions.backup import Holdings, told_of_room
from caseapp.actions.postgres_programs import put_back
from caseapp.actions.store import Store
from caseapp.domain.documents.queries import all_digests
from caseapp.kernel.errors import N_, CaseappError, RuleViolation
from caseapp.kernel.private import create_private
from caseapp.kernel.workplace import workplace
from caseapp.office.copies import DATABASE, FILES, CopyReader
from caseapp.office.locked import open_copy

DAMAGED = N_(
    "the database in this copy is damaged, or it cannot be told whether it is, and nothing was changed: take an earlier"
    " backup, or say --although-damaged, and caseapp audit verify afterwards"
)
TRIES = 40
NO_BACKUP = N_("this is no backup of this program")
BEGINS = {"sqlite": b"SQLite format 3\0", "postgresql": b"PGDMP"}


def restore(here: Holdings, path: Path, passphrase: str = "", *, although_damaged: bool = False) -> list[CaseappError]:
    """Put a copy into an empty database, and its files in their place. The caller has shown that the database holds no
    case. Copies of earlier versions are taken, too. Returns what is damaged or missing, each in a sentence; all else is
    back. A database that is not what it was when the copy was made is put back only when asked for. Raises
    CaseappError, and then what stood before stands.

    The files come before the database: they are known by what is in them, so they change nothing.
    """
    with told_of_room(here.folder), workplace(here.folder) as place, open_copy(path, passphrase) as copy:
        flaws = list(_unpack_database(copy, place / DATABASE, although_damaged=although_damaged))
        _look_at(here.engine, place / DATABASE, although_damaged=although_damaged)
        flaws += _unpack_files(copy, here.store)
        flaws += copy.flaws_around()
        _put_in_place(here.engine, place / DATABASE)
        return [*flaws, *_missing(here, flaws)]


@dataclass(frozen=True)
class CopySeen:
    """What is damaged in a copy, in sentences; what was damaged or missing already when it was made, by digest; when
    that was, if it says so, and how many files are in it."""

    flaws: list[CaseappError]
    lacking: list[str]
    made: datetime | None
    files: int


def look_through(path: Path, passphrase: str = "") -> CopySeen:
    """Read all of a copy, and change nothing. Raises CaseappError."""
    with open_copy(path, passphrase) as copy:
        made = datetime.fromtimestamp(copy.made, UTC) if copy.about else None
        return CopySeen(list(copy.flaws()), list(copy.about.get("lacking", ())), made, len(copy.parts) - 1)


def put_files_back(here: Holdings, path: Path, passphrase: str = "") -> tuple[int, list[str]]:
    """Put back from a copy those photos and papers that are missing or damaged here; nothing else is changed. Returns
    how many came back, and the digests of those that are in it no more than here. Raises CaseappError."""
    with Session(here.engine) as session:
        lacking = {digest for digest in all_digests(session) if not here.store.is_whole(digest)}
    back = set()
    with told_of_room(here.folder), open_copy(path, passphrase) as copy:
        for part in copy.parts:
            content = BytesIO()
            if part.sha256 in lacking and copy.copy(part, content):
                back.add(here.store.put(content.getvalue()))
    return len(back), sorted(lacking - back)


def _unpack_database(copy: CopyReader, database: Path, *, although_damaged: bool) -> Iterator[CaseappError]:
    part = next(part for part in copy.parts if part.name == DATABASE)
    create_private(database)
    with database.open("wb") as file:
        whole = copy.copy(part, file)
    if whole and copy.complete:
        return
    if not although_damaged:
        raise RuleViolation("file", DAMAGED)
    yield CaseappError(N_("%(name)s is damaged"), name=DATABASE)


def _look_at(engine: Engine, database: Path, *, although_damaged: bool) -> None:
    """It is one of this program, for the database that we have, and can be read."""
    with database.open("rb") as file:
        begins = file.read(16)
    if not begins.startswith(BEGINS[engine.dialect.name]):
        other = next((name for name, sign in BEGINS.items() if begins.startswith(sign)), "")
        if not other:
            raise RuleViolation("file", NO_BACKUP)
        raise RuleViolation("file", N_("this is a backup of another kind of database (%(kind)s): CASEAPP_DATABASE_URL"
            " names one of that kind"), kind=other)  # fmt: skip
    if engine.dialect.name == "sqlite":
        _look_at_sqlite(database, although_damaged=although_damaged)


def _look_at_sqlite(database: Path, *, although_damaged: bool) -> None:
    try:
        with closing(_read_only(database)) as copy:
            copy.execute("SELECT count(*) FROM case_file")
            wrong = [row[0] for row in copy.execute("PRAGMA integrity_check(5)")]
    except sqlite3.Error:
        raise RuleViolation("file", NO_BACKUP) from None
    if wrong != ["ok"] and not although_damaged:
        raise RuleViolation("file", DAMAGED)


def _read_only(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro&immutable=1", uri=True)


def _unpack_files(copy: CopyReader, store: Store) -> Iterator[CaseappError]:
    """Each file to where its own bytes belong: no name of the archive is used as a path."""
    for part in copy.parts:
        if part.name == DATABASE:
            continue
        content = BytesIO()
        if copy.copy(part, content) and part.name == FILES + part.sha256:
            store.put(content.getvalue())
        else:
            yield CaseappError(N_("%(name)s is damaged"), name=part.name)


def _put_in_place(engine: Engine, database: Path) -> None:
    if engine.dialect.name != "sqlite":
        put_back(engine, database)
        return
    try:
        with closing(_read_only(database)) as copy, closing(engine.raw_connection()) as raw:
            copy.backup(raw.driver_connection, progress=_not_for_ever())  # type: ignore[arg-type]
    except sqlite3.Error as problem:
        raise RuleViolation("file", N_("the database cannot be written: %(why)s"), why=problem) from None


def _not_for_ever() -> Callable[[int, int, int], None]:
    """The library tries again four times a second while others hold the database."""
    tries = iter(range(TRIES))

    def tried(status: int, _left: int, _all: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and next(tries, None) is None:
            raise RuleViolation("file", N_("others are at work in the database: end caseapp serve first"))

    return tried


def _missing(here: Holdings, told: Collection[CaseappError]) -> Iterator[CaseappError]:
    """Photos and papers that the database points at and that are not here."""
    named = {flaw.params.get("name") for flaw in told}
    with Session(here.engine) as session:
        for digest in sorted(set(all_digests(session))):
            if FILES + digest not in named and not here.store.path(digest).is_file():
                yield CaseappError(N_("%(name)s is missing"), name=FILES + digest)
