"""Cases to be staffed and to be planned, and the open cases of who answers for a seat, are found by indexes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0044'
down_revision = '0043'
branch_labels = None
depends_on = None

FILED = "EXISTS (SELECT 1 FROM case_event WHERE case_event.case_id = case_file.id AND case_event.kind = 'plan_filed')"
OPEN = "EXISTS (SELECT 1 FROM case_file WHERE case_file.id = case_seat.case_id AND case_file.standing = 'open')"


def upgrade() -> None:
    op.add_column('case_file', sa.Column('plan_owed', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(f"UPDATE case_file SET plan_owed = true WHERE standing = 'open' AND team_needed AND NOT {FILED}")
    op.execute("UPDATE case_file SET team_from = registered_on WHERE team_needed")
    op.drop_column('case_file', 'team_needed')
    staffed = sa.text("standing = 'open' AND seats_filled < 5")
    op.create_index('ix_case_file_staff', 'case_file', ['team_from'], postgresql_where=staffed, sqlite_where=staffed)
    op.create_index(
        'ix_case_file_plan', 'case_file', ['id'],
        postgresql_where=sa.text('plan_owed'), sqlite_where=sa.text('plan_owed = 1'),
    )
    op.add_column('case_seat', sa.Column('case_open', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(f"UPDATE case_seat SET case_open = true WHERE {OPEN}")
    op.drop_index('ix_case_seat_person', table_name='case_seat')
    op.create_index(
        'ix_case_seat_person', 'case_seat', ['person', 'seat', 'case_id'],
        postgresql_where=sa.text('person IS NOT NULL AND case_open'),
        sqlite_where=sa.text('person IS NOT NULL AND case_open = 1'),
    )


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
