"""The names of the series of letters are longer than those of cases: two of them had no room on PostgreSQL."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0063'
down_revision = '0062'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('number_series') as batch_op:
        batch_op.alter_column(
            'track', existing_type=sa.String(length=10), type_=sa.String(length=20), existing_nullable=False
        )


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
