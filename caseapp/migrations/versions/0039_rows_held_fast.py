"""Rows that follow from no event are held fast by a chain of their digests. Those there are come in when the schema is
brought up to date, or with the first of them that is written."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0039'
down_revision = '0038'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('held_row',
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('table', sa.String(length=40), nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('covered', sa.String(length=64), nullable=True),
    sa.Column('previous', sa.String(length=64), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_held_row'))
    )
    op.create_table('held_now',
    sa.Column('table', sa.String(length=40), nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('salt', sa.String(length=32), nullable=False),
    sa.Column('covered', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('table', 'key', name=op.f('pk_held_now'))
    )
    op.execute(f"INSERT INTO chain_head (name, seq, digest) VALUES ('held', 0, '{'0' * 64}')")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE TRIGGER held_row_never_changed BEFORE UPDATE ON held_row EXECUTE FUNCTION refuse_change()")
        op.execute(
            "CREATE TRIGGER held_row_never_deleted BEFORE DELETE OR TRUNCATE ON held_row EXECUTE FUNCTION refuse_change()"
        )
        return
    for moves in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER held_row_no_{moves.lower()} BEFORE {moves} ON held_row "
            "BEGIN SELECT RAISE(ABORT, 'held_row is append-only'); END"
        )


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
