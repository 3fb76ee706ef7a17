"""The cases of a person are found by who registered them."""

from __future__ import annotations

from alembic import op

revision = '0038'
down_revision = '0037'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_case_file_registered_by', 'case_file', ['registered_by'])


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
