"""Moving, merging or closing a unit is asked for by one person and decided by another."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caseapp.db import Instant

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

UNDECIDED = sa.text("decided_at IS NULL")


def upgrade() -> None:
    op.create_table('unit_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('unit', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=True),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('moves', sa.JSON(), nullable=False),
    sa.Column('asked_by', sa.String(length=80), nullable=False),
    sa.Column('asked_at', Instant(), nullable=False),
    sa.Column('decided_by', sa.String(length=80), nullable=True),
    sa.Column('decided_at', Instant(), nullable=True),
    sa.Column('approved', sa.Boolean(), nullable=True),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.CheckConstraint("kind IN ('moved', 'merged', 'closed')", name=op.f('ck_unit_request_kind')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit_request'))
    )
    op.create_index('uq_unit_request_waiting', 'unit_request', ['unit'], unique=True, postgresql_where=UNDECIDED,
                    sqlite_where=UNDECIDED)


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
