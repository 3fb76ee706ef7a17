"""What befalls a machine, done to the database of a world: taken away, and brought back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from caseapp.db import db, writing


def take_away(world: Any) -> None:
    """The database is away: nobody connects, and every line to it is cut."""
    if db.engine.dialect.name == "sqlite":
        world.live.rename(world.live.with_suffix(".away"))
        return
    with world.admin.connect() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {world.names[1]} WITH ALLOW_CONNECTIONS false")
        connection.exec_driver_sql(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{world.names[1]}'"
        )


def bring_back(world: Any) -> None:
    """The database is there again."""
    if db.engine.dialect.name == "sqlite":
        world.live.with_suffix(".away").rename(world.live)
        return
    with world.admin.connect() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {world.names[1]} WITH ALLOW_CONNECTIONS true")
    world.live.dispose()


@contextmanager
def away(world: Any) -> Iterator[None]:
    """The database is away for a while."""
    take_away(world)
    try:
        yield
    finally:
        bring_back(world)


@contextmanager
def at_statement(nth: int, happens: Callable[[], None]) -> Iterator[list[int]]:
    """Something happens before the ``nth`` statement of what is done in here; how many there were."""
    seen = [0]

    def counted(*_told: Any) -> None:
        seen[0] += 1
        if seen[0] == nth:
            happens()

    event.listen(db.engine, "before_cursor_execute", counted)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", counted)


FILLED = ("case_event", "document")
NO_ROOM = """
    CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$"""


@contextmanager
def full_disk() -> Iterator[None]:
    """There is no room for another entry or paper."""
    lite = db.engine.dialect.name == "sqlite"
    _at_rest(*(["CREATE TABLE filled (x BLOB)"] if lite else [NO_ROOM]))
    needs = "BEGIN INSERT INTO filled VALUES (zeroblob(99999)); END" if lite else "EXECUTE FUNCTION no_room()"
    _at_rest(*(f"CREATE TRIGGER no_room_{table} BEFORE INSERT ON {table} {needs}" for table in FILLED))
    if lite:
        event.listen(db.engine, "connect", does_not_grow)
    yield
    if lite:
        event.remove(db.engine, "connect", does_not_grow)
    _at_rest(*(f"DROP TRIGGER no_room_{table}{'' if lite else f' ON {table}'}" for table in FILLED))
    _at_rest("DROP TABLE filled" if lite else "DROP FUNCTION no_room")


def _at_rest(*statements: str) -> None:
    """Done on a line of its own, while there is no other."""
    db.session.remove()
    db.engine.dispose()
    with writing(), db.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    db.engine.dispose()


def does_not_grow(line: Any, _record: Any) -> None:
    """A file of SQLite has as many pages as it has, and gets no more."""
    line.execute("PRAGMA max_page_count=1")
