"""The end of each chain bears the mark of a key that is not in the database. Those there are get theirs once, from the
program, when the schema is brought up to date."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0046'
down_revision = '0045'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('chain_head', sa.Column('mark', sa.String(length=64), nullable=False, server_default=''))


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
