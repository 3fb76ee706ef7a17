"""By which telephone and identity numbers a case is looked up: digests under a key. They are worked out at the next
start, from what is encrypted beside them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0061'
down_revision = '0056'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'case_contact',
        sa.Column('digest', sa.LargeBinary(), nullable=False),
        sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
        sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_case_contact_case_id_case_file')),
        sa.PrimaryKeyConstraint('digest', 'case_id', name=op.f('pk_case_contact')),
        sqlite_with_rowid=False,
    )
    op.create_index('ix_case_contact_case_id', 'case_contact', ['case_id'], unique=False)


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
