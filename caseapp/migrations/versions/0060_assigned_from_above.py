"""Who assigned a matter from above is owed an answer, and what a side undertook in an agreement is owed by its day: two
kinds of due items. And a case says when the last of what was assigned in it was received, by which its desk finds it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0060'
down_revision = '0055'
branch_labels = None
depends_on = None

KINDS = (
    "kind IN ('notice', 'first_contact', 'follow_up', 'team', 'handle', 'perform', 'undertaking', 'return_visit',"
    " 'answer_above')"
)
ASSIGNED = sa.text('assigned_on IS NOT NULL')


OF_DEADLINES = ('duty', 'duty_reader')
"""What hangs on the table that SQLite writes anew: dropping the old one would take it along."""


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == 'sqlite'
    for table in OF_DEADLINES if sqlite else ():
        op.execute(f'CREATE TEMPORARY TABLE kept_{table} AS SELECT * FROM {table}')
    with op.batch_alter_table('deadline') as batch_op:
        batch_op.drop_constraint(op.f('ck_deadline_kind'), type_='check')
        batch_op.create_check_constraint(op.f('ck_deadline_kind'), KINDS)
    for table in OF_DEADLINES if sqlite else ():
        op.execute(f'INSERT INTO {table} SELECT * FROM kept_{table}')
        op.execute(f'DROP TABLE kept_{table}')
    op.add_column('case_file', sa.Column('assigned_on', sa.Date(), nullable=True))
    op.create_index(
        'ix_case_file_assigned', 'case_file', ['assigned_on', 'id'], unique=False,
        postgresql_where=ASSIGNED, sqlite_where=ASSIGNED,
    )


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
