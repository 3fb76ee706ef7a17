"""Forms in Excel that the county wants filled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caseapp.db import Instant

revision = '0067'
down_revision = '0066'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('county_form',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('file_name', sa.String(length=120), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=True),
    sa.Column('digest', sa.String(length=80), nullable=False),
    sa.Column('put_by', sa.String(length=80), nullable=False),
    sa.Column('put_at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_county_form'))
    )
    op.create_index(op.f('ix_county_form_name'), 'county_form', ['name'])
    for moves in ("UPDATE", "DELETE"):
        refuse(moves)


def refuse(moves: str) -> None:
    """A form that tables were handed up on stays on record as it was."""
    if op.get_bind().dialect.name == "postgresql":
        more = " OR TRUNCATE" if moves == "DELETE" else ""
        op.execute(
            f"CREATE TRIGGER county_form_no_{moves.lower()} BEFORE {moves}{more} ON county_form "
            "EXECUTE FUNCTION refuse_change()"
        )
    else:
        op.execute(
            f"CREATE TRIGGER county_form_no_{moves.lower()} BEFORE {moves} ON county_form "
            "BEGIN SELECT RAISE(ABORT, 'county_form is append-only'); END"
        )


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
