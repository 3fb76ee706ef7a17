"""A case says when what is paid for its mediation was claimed; by it the register of subsidies finds it, as that of
visitors does by the day somebody came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0065'
down_revision = '0064'
branch_labels = None
depends_on = None

VISITS = sa.text("channel = 'visit'")
CLAIMED = sa.text('subsidy_on IS NOT NULL')


def upgrade() -> None:
    op.add_column('case_file', sa.Column('subsidy_on', sa.Date(), nullable=True))
    op.create_index(
        'ix_case_file_subsidy', 'case_file', ['subsidy_on', 'id'], unique=False,
        postgresql_where=CLAIMED, sqlite_where=CLAIMED,
    )
    op.create_index(
        'ix_case_file_visits', 'case_file', ['received_on', 'registered_at', 'id'], unique=False,
        postgresql_where=VISITS, sqlite_where=VISITS,
    )


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
