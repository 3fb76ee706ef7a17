"""The chains take half the room: a record no longer says the digest of the one before it, which its own covers; digests
of events and seals are bytes; an event is named by its case and its place; what no query reads is in no index. Nothing
that a digest covers is changed."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from caseapp.db import Hex, Instant
from caseapp.kernel.short_json import short_json

revision = '0049'
down_revision = '0048'
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
ONLY_SHORTER = ('audit_entry', 'unit_change', 'held_row')
MADE_ANEW = ('case_event', 'case_event_text', 'seal')
KEPT = {'case_event': ('update', 'delete'), 'case_event_text': ('update',), 'seal': ('update', 'delete')}
COPIES = (
    """INSERT INTO case_event (case_id, recorded_at, at, seq, on_day, kind, by, effect, digest, text_digest, facts)
    SELECT case_id, recorded_at, at, seq, on_day, kind, by, effect, {digest}, {text_digest}, facts
    FROM was_case_event ORDER BY case_id, seq""",
    """INSERT INTO case_event_text (case_id, seq, salt, texts) SELECT case_id, seq, {salt}, {texts}
    FROM was_case_event_text JOIN was_case_event ON id = event_id ORDER BY case_id, seq""",
    """INSERT INTO seal (seq, length, number, head, digest) SELECT seq, length, number, {head}, {digest}
    FROM was_seal ORDER BY seq""",
)
DIGITS = ('digest', 'text_digest', 'salt', 'head')
# what PostgreSQL would refuse to read as text stays as it is written, and reads the same
TEXTS = """CASE WHEN texts::text ~ '\\\\u' AND texts::text !~ '\\\\u(0000|[dD][89a-fA-F])' THEN texts::jsonb::json ELSE texts END"""


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == 'postgresql'
    for table in ONLY_SHORTER:
        op.execute(f'ALTER TABLE {table} DROP COLUMN previous')
    if postgres:
        set_aside_postgresql()
    else:
        set_aside_sqlite()
    create()
    told = {name: f"decode({name}, 'hex')" if postgres else f'as_bytes({name})' for name in DIGITS}
    for copy in COPIES:
        op.execute(copy.format(**told, texts=TEXTS if postgres else 'shorter(texts)'))
    for table in ('case_event_text', 'case_event', 'seal'):
        op.drop_table(f'was_{table}')
    op.create_index('ix_seal_number', 'seal', ['number'])
    guard(postgres=postgres)


def set_aside_postgresql() -> None:
    for table in MADE_ANEW:
        op.execute(f'ALTER TABLE {table} RENAME TO was_{table}')
        op.execute(f'ALTER TABLE was_{table} RENAME CONSTRAINT pk_{table} TO pk_was_{table}')
    op.execute('DROP INDEX ix_seal_number')


def set_aside_sqlite() -> None:
    connection: Any = op.get_bind().connection.driver_connection
    connection.create_function('as_bytes', 1, lambda digits: None if digits is None else bytes.fromhex(digits))
    connection.create_function('shorter', 1, lambda told: short_json(json.loads(told)))
    for table in MADE_ANEW:
        op.execute(f'ALTER TABLE {table} RENAME TO was_{table}')
    op.execute('DROP INDEX ix_seal_number')


def create() -> None:
    op.create_table('case_event',
    sa.Column('case_id', Key, nullable=False),
    sa.Column('recorded_at', Instant(), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('on_day', sa.Date(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('by', sa.String(length=80), nullable=True),
    sa.Column('effect', sa.String(length=20), nullable=True),
    sa.Column('digest', Hex(), nullable=False),
    sa.Column('text_digest', Hex(), nullable=True),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name='fk_case_event_case_id_case_file'),
    sa.PrimaryKeyConstraint('case_id', 'seq', name=op.f('pk_case_event')),
    sqlite_with_rowid=False,
    )
    op.create_table('case_event_text',
    sa.Column('case_id', Key, autoincrement=False, nullable=False),
    sa.Column('seq', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('salt', Hex(), nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['case_id', 'seq'], ['case_event.case_id', 'case_event.seq'],
    name=op.f('fk_case_event_text_case_id_seq_case_event')),
    sa.PrimaryKeyConstraint('case_id', 'seq', name=op.f('pk_case_event_text')),
    )
    op.create_table('seal',
    sa.Column('seq', Key, autoincrement=False, nullable=False),
    sa.Column('length', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('head', Hex(), nullable=False),
    sa.Column('digest', Hex(), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_seal')),
    )


def guard(*, postgres: bool) -> None:
    for table, moves in KEPT.items():
        for move in moves:
            if postgres:
                name, what = {'update': ('changed', 'UPDATE'), 'delete': ('deleted', 'DELETE OR TRUNCATE')}[move]
                op.execute(
                    f'CREATE TRIGGER {table}_never_{name} BEFORE {what} ON {table} EXECUTE FUNCTION refuse_change()'
                )
            else:
                op.execute(
                    f"CREATE TRIGGER {table}_no_{move} BEFORE {move.upper()} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
