"""What was taken from the queues of phones."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caseapp.db import Instant

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('taken_record',
    sa.Column('username', sa.String(length=80), nullable=False),
    sa.Column('client_id', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('taken_at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_taken_record_case_id_case_file')),
    sa.PrimaryKeyConstraint('username', 'client_id', name=op.f('pk_taken_record'))
    )


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
