"""The audit log is found by who, what, of what and when; tries of nobody in particular are counted beside it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caseapp.db import Instant

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('stray_tries',
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('hour', Instant(), nullable=False),
    sa.Column('origin', sa.String(length=60), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('last_at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'hour', 'origin', name=op.f('pk_stray_tries'))
    )
    op.create_index('ix_stray_tries_hour', 'stray_tries', ['hour'])
    op.drop_index('ix_audit_entry_at', table_name='audit_entry')
    op.create_index('ix_audit_entry_order', 'audit_entry', ['at', 'seq'])
    for column in ('actor', 'action', 'subject'):
        op.create_index(f'ix_audit_entry_{column}', 'audit_entry', [column, 'at', 'seq'])


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
