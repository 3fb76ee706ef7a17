"""What the villages say beside their month's figures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caseapp.db import Instant

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('month_note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('problems', sa.Text(), nullable=False),
    sa.Column('plans', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('by', sa.String(length=80), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.Column('remark', sa.Text(), nullable=False),
    sa.CheckConstraint("state IN ('submitted', 'returned')", name=op.f('ck_month_note_state')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_month_note_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_month_note')),
    sa.UniqueConstraint('unit_id', 'month', name=op.f('uq_month_note_unit_id_month'))
    )


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
