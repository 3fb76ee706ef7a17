"""A handover keeps its own list of what it moved, so that precisely that can be moved back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caseapp.db import Instant

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('handover',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('leaver', sa.String(length=80), nullable=False),
    sa.Column('successor', sa.String(length=60), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('made_by', sa.String(length=80), nullable=False),
    sa.Column('made_at', Instant(), nullable=False),
    sa.Column('taken_back_by', sa.String(length=80), nullable=True),
    sa.Column('taken_back_at', Instant(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handover'))
    )
    op.create_table('handover_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('handover_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('seat', sa.String(length=10), nullable=False),
    sa.Column('key', sa.Integer(), nullable=True),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('after', sa.JSON(), nullable=False),
    sa.Column('back', sa.Boolean(), nullable=False),
    sa.CheckConstraint("kind IN ('seat', 'standing', 'task', 'decision')", name=op.f('ck_handover_item_kind')),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_handover_item_case_id_case_file')),
    sa.ForeignKeyConstraint(['handover_id'], ['handover.id'], name=op.f('fk_handover_item_handover_id_handover')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_handover_item_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handover_item'))
    )
    op.create_index('ix_handover_item_handover', 'handover_item', ['handover_id'])


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
