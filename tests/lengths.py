"""SQLite takes a text of any length, PostgreSQL refuses one that is longer than its column. So that tests on SQLite
find it too, what is written there is held against the length of its column."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String


def hold_lengths(_connection: Any, _cursor: Any, _statement: str, _parameters: Any, context: Any, _many: bool) -> None:
    """Raise AssertionError for a text that PostgreSQL would refuse."""
    if context is None or not (context.isinsert or context.isupdate):
        return
    table = getattr(getattr(context.compiled, "statement", None), "table", None)
    limits = {
        column.key: column.type.length
        for column in (table.columns if table is not None else ())
        if isinstance(column.type, String) and column.type.length
    }
    for told in context.compiled_parameters if limits else ():
        for name, limit in limits.items():
            value = told.get(name)
            assert not isinstance(value, str) or len(value) <= limit, f"{table.name}.{name}: {value!r} is too long"
