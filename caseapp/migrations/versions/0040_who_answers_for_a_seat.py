"""Who answers for a seat today is kept with it. The rows of today are made anew when the schema is brought up to
date."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0040'
down_revision = '0039'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('case_seat', sa.Column('person', sa.String(length=80), nullable=True))
    answered = sa.text('person IS NOT NULL')
    op.create_index(
        'ix_case_seat_person', 'case_seat', ['person', 'seat', 'case_id'],
        postgresql_where=answered, sqlite_where=answered,
    )
    op.execute("UPDATE mark SET value = '' WHERE name = 'duties'")


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
