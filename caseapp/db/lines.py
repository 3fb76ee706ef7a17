"""Lines to the database: how one is opened, what it is told first, and whether it still leads anywhere."""

from __future__ import annotations

import logging
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError, InvalidatePoolError

from caseapp.kernel.private import create_private

LOCK_TIMEOUT = "lock_timeout"
"""Where a connection keeps how many milliseconds it waits for others at most."""
PATIENT = 60.0
"""Seconds that a job or a command waits for others who write."""
READS = "reads"
"""Where a connection keeps whether its transaction was begun for reading."""
PREPARED_AT_MOST = 200
"""Statements that a connection keeps prepared: those of all pages, as people with different posts ask them. They take
some 35 MB of the server's memory."""
REACHED_WITHIN, TRUSTED = 5, 1.0
"""Seconds in which a server answers whoever connects; for which a connection that worked is taken to work, untried."""

NOT_TOLD = (None,) * 5
"""What else a driver may tell of a column (PEP 249)."""

WRITING: ContextVar[bool] = ContextVar("writing", default=False)
PATIENCE: ContextVar[float] = ContextVar("patience", default=PATIENT)


def milliseconds(seconds: float) -> int:
    """Seconds as a database takes them: never none, which would mean for ever."""
    return max(int(seconds * 1000), 1)


def prepare_sqlite(engine: Engine) -> None:
    """Foreign keys, full durability, what is erased gone from the file too, waiting for its turn, writers taking the
    lock at once."""
    _make_private(engine)
    file = engine.url.database or ":memory:"

    @event.listens_for(engine, "do_connect")
    def open_what_is_there(dialect: Any, _record: Any, _words: Any, named: dict[str, Any]) -> Any:
        if file == ":memory:":
            return None
        return dialect.connect(f"{Path(file).absolute().as_uri()}?mode=rw", uri=True, **named)

    @event.listens_for(engine, "checkout")
    def on_checkout(_connection: Any, record: Any, _lent: Any) -> None:
        if record.info.setdefault("file", _which(file)) != _which(file):
            raise DisconnectionError("the database file was put elsewhere, or another in its place")

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, record: Any) -> None:
        record.info["file"] = _which(file)
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.execute(f"PRAGMA busy_timeout={milliseconds(PATIENT)}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        if WRITING.get():
            connection.exec_driver_sql(f"PRAGMA busy_timeout={milliseconds(PATIENCE.get())}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if WRITING.get() else "BEGIN")


def prepare_postgresql(engine: Engine) -> None:
    """No compiling of statements: a page reads few rows, and where PostgreSQL takes them for many ("my work"), it would
    compile for seconds what it answers in a millisecond. What is asked a second time is prepared, and stays so when a
    page ends: the same few statements are asked again and again, and some take ten times longer to plan than to answer.
    After a server was away, what is left of the lines to it is found out before somebody uses one."""
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)  # that a line is dead is told by who needed it

    @event.listens_for(engine, "do_connect")
    def on_do_connect(_dialect: Any, _record: Any, _words: Any, named: dict[str, Any]) -> None:
        named.setdefault("connect_timeout", REACHED_WITHIN)

    @event.listens_for(engine, "checkin")
    def on_checkin(_connection: Any, record: Any) -> None:
        record.info["worked_at"] = monotonic()

    @event.listens_for(engine, "checkout")
    def on_checkout(connection: Any, record: Any, _lent: Any) -> None:
        if monotonic() - record.info.get("worked_at", monotonic()) > TRUSTED:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as problem:
                raise InvalidatePoolError("the server was away") from problem

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.execute("SET jit = off")
        connection.prepare_threshold, connection.prepared_max = 1, PREPARED_AT_MOST
        connection.cursor_factory = _telling_little(connection.cursor_factory)
        connection.commit()

    event.listen(engine, "rollback", _end_reading)

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        connection.info[READS] = not WRITING.get()
        _see_one_instant(connection, engine.dialect.loaded_dbapi.IsolationLevel.REPEATABLE_READ)
        wanted = 0 if PATIENCE.get() == PATIENT else milliseconds(PATIENCE.get())
        if WRITING.get() and connection.info.get(LOCK_TIMEOUT, 0) != wanted:
            _set_before(connection, f"SET lock_timeout = {wanted}")
            connection.info[LOCK_TIMEOUT] = wanted


@cache
def _telling_little(cursor: type[Any]) -> type[Any]:
    """A cursor that tells of the columns that came their names and types, which is all that is asked of it. The driver
    makes an object of each, which takes a tenth of the time of a statement that reads one case."""

    def description(self: Any) -> list[tuple[Any, ...]] | None:
        found = self.pgresult
        if not (found and found.nfields):
            return None
        return [(found.fname(nth).decode(), found.ftype(nth), *NOT_TOLD) for nth in range(found.nfields)]

    return type("TellingLittle", (cursor,), {"description": property(description)})


def _see_one_instant(connection: Any, level: Any) -> None:
    """Whoever only reads sees everything as it was at one instant, as with SQLite: a page that asked whom a case is
    open to, and then what it says, is not told what somebody put on it in between. Who writes sees what was kept
    meanwhile."""
    driver = connection.connection.dbapi_connection
    wanted = level if connection.info[READS] else None
    if driver.isolation_level is not wanted:
        driver.isolation_level = wanted


def _end_reading(connection: Any) -> None:
    """Take back a transaction that only read, past the driver, which would forget every prepared statement: it fears
    for tables made in what is taken back. One that was going to write, or failed, is left to the driver."""
    if connection.invalidated:
        return
    driver = connection.connection.dbapi_connection
    if connection.info.get(READS) and driver.info.transaction_status.name == "INTRANS":
        driver.pgconn.exec_(b"ROLLBACK")


def _set_before(connection: Any, setting: str) -> None:
    """Set something before the transaction begins, so that it stays set when the transaction is taken back."""
    driver = connection.connection.dbapi_connection
    driver.autocommit = True
    driver.execute(setting)
    driver.autocommit = False


def _which(file: str) -> tuple[int, int] | None:
    """Which file lies at a place; none when there is none."""
    try:
        found = Path(file).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _make_private(engine: Engine) -> None:
    """A new database file is its owner's alone, and so is what SQLite lays beside it. A folder that is not there is
    told of when the database is opened."""
    file = Path(engine.url.database or "")
    if engine.url.database and not file.exists() and file.parent.is_dir():
        create_private(file)
