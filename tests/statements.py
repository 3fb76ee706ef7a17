"""What is said to the database while something is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from caseapp.db import db

MANNERS = ("BEGIN", "PRAGMA", "SET", "SHOW", "SAVEPOINT", "RELEASE")


@contextmanager
def told() -> Iterator[list[tuple[str, Any]]]:
    """The statements with their values, without those that only begin or end something."""
    said: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_rest: object) -> None:
        if not statement.startswith(MANNERS):
            said.append((statement, values))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements; to be looked at afterwards."""
    statements: list[str] = []
    with told() as said:
        yield statements
    statements += [statement for statement, _values in said]
