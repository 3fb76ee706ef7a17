"""A return visit is not charged to who recorded the resolution. Whom the rows that are there are charged to is worked out
anew by the command that migrates (``actions/recasting.py``), which finds the mark that is left here."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

MARKED = "SELECT name FROM mark WHERE name = 'owed_anew'"


def upgrade() -> None:
    op.add_column('deadline', sa.Column('not_by', sa.String(length=80), nullable=True))
    bind = op.get_bind()
    owing = bind.scalar(sa.text("SELECT id FROM deadline WHERE kind = 'return_visit' LIMIT 1")) is not None
    if owing and bind.scalar(sa.text(MARKED)) is None:
        op.execute("INSERT INTO mark (name, value) VALUES ('owed_anew', '2')")


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
