"""What a case is found by is one row, with an index of the database's own over it, instead of a row for each pair of
characters; filled for the cases there are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caseapp.domain.cases.events import ERASED
from caseapp.domain.search.grams import grams_of, keys, village_key
from caseapp.domain.search.models import Keys

revision = '0047'
down_revision = '0046'
branch_labels = None
depends_on = None

BATCH = 500
Key = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
FTS5 = (
    "CREATE VIRTUAL TABLE case_words_index USING fts5 (found_by, content=case_words, content_rowid=case_id, detail=none,"
    " columnsize=0, tokenize=ascii)",
    "CREATE VIRTUAL TABLE case_words_pairs USING fts5vocab (case_words_index, instance)",
    "INSERT INTO case_words_index (case_words_index) VALUES ('rebuild')",
    "CREATE TRIGGER case_words_new AFTER INSERT ON case_words BEGIN"
    " INSERT INTO case_words_index (rowid, found_by) VALUES (new.case_id, new.found_by); END",
    "CREATE TRIGGER case_words_changed AFTER UPDATE ON case_words BEGIN"
    " INSERT INTO case_words_index (case_words_index, rowid, found_by) VALUES ('delete', old.case_id, old.found_by);"
    " INSERT INTO case_words_index (rowid, found_by) VALUES (new.case_id, new.found_by); END",
    # what is gone leaves nothing behind: without 'optimize' it would stand in the index, marked as deleted
    "CREATE TRIGGER case_words_gone AFTER DELETE ON case_words BEGIN"
    " INSERT INTO case_words_index (case_words_index, rowid, found_by) VALUES ('delete', old.case_id, old.found_by);"
    " INSERT INTO case_words_index (case_words_index) VALUES ('optimize'); END",
)


def upgrade() -> None:
    words = op.create_table('case_words',
    sa.Column('case_id', Key, autoincrement=False, nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('found_by', Keys(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_case_words_case_id_case_file')),
    sa.PrimaryKeyConstraint('case_id', name=op.f('pk_case_words')),
    )
    fill(op.get_bind(), words)
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('CREATE INDEX ix_case_words_found_by ON case_words USING gin (found_by) WITH (fastupdate = off)')
    else:
        for statement in FTS5:
            op.execute(statement)
    op.drop_table('case_gram')


def fill(connection: sa.Connection, words: sa.Table) -> None:
    """Batch by batch, so that a large office's cases need not fit into memory."""
    unit = sa.table('unit', sa.column('id'), sa.column('parent_id'), sa.column('tier'))
    village = {row.id: row.parent_id if row.tier == 'group' else row.id for row in connection.execute(sa.select(unit))}
    names = map(sa.column, ('id', 'unit_id', 'title', 'description'))
    case = sa.table('case_file', *names, sa.column('sealed', sa.Boolean))
    found = sa.select(case).where(~case.c.sealed, case.c.title != ERASED)
    done = 0
    while batch := connection.execute(found.where(case.c.id > done).order_by(case.c.id).limit(BATCH)).all():
        rows = [(row.id, village[row.unit_id], keys(grams_of(row.title, row.description))) for row in batch]
        told = [
            {'case_id': case_id, 'village_id': village_id, 'found_by': found_by | {village_key(village_id)}}
            for case_id, village_id, found_by in rows
        ]
        connection.execute(words.insert(), told)
        done = batch[-1].id


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
