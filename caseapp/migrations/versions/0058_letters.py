"""Letters of the organ (文书), and the files that were made of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caseapp.db import Instant

revision = '0058'
down_revision = '0060'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('letter',
    sa.Column('id', KEY, nullable=False),
    sa.Column('case_id', KEY, nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=True),
    sa.Column('written', sa.String(), nullable=False),
    sa.Column('facts', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('writers', sa.JSON(), nullable=False),
    sa.Column('drafted_by', sa.String(length=80), nullable=False),
    sa.Column('drafted_at', Instant(), nullable=False),
    sa.Column('checked_by', sa.String(length=80), nullable=True),
    sa.Column('checked_at', Instant(), nullable=True),
    sa.Column('signed_by', sa.String(length=80), nullable=True),
    sa.Column('signed_at', Instant(), nullable=True),
    sa.Column('issued_by', sa.String(length=80), nullable=True),
    sa.Column('issued_at', Instant(), nullable=True),
    sa.Column('issued_on', sa.Date(), nullable=True),
    sa.Column('withdrawn_by', sa.String(length=80), nullable=True),
    sa.Column('withdrawn_at', Instant(), nullable=True),
    sa.Column('withdrawn_reason', sa.String(length=500), server_default='', nullable=False),
    sa.Column('filed_by', sa.String(length=80), nullable=True),
    sa.Column('filed_at', Instant(), nullable=True),
    sa.CheckConstraint(
        "state IN ('draft', 'checked', 'signed', 'issued', 'served', 'filed', 'withdrawn')",
        name=op.f('ck_letter_state'),
    ),
    sa.CheckConstraint('(number IS NULL) = (issued_at IS NULL)', name=op.f('ck_letter_numbered_when_issued')),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_letter_case_id_case_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter')),
    sa.UniqueConstraint('number', name=op.f('uq_letter_number')),
    )
    op.create_index(op.f('ix_letter_case_id'), 'letter', ['case_id'], unique=False)
    op.create_index('ix_letter_state', 'letter', ['state', 'id'], unique=False)
    op.create_table('letter_file',
    sa.Column('letter_id', KEY, autoincrement=False, nullable=False),
    sa.Column('name', sa.String(length=20), nullable=False),
    sa.Column('content', sa.String(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('made_at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['letter_id'], ['letter.id'], name=op.f('fk_letter_file_letter_id_letter')),
    sa.PrimaryKeyConstraint('letter_id', 'name', name=op.f('pk_letter_file')),
    )


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
