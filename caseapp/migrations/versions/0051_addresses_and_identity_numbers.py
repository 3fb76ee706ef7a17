"""What parties live at, and the number of an identity document: encrypted, as telephone numbers are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0051'
down_revision = '0050'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('case_party', sa.Column('address', sa.String(length=2000), server_default='', nullable=False))
    op.add_column('case_party', sa.Column('id_number', sa.String(length=200), server_default='', nullable=False))


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
