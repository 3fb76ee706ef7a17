"""Matters that nobody of the office may read because of whom they complain of are owed to an authority outside
(``domain/access/outside.py``). Which of the cases that are there have no readers is found with their circles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caseapp.db import Instant

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'transfer_duty',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
        sa.Column('authority', sa.String(length=20), nullable=False),
        sa.Column('since_on', sa.Date(), nullable=False),
        sa.Column('due_on', sa.Date(), nullable=False),
        sa.Column('sheet_for', sa.String(length=80), nullable=True),
        sa.Column('offered_at', Instant(), nullable=True),
        sa.Column('printed_at', Instant(), nullable=True),
        sa.Column('handed_on', sa.Date(), nullable=True),
        sa.Column('received_by', sa.String(length=80), nullable=True),
        sa.Column('handed_by', sa.String(length=80), nullable=True),
        sa.CheckConstraint("authority IN ('petition', 'discipline')", name=op.f('ck_transfer_duty_authority')),
        sa.CheckConstraint(
            '(handed_on IS NULL) = (received_by IS NULL)', name=op.f('ck_transfer_duty_received_by_somebody')
        ),
        sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_transfer_duty_case_id_case_file')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_transfer_duty')),
        sa.UniqueConstraint('case_id', name=op.f('uq_transfer_duty_case_id')),
    )


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
