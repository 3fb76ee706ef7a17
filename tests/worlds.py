"""The small world on a database of its own: built once a process, put back before each test, and what several tests begin
with beside it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa
from flask import Flask

from caseapp.db import db

Make = Callable[[str], Flask]  # an application on the database of an address
Build = Callable[[], None]  # fills the database of the current application


class Worlds(Protocol):
    """The small world on a database."""

    clock: Any
    app: Flask

    def fresh(self) -> None:
        """Put the world back as it was built."""

    def keep(self, name: str) -> None:
        """Keep what there is now under a name."""

    def bring(self, name: str) -> None:
        """Put back what was kept under a name."""

    def another(self, folder: Path) -> str:
        """The address of a second database with the world as it was built; the next call replaces it."""

    def rest(self) -> None:
        """Let go after a test."""

    def close(self) -> None:
        """Let go for good."""


class Kept:
    """Worlds that several tests begin with: each is made by the first of them and copied for the others."""

    def __init__(self, world: Worlds) -> None:
        self.world = world
        self.made: dict[str, tuple[Any, datetime]] = {}

    def begin(self, name: str, make: Callable[[], Any]) -> Any:
        """Begin with the world of a name, at the hour at which it was made; what is said of it when it is made is said
        each time."""
        if name in self.made:
            self.world.bring(name)
        else:
            told = make()
            self.world.keep(name)
            self.made[name] = told, self.world.clock.instant
        told, self.world.clock.instant = self.made[name]
        return told


def let_go() -> None:
    """Close every connection of the current application."""
    db.session.remove()
    db.engine.dispose()


class SqliteWorlds:
    """A template file, copied to the one under test."""

    def __init__(self, folder: Path, clock: Any, make: Make, build: Build) -> None:
        self.clock = clock
        self.folder = folder
        self.template, self.live = folder / "template.sqlite3", folder / "live.sqlite3"
        with make(f"sqlite:///{self.template}").app_context():
            build()
            let_go()
        self.app = make(f"sqlite:///{self.live}")

    def fresh(self) -> None:
        """Put the world back as it was built."""
        self._put(self.template)

    def _put(self, source: Path) -> None:
        """A file of its own each time: what a page of the test before still holds open is not written over."""
        let_go()
        aside = self.live.with_suffix(".new")
        shutil.copyfile(source, aside)
        aside.chmod(0o600)
        aside.replace(self.live)

    def keep(self, name: str) -> None:
        """Keep what there is now under a name."""
        let_go()
        shutil.copyfile(self.live, self.folder / f"{name}.kept")

    def bring(self, name: str) -> None:
        """Put back what was kept under a name."""
        self._put(self.folder / f"{name}.kept")

    def another(self, folder: Path) -> str:
        """The address of a second database with the world as it was built."""
        shutil.copyfile(self.template, folder / "another.sqlite3")
        return f"sqlite:///{folder / 'another.sqlite3'}"

    def rest(self) -> None:
        """Let go of the database after a test."""
        let_go()

    def close(self) -> None:
        """Let go of the database."""
        with self.app.app_context():
            let_go()


class PostgresWorlds:
    """A template database, from which the one under test is made; between tests its rows are put back, which takes a
    hundredth of the time. It is made anew when a test changed more than rows, or wrote very many.

    Connections stay open from one test to the next: a new one costs the server more than most tests do. One that a test
    left in the middle of something is ended.
    """

    SHAPE = """
        SELECT md5(string_agg(part, ' ' ORDER BY part)) FROM (
            SELECT format('%s %s', oid, relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace
            UNION SELECT format('%s %s', attrelid, attname) FROM pg_attribute WHERE NOT attisdropped
            UNION SELECT format('%s %s', oid, tgenabled) FROM pg_trigger
            UNION SELECT format('%s %s', oid, prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        ) AS parts (part)"""
    UNFINISHED = """
        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND state IS DISTINCT FROM 'idle'"""
    MUCH = 30_000_000  # bytes of a database that is no longer put back row by row

    def __init__(self, server: str, worker: str, clock: Any, make: Make, build: Build) -> None:
        self.clock = clock
        self.server = server
        self.names = (f"caseapp_{worker}_template", f"caseapp_{worker}")
        self.admin = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        self._make(self.names[0], "template0")
        with make(self._url(self.names[0])).app_context():
            build()
            let_go()
        self.rows = self._rows_back()
        self.shape = ""
        self.live = sa.create_engine(self._url(self.names[1]), isolation_level="AUTOCOMMIT")
        self.app = make(self._url(self.names[1]))

    def _url(self, name: str) -> str:
        return sa.make_url(self.server).set(database=name).render_as_string(hide_password=False)

    def _make(self, name: str, template: str) -> None:
        with self.admin.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            connection.execute(
                sa.text(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
            )

    def _rows_back(self) -> str:
        """The statements that put the rows of the template back."""
        engine = sa.create_engine(self._url(self.names[0]), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        back = ["SET session_replication_role = replica"]  # without the triggers that keep the log from being changed
        with engine.connect() as connection:
            for table in sa.inspect(connection).get_table_names():
                back.append(f'DELETE FROM "{table}"')
                rows = connection.exec_driver_sql(f'SELECT json_agg(kept)::text FROM "{table}" AS kept').scalar()
                if rows:
                    from_text = f'json_populate_recordset(NULL::"{table}", $rows${rows}$rows$)'
                    back.append(f'INSERT INTO "{table}" SELECT * FROM {from_text}')
            told = "SELECT sequencename, coalesce(last_value, 1), last_value IS NOT NULL FROM pg_sequences"
            for name, last, called in connection.exec_driver_sql(told):
                back.append(f"SELECT setval('\"{name}\"', {last}, {called})")
        return "; ".join(back)

    def fresh(self) -> None:
        """Put the world back as it was built."""
        db.session.remove()
        if not self._put_back():
            self.bring(self.names[0])
            with self.live.connect() as connection:
                self.shape = connection.exec_driver_sql(self.SHAPE).scalar_one()

    def _put_back(self) -> bool:
        """Put the rows back, when nothing but rows was changed."""
        if not self.shape:
            return False
        with self.live.connect() as connection:
            connection.exec_driver_sql(self.UNFINISHED)
            size = connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
            if size > self.MUCH or connection.exec_driver_sql(self.SHAPE).scalar_one() != self.shape:
                return False
            connection.exec_driver_sql(self.rows)
        return True

    def keep(self, name: str) -> None:
        """Keep what there is now under a name."""
        self._disconnect()
        self._make(f"{self.names[1]}_{name}", self.names[1])

    def bring(self, name: str) -> None:
        """Put back what was kept under a name."""
        self._disconnect()
        self._make(self.names[1], name if name == self.names[0] else f"{self.names[1]}_{name}")
        self.shape = ""  # the next test begins with the template

    def another(self, folder: Path) -> str:
        """The address of a second database with the world as it was built; the next call replaces it."""
        name = f"{self.names[1]}_another"
        self._make(name, self.names[0])
        return self._url(name)

    def _disconnect(self) -> None:
        let_go()
        self.live.dispose()

    def rest(self) -> None:
        """End what a test left open."""
        db.session.remove()

    def close(self) -> None:
        """Let go of the database."""
        with self.app.app_context():
            self._disconnect()
