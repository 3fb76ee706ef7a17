"""A case says with which other one it is handled, as one petition of a matter of many."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0066'
down_revision = '0065'
branch_labels = None
depends_on = None

OF_MANY = sa.text('matter IS NOT NULL')


def upgrade() -> None:
    op.add_column('case_file', sa.Column('matter', sa.String(60), nullable=True))
    op.create_index(
        'ix_case_file_matter', 'case_file', ['matter', 'id'], unique=False,
        postgresql_where=OF_MANY, sqlite_where=OF_MANY,
    )


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
