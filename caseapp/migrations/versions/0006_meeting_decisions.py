"""What the Friday meeting decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caseapp.db import Instant

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('meeting_decision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('week', sa.Date(), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('responsible', sa.String(length=80), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('recorded_by', sa.String(length=80), nullable=False),
    sa.Column('recorded_at', Instant(), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=True),
    sa.Column('done_by', sa.String(length=80), nullable=True),
    sa.Column('done_note', sa.Text(), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_meeting_decision_case_id_case_file')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_meeting_decision_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_decision'))
    )
    op.create_index('ix_meeting_decision_week', 'meeting_decision', ['unit_id', 'week'])
    op.create_index(
        'ix_meeting_decision_running', 'meeting_decision', ['responsible', 'due_on'],
        postgresql_where=sa.text('done_on IS NULL'), sqlite_where=sa.text('done_on IS NULL'),
    )


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
