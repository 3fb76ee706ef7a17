"""The pairs of characters by which texts are found, filled for the cases there are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caseapp.domain.search.grams import grams_of

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

BATCH = 500
Key = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    pairs = op.create_table('case_gram',
    sa.Column('gram', sa.String(length=2), nullable=False),
    sa.Column('village_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('case_id', Key, autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('gram', 'village_id', 'case_id', name=op.f('pk_case_gram')),
    sqlite_with_rowid=False,
    )
    op.create_index(
        'ix_case_file_sealed', 'case_file', ['id'],
        postgresql_where=sa.text('sealed'), sqlite_where=sa.text('sealed = 1'),
    )
    fill(op.get_bind(), pairs)


def fill(connection: sa.Connection, pairs: sa.Table) -> None:
    """Batch by batch, so that a large office's cases need not fit into memory."""
    unit = sa.table('unit', sa.column('id'), sa.column('parent_id'), sa.column('tier'))
    village = {row.id: row.parent_id if row.tier == 'group' else row.id for row in connection.execute(sa.select(unit))}
    case = sa.table('case_file', *map(sa.column, ('id', 'unit_id', 'title', 'description', 'sealed')))
    done = 0
    while True:
        query = sa.select(case).where(case.c.id > done).order_by(case.c.id).limit(BATCH)
        batch = connection.execute(query).all()
        if not batch:
            return
        rows = [
            {'gram': gram, 'village_id': village[row.unit_id], 'case_id': row.id}
            for row in batch if not row.sealed
            for gram in sorted(grams_of(row.title, row.description))
        ]
        if rows:
            connection.execute(pairs.insert(), rows)
        done = batch[-1].id


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
