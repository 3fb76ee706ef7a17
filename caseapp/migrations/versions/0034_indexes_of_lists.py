"""Lists narrowed to a state or a category are read in order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_open = sa.text("standing = 'open'")
    op.create_index('ix_case_file_open_category', 'case_file', ['category', 'registered_at', 'id'], postgresql_where=is_open, sqlite_where=is_open)
    op.create_index('ix_case_file_state', 'case_file', ['state', 'registered_at', 'id'])
    op.create_index('ix_case_file_category', 'case_file', ['category', 'registered_at', 'id'])


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
