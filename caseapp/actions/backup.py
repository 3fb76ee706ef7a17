"""A consistent copy of the database and of the files of cases while it serves, and back from it onto an empty one.

The copy is one archive (tar): the database first, then the files. A file is on the disk before a row points at it and
is not taken away while one does, so whatever the copy of the database points at is there when the files are read.
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import IO

from sqlalchemy import Engine

from caseapp.actions.store import DIGEST, Store
from caseapp.kernel.errors import N_, CaseappError, RuleViolation
from caseapp.kernel.private import create_private

DATABASE, FILES = "database", "files/"


def back_up(engine: Engine, path: Path, store: Store) -> None:
    """Copy the database and the files into one archive for its owner alone, whole or not at all: SQLite page by page,
    PostgreSQL with pg_dump. Writers go on meanwhile; the copy of the database is the state of one instant. No key goes
    into it. Raises RuleViolation.
    """
    beside, copy = path.with_name(path.name + ".part"), path.with_name(path.name + ".database.part")
    try:
        create_private(copy)
        _copy_database(engine, copy)
        create_private(beside)
        with tarfile.open(beside, "w", format=tarfile.PAX_FORMAT) as archive:
            archive.add(copy, DATABASE)
            for digest in store.digests():
                _pack(archive, digest, store)
        beside.replace(path)
    except OSError:
        raise RuleViolation("file", N_("%(path)s cannot be written"), path=path) from None
    finally:
        beside.unlink(missing_ok=True)
        copy.unlink(missing_ok=True)


def _copy_database(engine: Engine, path: Path) -> None:
    if engine.dialect.name == "sqlite":
        _copy_sqlite(engine, path)
    else:
        _run("pg_dump", engine, "--format=custom", "--no-owner", f"--file={path}")


def _copy_sqlite(engine: Engine, path: Path) -> None:
    raw = engine.raw_connection()
    try:
        with closing(sqlite3.connect(path)) as copy:
            raw.driver_connection.backup(copy)  # type: ignore[union-attr]
    except sqlite3.OperationalError as problem:
        raise OSError(str(problem)) from None
    finally:
        raw.close()


def _pack(archive: tarfile.TarFile, digest: str, store: Store) -> None:
    try:
        content = store.read(digest)
    except FileNotFoundError:
        return  # nobody pointed at it, and it was just deleted
    entry = tarfile.TarInfo(FILES + digest)
    entry.size = len(content)
    archive.addfile(entry, BytesIO(content))


def restore(engine: Engine, path: Path, store: Store) -> None:
    """Put a copy into an empty database, and its files in their place. The caller has shown that the database holds no
    case. A copy of the database alone, as it was made before there were files, is taken too. Raises RuleViolation.

    The files come first: they are known by what is in them, so an archive that turns out to be broken changed nothing.
    """
    if not tarfile.is_tarfile(path):
        _restore_database(engine, path, path)
        return
    with tempfile.TemporaryDirectory(dir=store.folder.parent, prefix="restore-") as folder:
        copy = Path(folder) / DATABASE
        try:
            with tarfile.open(path, "r:") as archive:
                _unpack(archive, copy, store)
        except (tarfile.TarError, ValueError, OSError):
            raise RuleViolation("file", N_("%(path)s is broken, or there is no room for it"), path=path) from None
        _restore_database(engine, copy, path)


def _unpack(archive: tarfile.TarFile, copy: Path, store: Store) -> None:
    """The database to where it is read from, each file to where its own bytes belong: no name of the archive is used as
    a path. Raises ValueError for anything else."""
    for name, content in _entries(archive):
        if name == DATABASE:
            with copy.open("wb") as file:
                shutil.copyfileobj(content, file)
        elif store.put(content.read()) != name.removeprefix(FILES):
            raise ValueError(name)
    if not copy.exists():
        raise ValueError(DATABASE)


def _entries(archive: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    for entry in archive:
        content = archive.extractfile(entry) if entry.isreg() else None
        if content is None or not (entry.name == DATABASE or DIGEST.fullmatch(entry.name.removeprefix(FILES))):
            raise ValueError(entry.name)
        yield entry.name, content


def _restore_database(engine: Engine, copy: Path, named: Path) -> None:
    if engine.dialect.name == "sqlite":
        _restore_sqlite(engine, copy, named)
        return
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    _run("pg_restore", engine, "--no-owner", "--exit-on-error", "--single-transaction", str(copy))


def _restore_sqlite(engine: Engine, path: Path, named: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as copy:
            copy.execute("SELECT count(*) FROM case_file")
            with closing(engine.raw_connection()) as raw:
                copy.backup(raw.driver_connection)  # type: ignore[arg-type]
    except sqlite3.Error:
        raise RuleViolation("file", N_("%(path)s is no backup of this program"), path=named) from None


def _run(program: str, engine: Engine, *words: str) -> None:
    """Run one of PostgreSQL's own programs on our database. The password goes through the environment."""
    found = shutil.which(program) or next(iter(sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))), None)
    if found is None:
        raise CaseappError(N_("%(program)s is needed for this and is not installed"), program=program)
    url = engine.url
    host, port = url.host or url.query.get("host"), url.port or url.query.get("port")  # a socket stands in the query
    where = {"--host": host, "--port": port, "--username": url.username, "--dbname": url.database}
    told = [f"{name}={value}" for name, value in where.items() if value]
    environ = {"PGPASSWORD": str(url.password or ""), "PATH": "/usr/bin:/bin"}
    done = subprocess.run([str(found), *told, *words], env=environ, capture_output=True, text=True, check=False)  # noqa: S603 - words of our own
    if done.returncode:
        raise CaseappError(N_("%(program)s says: %(why)s"), program=program, why=done.stderr.strip().splitlines()[-1])
