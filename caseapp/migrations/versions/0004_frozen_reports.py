"""Frozen reports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caseapp.db import Instant

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('frozen_report',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('as_of', Instant(), nullable=False),
    sa.Column('frozen_at', Instant(), nullable=False),
    sa.Column('frozen_by', sa.String(length=80), nullable=False),
    sa.Column('formulas', sa.Integer(), nullable=False),
    sa.Column('settings', sa.JSON(), nullable=False),
    sa.Column('digest', sa.String(length=80), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('moved', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_frozen_report_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_frozen_report')),
    sa.UniqueConstraint('unit_id', 'month', 'revision', name=op.f('uq_frozen_report_unit_id_month_revision'))
    )
    for moves in ("UPDATE", "DELETE"):
        refuse(moves)


def refuse(moves: str) -> None:
    """What is frozen is never changed and never deleted."""
    if op.get_bind().dialect.name == "postgresql":
        more = " OR TRUNCATE" if moves == "DELETE" else ""
        op.execute(
            f"CREATE TRIGGER frozen_report_no_{moves.lower()} BEFORE {moves}{more} ON frozen_report "
            "EXECUTE FUNCTION refuse_change()"
        )
    else:
        op.execute(
            f"CREATE TRIGGER frozen_report_no_{moves.lower()} BEFORE {moves} ON frozen_report "
            "BEGIN SELECT RAISE(ABORT, 'frozen_report is append-only'); END"
        )


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
