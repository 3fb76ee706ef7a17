"""Who is complained of bars a circle (``domain/access/circle.py``): a bar may be of a role in a unit, and says because of
whom it stands. The circles of the cases that are there are worked out by the command that migrates
(``actions/recasting.py``), which finds the mark that is left here; until then the bars that are there stay."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('case_access') as table:
        table.add_column(sa.Column('role', sa.String(length=20), nullable=True))
        table.add_column(sa.Column('because', sa.String(length=80), nullable=True))
        table.create_check_constraint(op.f('ck_case_access_role_in_a_unit'), 'role IS NULL OR unit_id IS NOT NULL')
        table.create_index('ix_case_access_because', ['because'])
    bind = op.get_bind()
    if bind.scalar(sa.text('SELECT id FROM case_access WHERE barred LIMIT 1')) is not None:
        op.execute("INSERT INTO mark (name, value) VALUES ('barred_anew', '1')")


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
