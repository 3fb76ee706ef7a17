"""What frozen reports are shown from: their content with names, their words, their papers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('frozen_words',
    sa.Column('digest', sa.String(length=80), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_frozen_words'))
    )
    op.add_column('frozen_report', sa.Column('name', sa.String(length=80), nullable=True))
    op.add_column('frozen_report', sa.Column('stored', sa.Text(), nullable=True))
    op.add_column('frozen_report', sa.Column('words', sa.String(length=80), nullable=True))
    op.create_table('frozen_paper',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('digest', sa.String(length=80), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['report_id'], ['frozen_report.id'], name=op.f('fk_frozen_paper_report_id_frozen_report')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_frozen_paper')),
    sa.UniqueConstraint('report_id', 'kind', name=op.f('uq_frozen_paper_report_id_kind'))
    )
    for table in ("frozen_words", "frozen_paper"):
        for moves in ("UPDATE", "DELETE"):
            refuse(table, moves)


def refuse(table: str, moves: str) -> None:
    """What is frozen is never changed and never deleted."""
    if op.get_bind().dialect.name == "postgresql":
        more = " OR TRUNCATE" if moves == "DELETE" else ""
        op.execute(
            f"CREATE TRIGGER {table}_no_{moves.lower()} BEFORE {moves}{more} ON {table} "
            "EXECUTE FUNCTION refuse_change()"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {table}_no_{moves.lower()} BEFORE {moves} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
