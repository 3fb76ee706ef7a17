"""The migrations lead to the tables that the models describe, on each database."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from caseapp.db import db

FINDING = ("case_words_index", "case_words_pairs", "ix_case_words_found_by")


def test_the_migrated_tables_are_those_of_the_models(app):
    """But for what finds texts, which is FTS5 on SQLite and an index of its own kind on PostgreSQL."""

    def ours(_thing: object, name: str, *_rest: object) -> bool:
        return db.engine.dialect.name == "postgresql" or not name.startswith(FINDING)

    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": ours})
        assert compare_metadata(context, db.metadata) == []
