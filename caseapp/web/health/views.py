"""/healthz: the process answers. /readyz: it reaches a database whose schema is up to date, that can be read and
written, with room on the disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, current_app
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from caseapp.actions.runs import LOOK
from caseapp.db import db, is_busy, waiting_at_most, writing
from caseapp.domain.audit.queries import last_finding
from caseapp.domain.verification.queries.damage import Damage
from caseapp.kernel.outage import outage_of

room = Blueprint("health", __name__)
LEAST_ROOM = 64 * 1024**2


@room.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@room.get("/readyz")
def ready() -> Response:
    """Ready, or what is in the way, a line each. What takes long was looked for by the nightly job."""
    try:
        problems = list(_problems())
    except SQLAlchemyError as problem:
        problems = [str(outage_of(problem) or "database does not answer")]
    text_of = "".join(f"{one}\n" for one in problems or ["ready"])
    return Response(text_of, 503 if problems else 200, mimetype="text/plain")


def _problems() -> Iterator[str]:
    with db.engine.connect() as connection:
        there = MigrationContext.configure(connection).get_current_revision()
        newest = ScriptDirectory(current_app.extensions["migrate"].directory).get_current_head()
        if there != newest:
            yield "schema is not up to date"
            return
        yield from (str(Damage(*one)) for one in last_finding(Session(connection), LOOK))
    if shutil.disk_usage(current_app.extensions["caseapp"].instance).free < LEAST_ROOM:
        yield "the disk is full: make room where the instance folder lies"
    yield from _cannot_write()


def _cannot_write() -> Iterator[str]:
    """Whether a transaction that is going to write could begin; nothing is written, and nobody is waited for."""
    try:
        with writing(), waiting_at_most(0), db.engine.connect() as connection:
            if _is_read_only(connection):
                yield "the database is read-only: it is a standby, or was set so"
    except OperationalError as problem:
        if not is_busy(problem):
            raise


def _is_read_only(connection: Connection) -> bool:
    if connection.dialect.name == "sqlite":
        connection.execute(text("SELECT 1"))  # takes the lock of who writes, and so is refused where nobody may
        return False
    return connection.scalar(text("SELECT current_setting('transaction_read_only')")) == "on"
