"""Frozen reports bear the anchor of their day; a message may be an anchor to an address outside."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('frozen_report', sa.Column('anchor', sa.String(length=160), nullable=True))
    op.add_column('delivery', sa.Column('address', sa.String(length=200), nullable=True))
    op.add_column('delivery', sa.Column('anchor', sa.String(length=160), nullable=True))


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
