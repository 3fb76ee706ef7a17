"""Telephone numbers, and addresses that messages go to, are encrypted and take more room. What is there is encrypted once,
with the keys of the program, when the schema is brought up to date (``actions/sealing.py``)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0050'
down_revision = '0049'
branch_labels = None
depends_on = None

WIDER = (('case_party', 'phone', 60, 200), ('user_account', 'phone', 30, 200), ('reach', 'address', 500, 2000),
         ('reach', 'secret', 200, 2000))


def upgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        for table, column, _before, length in WIDER:
            op.alter_column(table, column, type_=sa.String(length=length))
        return
    # SQLite keeps no lengths: the words of the schema alone change, as its manual has it, and no row is copied.
    op.execute('PRAGMA writable_schema=ON')
    for table, column, before, length in WIDER:
        op.execute(
            f"UPDATE sqlite_master SET sql = replace(sql, '{column} VARCHAR({before})', '{column} VARCHAR({length})') "
            f"WHERE type = 'table' AND name = '{table}'"
        )
    version = op.get_bind().exec_driver_sql('PRAGMA schema_version').scalar_one()
    op.execute(f'PRAGMA schema_version={version + 1}')
    op.execute('PRAGMA writable_schema=OFF')


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
