"""An index to the cases that were merged into a case."""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

MERGED = sa.text('merged_into IS NOT NULL')


def upgrade() -> None:
    op.create_index(
        'ix_case_file_merged', 'case_file', ['merged_into'], postgresql_where=MERGED, sqlite_where=MERGED
    )


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
