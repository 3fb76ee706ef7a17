"""/healthz: the process answers. /readyz: it can reach a database whose schema is up to date."""

from __future__ import annotations

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, current_app
from sqlalchemy.exc import SQLAlchemyError

from caseapp.db import db

room = Blueprint("health", __name__)


@room.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@room.get("/readyz")
def ready() -> Response:
    """The database answers and its schema is the newest."""
    try:
        with db.engine.connect() as connection:
            there = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError:
        return Response("database does not answer\n", 503, mimetype="text/plain")
    newest = ScriptDirectory(current_app.extensions["migrate"].directory).get_current_head()
    if there != newest:
        return Response("schema is not up to date\n", 503, mimetype="text/plain")
    return Response("ready\n", mimetype="text/plain")
