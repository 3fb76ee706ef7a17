"""Word templates of the office's own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caseapp.db import Instant

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('paper_template',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('paper', sa.String(length=10), nullable=False),
    sa.Column('file_name', sa.String(length=120), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=True),
    sa.Column('digest', sa.String(length=80), nullable=False),
    sa.Column('put_by', sa.String(length=80), nullable=False),
    sa.Column('put_at', Instant(), nullable=False),
    sa.CheckConstraint("paper IN ('month', 'week', 'year')", name=op.f('ck_paper_template_paper')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper_template'))
    )
    op.create_index(op.f('ix_paper_template_paper'), 'paper_template', ['paper'])
    for moves in ("UPDATE", "DELETE"):
        refuse(moves)


def refuse(moves: str) -> None:
    """A template that papers were made with stays on record as it was."""
    if op.get_bind().dialect.name == "postgresql":
        more = " OR TRUNCATE" if moves == "DELETE" else ""
        op.execute(
            f"CREATE TRIGGER paper_template_no_{moves.lower()} BEFORE {moves}{more} ON paper_template "
            "EXECUTE FUNCTION refuse_change()"
        )
    else:
        op.execute(
            f"CREATE TRIGGER paper_template_no_{moves.lower()} BEFORE {moves} ON paper_template "
            "BEGIN SELECT RAISE(ABORT, 'paper_template is append-only'); END"
        )


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
