"""Who is out of a case because of whom it complains of is settled when the naming holds, and stands in the audit log. The
bars that are there are put on record once, by the command that migrates (``actions/recasting.py``), which finds the mark
that is left here."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0036'
down_revision = '0035'
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().scalar(sa.text('SELECT id FROM case_access WHERE because IS NOT NULL LIMIT 1')) is not None:
        op.execute("INSERT INTO mark (name, value) VALUES ('settled_anew', '1')")


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
