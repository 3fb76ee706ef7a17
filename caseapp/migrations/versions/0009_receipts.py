"""Receipts, tries at codes, return visits after bad ratings, reports of pressure."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caseapp.db import Instant

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('receipt',
    sa.Column('case_id', KEY, autoincrement=False, nullable=False),
    sa.Column('token', sa.String(length=40), nullable=False),
    sa.Column('code', sa.String(length=10), nullable=False),
    sa.Column('issued_at', Instant(), nullable=False),
    sa.Column('issued_by', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_receipt_case_id_case_file')),
    sa.PrimaryKeyConstraint('case_id', name=op.f('pk_receipt')),
    sa.UniqueConstraint('token', name=op.f('uq_receipt_token'))
    )
    op.create_table('track_attempt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_track_attempt'))
    )
    op.create_index('ix_track_attempt_key', 'track_attempt', ['key', 'at'])
    op.create_index('ix_track_attempt_at', 'track_attempt', ['at'])
    op.create_table('callback',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', KEY, nullable=False),
    sa.Column('rated_at', Instant(), nullable=False),
    sa.Column('assigned_to', sa.String(length=60), nullable=True),
    sa.Column('assigned_at', Instant(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('done_at', Instant(), nullable=True),
    sa.Column('done_by', sa.String(length=80), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_callback_case_id_case_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_callback')),
    sa.UniqueConstraint('case_id', 'rated_at', name=op.f('uq_callback_case_id_rated_at'))
    )
    op.create_index(
        'ix_callback_undone', 'callback', ['assigned_to'],
        postgresql_where=sa.text('done_at IS NULL'), sqlite_where=sa.text('done_at IS NULL'),
    )
    op.create_table('pressure_report',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', KEY, nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('reach', sa.String(length=200), nullable=False),
    sa.Column('done_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_pressure_report_case_id_case_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pressure_report')),
    sa.UniqueConstraint('key', name=op.f('uq_pressure_report_key'))
    )
    op.create_index('ix_pressure_report_case', 'pressure_report', ['case_id', 'at'])
    op.create_index(
        'ix_pressure_report_undone', 'pressure_report', ['at'],
        postgresql_where=sa.text('done_at IS NULL'), sqlite_where=sa.text('done_at IS NULL'),
    )
    op.create_table('pressure_note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('by', sa.String(length=80), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(
        ['report_id'], ['pressure_report.id'], name=op.f('fk_pressure_note_report_id_pressure_report')
    ),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pressure_note'))
    )
    op.create_index('ix_pressure_note_report', 'pressure_note', ['report_id'])


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
