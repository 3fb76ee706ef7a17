"""What is to be accepted, and open accusations, are found in order of registration by indexes of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0055'
down_revision = '0054'
branch_labels = None
depends_on = None

TO_ACCEPT = sa.text("state = 'registered' AND track = 'petition'")
OPEN_SEALED = sa.text("sealed AND standing = 'open'")
COLUMNS = ['registered_at', 'id']


def upgrade() -> None:
    op.create_index(
        'ix_case_file_to_accept', 'case_file', COLUMNS, unique=False,
        postgresql_where=TO_ACCEPT, sqlite_where=TO_ACCEPT,
    )
    op.create_index(
        'ix_case_file_open_sealed', 'case_file', COLUMNS, unique=False,
        postgresql_where=OPEN_SEALED, sqlite_where=sa.text("sealed = 1 AND standing = 'open'"),
    )


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
