"""Who assigned a matter from above is owed an answer: a kind of due item, found by an index of its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0060'
down_revision = '0055'
branch_labels = None
depends_on = None

KINDS = (
    "kind IN ('notice', 'first_contact', 'follow_up', 'team', 'handle', 'perform', 'return_visit', 'answer_above')"
)
ANSWERS = sa.text("kind = 'answer_above'")


def upgrade() -> None:
    with op.batch_alter_table('deadline') as batch_op:
        batch_op.drop_constraint(op.f('ck_deadline_kind'), type_='check')
        batch_op.create_check_constraint(op.f('ck_deadline_kind'), KINDS)
    op.create_index(
        'ix_deadline_answer_above', 'deadline', ['start_on', 'case_id'], unique=False,
        postgresql_where=ANSWERS, sqlite_where=ANSWERS,
    )


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
