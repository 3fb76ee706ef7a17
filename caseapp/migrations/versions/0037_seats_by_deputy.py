"""Whose seats somebody answers for is found by the deputy too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0037'
down_revision = '0036'
branch_labels = None
depends_on = None

HAS_B = sa.text('deputy IS NOT NULL')


def upgrade() -> None:
    op.create_index(
        'ix_case_seat_deputy', 'case_seat', ['deputy', 'seat'], postgresql_where=HAS_B, sqlite_where=HAS_B
    )


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
