"""What cases owe follows version 2 of the formulas: a promise is to be performed, suggestions owe a notice alone.

The rows of cases that are there already are worked out anew by the command that migrates (``actions/owed.py``), which
finds the mark that is left here.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

KINDS = "kind IN ('notice', 'first_contact', 'follow_up', 'team', 'handle', 'perform', 'return_visit')"


def upgrade() -> None:
    with op.batch_alter_table('deadline') as batch_op:
        batch_op.drop_constraint(op.f('ck_deadline_kind'), type_='check')
        batch_op.create_check_constraint(op.f('ck_deadline_kind'), KINDS)
    if op.get_bind().scalar(sa.text("SELECT id FROM case_file LIMIT 1")) is not None:
        op.execute("INSERT INTO mark (name, value) VALUES ('owed_anew', '2')")


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
