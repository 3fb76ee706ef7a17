"""A consistent copy of the database while it serves, and back from it onto an empty one."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine

from caseapp.kernel.errors import N_, CaseappError, RuleViolation


def back_up(engine: Engine, path: Path) -> None:
    """Copy the database into a file, whole or not at all: SQLite page by page, PostgreSQL with pg_dump.

    Writers go on meanwhile; the copy is the state of one instant. Raises RuleViolation.
    """
    beside = path.with_name(path.name + ".part")
    try:
        if engine.dialect.name == "sqlite":
            _copy_sqlite(engine, beside)
        else:
            _run("pg_dump", engine, "--format=custom", "--no-owner", f"--file={beside}")
        beside.replace(path)
    except OSError:
        raise RuleViolation("file", N_("%(path)s cannot be written"), path=path) from None
    finally:
        beside.unlink(missing_ok=True)


def _copy_sqlite(engine: Engine, path: Path) -> None:
    raw = engine.raw_connection()
    try:
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(path)) as copy:
            raw.driver_connection.backup(copy)  # type: ignore[union-attr]
    except sqlite3.OperationalError as problem:
        raise OSError(str(problem)) from None
    finally:
        raw.close()


def restore(engine: Engine, path: Path) -> None:
    """Put a copy into an empty database. The caller has shown that it holds no case. Raises RuleViolation."""
    if engine.dialect.name == "sqlite":
        _restore_sqlite(engine, path)
        return
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    _run("pg_restore", engine, "--no-owner", "--exit-on-error", "--single-transaction", str(path))


def _restore_sqlite(engine: Engine, path: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as copy:
            copy.execute("SELECT count(*) FROM case_file")
            with closing(engine.raw_connection()) as raw:
                copy.backup(raw.driver_connection)  # type: ignore[arg-type]
    except sqlite3.Error:
        raise RuleViolation("file", N_("%(path)s is no backup of this program"), path=path) from None


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
