"""How long the contacts of archived cases are kept: when each was archived and whether it still tells telephone numbers
stands on its row; what is proposed to be erased, and asked for, has a table. How to reach who reports pressure is
encrypted like telephone numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from caseapp.db import Instant
from caseapp.domain.cases.contacts import holds_contacts

revision = '0052'
down_revision = '0051'
branch_labels = None
depends_on = None

KEPT = sa.text('contacts_kept'), sa.text('contacts_kept = 1')
ARCHIVED = """UPDATE case_file SET archived_on = (SELECT max(on_day) FROM case_event
    WHERE case_event.case_id = case_file.id AND case_event.kind = 'archived') WHERE archived"""
AT_ONCE = 1000
case = sa.table('case_file', sa.column('id'), sa.column('archived'), sa.column('state'), sa.column('contacts_kept'))
text = sa.table('case_event_text', sa.column('case_id'), sa.column('texts', sa.JSON()))


def upgrade() -> None:
    op.add_column('case_file', sa.Column('archived_on', sa.Date(), nullable=True))
    op.add_column('case_file', sa.Column('contacts_kept', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index('ix_case_file_contacts', 'case_file', ['archived_on'],
    postgresql_where=KEPT[0], sqlite_where=KEPT[1])
    op.execute(ARCHIVED)
    for ids in telling():
        op.execute(sa.update(case).where(case.c.id.in_(ids)).values(contacts_kept=sa.true()))
    op.create_table('erasing_proposal',
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('proposed_at', Instant(), nullable=False),
    sa.Column('asked_by', sa.String(length=80), nullable=True),
    sa.Column('asked_at', Instant(), nullable=True),
    sa.Column('kept_until', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_erasing_proposal_case_id_case_file')),
    sa.PrimaryKeyConstraint('case_id', name=op.f('pk_erasing_proposal')),
    )
    widen()
    op.execute(
        "INSERT INTO mark (name, value) SELECT 'to_seal', 'pressure_report' "
        "WHERE EXISTS (SELECT 1 FROM pressure_report)"
    )


def telling() -> Iterator[list[int]]:
    """The cases that are archived or were merged and tell telephone numbers, some at a time."""
    query = sa.select(text.c.case_id, text.c.texts).join(case, case.c.id == text.c.case_id)
    query = query.where(sa.or_(case.c.archived, case.c.state == 'merged'))
    rows: Any = op.get_bind().execute(query)
    ids = sorted({case_id for case_id, texts in rows if isinstance(texts, dict) and holds_contacts(texts)})
    for begin in range(0, len(ids), AT_ONCE):
        yield ids[begin:begin + AT_ONCE]


def widen() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.alter_column('pressure_report', 'reach', type_=sa.String(length=2000))
        return
    # SQLite keeps no lengths: the words of the schema alone change, as its manual has it, and no row is copied.
    op.execute('PRAGMA writable_schema=ON')
    op.execute("UPDATE sqlite_master SET sql = replace(sql, 'reach VARCHAR(200)', 'reach VARCHAR(2000)') "
               "WHERE type = 'table' AND name = 'pressure_report'")
    version = op.get_bind().exec_driver_sql('PRAGMA schema_version').scalar_one()
    op.execute(f'PRAGMA schema_version={version + 1}')
    op.execute('PRAGMA writable_schema=OFF')


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
