"""Who owes what today is a table. Its rows are filled by the command that migrates, which finds the mark that is left
here without a day (``actions/duties.py``)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None

CASE = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
BEGINS_BY_TIME = sa.text("kind = 'team'")
ONE_ANSWERS = (
    "(CASE WHEN person IS NULL THEN 0 ELSE 1 END) + (CASE WHEN town_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN holder_id IS NULL THEN 0 ELSE 1 END) = 1"
)


def upgrade() -> None:
    op.create_table(
        'duty',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('case_id', CASE, nullable=False),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('due_on', sa.Date(), nullable=False),
        sa.Column('from_on', sa.Date(), nullable=False),
        sa.Column('days', sa.Integer(), nullable=False),
        sa.Column('person', sa.String(length=80), nullable=True),
        sa.Column('acting', sa.Boolean(), nullable=False),
        sa.Column('town_id', sa.Integer(), nullable=True),
        sa.Column('holder_id', sa.Integer(), nullable=True),
        sa.Column('lead', sa.String(length=80), nullable=True),
        sa.Column('rungs', sa.Integer(), nullable=False),
        sa.CheckConstraint(ONE_ANSWERS, name=op.f('ck_duty_one_answers')),
        sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_duty_case_id_case_file')),
        sa.ForeignKeyConstraint(['holder_id'], ['unit.id'], name=op.f('fk_duty_holder_id_unit')),
        sa.ForeignKeyConstraint(['id'], ['deadline.id'], name=op.f('fk_duty_id_deadline'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['town_id'], ['unit.id'], name=op.f('fk_duty_town_id_unit')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_duty')),
    )
    op.create_index('ix_duty_case', 'duty', ['case_id'])
    op.create_index('ix_duty_due', 'duty', ['due_on', 'from_on'])
    op.create_index('ix_duty_rungs', 'duty', ['rungs', 'due_on'])
    for name, column in {'person': 'person', 'lead': 'lead', 'town': 'town_id', 'holder': 'holder_id'}.items():
        named = sa.text(f'{column} IS NOT NULL')
        order = [column, 'due_on', 'id']
        op.create_index(f'ix_duty_{name}', 'duty', order, postgresql_where=named, sqlite_where=named)
    op.create_table(
        'duty_reader',
        sa.Column('reader', sa.String(length=90), nullable=False),
        sa.Column('due_on', sa.Date(), nullable=False),
        sa.Column('duty_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['duty_id'], ['duty.id'], name=op.f('fk_duty_reader_duty_id_duty'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('reader', 'due_on', 'duty_id', name=op.f('pk_duty_reader')),
        sqlite_with_rowid=False,
    )
    op.create_index('ix_duty_reader_duty', 'duty_reader', ['duty_id'])
    op.create_index(
        'ix_deadline_begins', 'deadline', ['from_on'], postgresql_where=BEGINS_BY_TIME, sqlite_where=BEGINS_BY_TIME
    )
    op.execute("INSERT INTO mark (name, value) VALUES ('duties', '')")


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
