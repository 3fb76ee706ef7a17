"""What a case adds to a month, a quarter, a year to date is kept as rows.

The rows of cases that are there already are worked out by the command that migrates (``actions/contributions.py``),
which finds the mark that is left here.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table(
        'contribution',
        sa.Column('case_id', KEY, autoincrement=False, nullable=False),
        sa.Column('marks', sa.BigInteger(), nullable=False),
        sa.Column('unit_id', sa.Integer(), nullable=False),
        sa.Column('block', sa.Integer(), nullable=False),
        sa.Column('people', sa.Integer(), nullable=False),
        sa.Column('series', sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column('first', sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column('last', sa.SmallInteger(), nullable=False),
        sa.Column('bin', sa.SmallInteger(), nullable=False),
        sa.Column('formulas', sa.SmallInteger(), nullable=False),
        sa.Column('category', sa.String(length=30), nullable=False),
        sa.Column('lead', sa.String(length=80), nullable=True),
        sa.Column('more', sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_contribution_case_id_case_file')),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_contribution_unit_id_unit')),
        sa.PrimaryKeyConstraint('case_id', 'series', 'first', name=op.f('pk_contribution')),
        sqlite_with_rowid=False,
    )
    op.create_index('ix_contribution_window', 'contribution', ['series', 'bin', 'first', 'last'])


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
