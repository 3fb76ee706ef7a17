"""What all cases add to a window is kept as sums, and what came or went since beside them. The job that adds up makes
them (``actions/sums.py``)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0048'
down_revision = '0047'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table(
        'contribution_change',
        sa.Column('id', KEY, nullable=False),
        sa.Column('times', sa.SmallInteger(), nullable=False),
        sa.Column('case_id', KEY, nullable=False),
        sa.Column('marks', sa.BigInteger(), nullable=False),
        sa.Column('unit_id', sa.Integer(), nullable=False),
        sa.Column('block', sa.Integer(), nullable=False),
        sa.Column('people', sa.Integer(), nullable=False),
        sa.Column('series', sa.SmallInteger(), nullable=False),
        sa.Column('first', sa.SmallInteger(), nullable=False),
        sa.Column('last', sa.SmallInteger(), nullable=False),
        sa.Column('category', sa.String(length=30), nullable=False),
        sa.Column('lead', sa.String(length=80), nullable=True),
        sa.Column('more', sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_contribution_change')),
    )
    op.create_table(
        'contribution_sum',
        sa.Column('series', sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column('number', sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column('unit_id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('accusations', sa.Integer(), nullable=False),
        sa.Column('whole', sa.Text(), nullable=False),
        sa.Column('county', sa.Text(), nullable=False),
        sa.Column('parts', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('series', 'number', 'unit_id', name=op.f('pk_contribution_sum')),
    )


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
