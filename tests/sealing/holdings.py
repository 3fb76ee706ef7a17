"""What the database holds, as somebody reads it who has the database or its files alone."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import create_engine, text

from caseapp.db import db


def stored() -> str:
    """Everything that the database holds, as somebody reads it who has the database alone."""
    told = []
    plain = create_engine(db.engine.url)
    with plain.connect() as connection:
        for table in db.metadata.sorted_tables:
            told += [str(tuple(row)) for row in connection.execute(text(f"SELECT * FROM {table.name}"))]
    plain.dispose()
    return "\n".join(told)


def files() -> bytes:
    """The bytes of the files of SQLite: the database and its log."""
    file = Path(str(db.engine.url.database))
    return b"".join(one.read_bytes() for one in (file, file.with_name(file.name + "-wal")) if one.exists())
