"""What one person says of handing a matter over to an authority outside waits for another. What was handed over before
stays as it stands."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caseapp.db import Instant

revision = '0045'
down_revision = '0044'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('transfer_duty', sa.Column('said', sa.JSON(none_as_null=True), nullable=True))
    op.add_column('transfer_duty', sa.Column('said_by', sa.String(length=80), nullable=True))
    op.add_column('transfer_duty', sa.Column('said_at', Instant(), nullable=True))
    op.add_column('transfer_duty', sa.Column('confirmed_by', sa.String(length=80), nullable=True))


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
