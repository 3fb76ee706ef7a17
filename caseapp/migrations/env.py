"""Alembic's entry: the engine and the tables are those of the running application."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app

from caseapp.db import Instant

target = current_app.extensions["migrate"].db


def render_item(kind: str, item: Any, autogen: Any) -> str | bool:
    """Our own column type by its short name."""
    if kind == "type" and isinstance(item, Instant):
        autogen.imports.add("from caseapp.db import Instant")
        return "Instant()"
    return False


def run() -> None:
    """Migrate in one transaction."""
    with target.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=target.metadatas[None],
            render_as_batch=True,
            compare_type=True,
            render_item=render_item,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
