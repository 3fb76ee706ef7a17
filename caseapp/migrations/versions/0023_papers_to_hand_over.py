"""By when a paper is to be handed to the petitioner, and why a further return visit is asked for. The days of the cases that
are there are worked out by the command that migrates (``actions/recasting.py``), which finds the mark that is left here."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None

MARKED = "SELECT name FROM mark WHERE name = 'owed_anew'"
TO_SERVE = sa.text('serve_due_on IS NOT NULL')


def upgrade() -> None:
    op.add_column('case_file', sa.Column('serve_due_on', sa.Date(), nullable=True))
    op.create_index('ix_case_file_serve', 'case_file', ['serve_due_on'], postgresql_where=TO_SERVE, sqlite_where=TO_SERVE)
    op.add_column('callback', sa.Column('why', sa.String(length=12), server_default='rated', nullable=False))
    bind = op.get_bind()
    petitions = bind.scalar(sa.text("SELECT id FROM case_file WHERE track = 'petition' LIMIT 1")) is not None
    if petitions and bind.scalar(sa.text(MARKED)) is None:
        op.execute("INSERT INTO mark (name, value) VALUES ('owed_anew', '3')")


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
