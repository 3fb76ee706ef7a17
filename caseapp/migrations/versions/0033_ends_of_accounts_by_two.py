"""Ending a post and disabling an account may wait for a second person."""

from __future__ import annotations

from alembic import op

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade() -> None:
    kinds = "kind IN ('post', 'end_post', 'reset', 'enable', 'disable', 'end_factor')"
    with op.batch_alter_table('account_act') as table:
        table.drop_constraint(op.f('ck_account_act_kind'), type_='check')
        table.create_check_constraint(op.f('ck_account_act_kind'), kinds)


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
