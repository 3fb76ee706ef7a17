"""Who is out of which cases is found by unit and role without reading other bars."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0042'
down_revision = '0041'
branch_labels = None
depends_on = None

NAME = 'ix_case_access_barred_unit'


def upgrade() -> None:
    op.drop_index(NAME, table_name='case_access')
    op.create_index(
        NAME, 'case_access', ['unit_id', 'role', 'case_id'],
        postgresql_where=sa.text('unit_id IS NOT NULL AND barred'),
        sqlite_where=sa.text('unit_id IS NOT NULL AND barred = 1'),
    )


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
