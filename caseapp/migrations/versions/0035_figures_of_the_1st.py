"""The figures that the scheduler kept on the 1st go: what was known then is in frozen reports."""

from __future__ import annotations

from alembic import op

revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table('month_figures')


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
