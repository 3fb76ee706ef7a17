"""What waits on a desk is found in the order in which it is shown, and whom a due item names sees it without more ado."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0056'
down_revision = '0059'
branch_labels = None
depends_on = None

OPEN_EMPTY = "standing = 'open' AND seats_filled < 5"
IN_ORDER = (
    ('sent', "standing = 'open' AND moves > signed_for", ['holder_id']),
    ('to_accept', "state = 'registered' AND track = 'petition'", []),
    ('serve', 'serve_due_on IS NOT NULL', []),
    ('staff', f'{OPEN_EMPTY} AND team_from <= registered_on', []),
    ('backlog', f'{OPEN_EMPTY} AND team_from > registered_on', []),
)
WAITS = {
    'plan_at': ('liaison', 'plan_owed'),
    'reply_at': ('dept', "state = 'handling' AND track = 'petition'"),
    'paper_at': ('dept', 'serve_due_on IS NOT NULL'),
}
OF_OTHERS = 'lead IS NOT NULL AND (person IS NULL OR person <> lead)'
BARRED = 'SELECT case_id FROM case_access WHERE barred'


def upgrade() -> None:
    op.add_column('case_file', sa.Column('signed_for', sa.Integer(), server_default='0', nullable=False))
    op.execute("""UPDATE case_file SET signed_for = (SELECT max(move) FROM signing WHERE signing.case_id = case_file.id)
        WHERE id IN (SELECT case_id FROM signing)""")
    op.add_column('case_file', sa.Column('guarded', sa.Boolean(), server_default=sa.true(), nullable=False))
    op.execute(f"UPDATE case_file SET guarded = false WHERE NOT sealed AND id NOT IN ({BARRED})")
    for name in ('sent', 'to_accept', 'serve', 'staff', 'plan'):
        op.drop_index(f'ix_case_file_{name}', table_name='case_file')
    for name, clause, before in IN_ORDER:
        op.create_index(
            f'ix_case_file_{name}', 'case_file', [*before, 'registered_at', 'id', 'guarded'], unique=False,
            postgresql_where=sa.text(f'{clause} AND NOT sealed'), sqlite_where=sa.text(f'{clause} AND sealed = 0'),
        )
    _seats()
    _duties()


def _seats() -> None:
    instant = sa.DateTime().with_variant(sa.DateTime(timezone=True), 'postgresql')
    for column, (seat, waiting) in WAITS.items():
        op.add_column('case_seat', sa.Column(column, instant))
        op.execute(f"""UPDATE case_seat SET {column} = (
            SELECT registered_at FROM case_file WHERE case_file.id = case_seat.case_id AND NOT sealed AND {waiting})
            WHERE seat = '{seat}'""")
        since = sa.text(f'{column} IS NOT NULL')
        op.create_index(
            f"ix_case_seat_{column.removesuffix('_at')}", 'case_seat', ['person', column, 'case_id'], unique=False,
            postgresql_where=since, sqlite_where=since,
        )


def _duties() -> None:
    op.add_column('duty', sa.Column('tier', sa.String(10)))
    op.add_column('duty', sa.Column('not_by', sa.String(80)))
    op.add_column('duty', sa.Column('guarded', sa.Boolean(), server_default=sa.true(), nullable=False))
    op.execute("UPDATE duty SET guarded = false WHERE case_id IN (SELECT id FROM case_file WHERE NOT guarded)")
    op.execute("""UPDATE duty SET tier = (SELECT tier FROM case_file WHERE case_file.id = duty.case_id),
        not_by = (SELECT not_by FROM deadline WHERE deadline.id = duty.id) WHERE holder_id IS NOT NULL""")
    op.drop_index('ix_duty_lead', table_name='duty')
    of_others = sa.text(OF_OTHERS)
    op.create_index(
        'ix_duty_lead', 'duty', ['lead', 'due_on', 'id'], unique=False,
        postgresql_where=of_others, sqlite_where=of_others,
    )


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
