"""Open cases that were sent up or down are found by the unit that holds them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0043'
down_revision = '0042'
branch_labels = None
depends_on = None


def upgrade() -> None:
    sent = sa.text("standing = 'open' AND moves > 0")
    op.create_index(
        'ix_case_file_sent', 'case_file', ['holder_id', 'registered_at', 'id'], postgresql_where=sent, sqlite_where=sent
    )


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
