"""The days on which leaders receive petitioners, and who was received on them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caseapp.db import Instant

revision = '0062'
down_revision = '0061'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'reception_day',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('unit_id', sa.Integer(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('begins', sa.String(length=5), nullable=False),
        sa.Column('ends', sa.String(length=5), nullable=False),
        sa.Column('place', sa.String(length=200), nullable=False),
        sa.Column('leader', sa.String(length=80), nullable=False),
        sa.Column('posted_by', sa.String(length=80), nullable=False),
        sa.Column('posted_at', Instant(), nullable=False),
        sa.Column('cancelled_by', sa.String(length=80), nullable=True),
        sa.Column('cancelled_at', Instant(), nullable=True),
        sa.Column('cancelled_reason', sa.String(length=500), server_default='', nullable=False),
        sa.CheckConstraint(
            '(cancelled_at IS NULL) = (cancelled_by IS NULL)', name=op.f('ck_reception_day_called_off_by_somebody')
        ),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_reception_day_unit_id_unit')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_reception_day')),
    )
    op.create_index('ix_reception_day_day', 'reception_day', ['unit_id', 'day'], unique=False)
    op.create_table(
        'reception',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('reception_day_id', sa.Integer(), nullable=False),
        sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
        sa.Column('seq', sa.Integer(), nullable=False),
        sa.Column('decision_id', sa.Integer(), nullable=True),
        sa.Column('recorded_by', sa.String(length=80), nullable=False),
        sa.Column('recorded_at', Instant(), nullable=False),
        sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_reception_case_id_case_file')),
        sa.ForeignKeyConstraint(
            ['decision_id'], ['meeting_decision.id'], name=op.f('fk_reception_decision_id_meeting_decision')
        ),
        sa.ForeignKeyConstraint(
            ['reception_day_id'], ['reception_day.id'], name=op.f('fk_reception_reception_day_id_reception_day')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_reception')),
        sa.UniqueConstraint('reception_day_id', 'case_id', name=op.f('uq_reception_reception_day_id_case_id')),
    )
    op.create_index(op.f('ix_reception_case_id'), 'reception', ['case_id'], unique=False)


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
