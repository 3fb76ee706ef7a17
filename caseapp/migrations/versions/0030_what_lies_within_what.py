"""What lies within which unit, as rows; the ways into cases and the bars are found by indexes of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0030'
down_revision = '0027'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('unit_within',
    sa.Column('above_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['above_id'], ['unit.id'], name=op.f('fk_unit_within_above_id_unit'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_unit_within_unit_id_unit'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('above_id', 'unit_id', name=op.f('pk_unit_within'))
    )
    op.create_index('ix_unit_within_unit_id', 'unit_within', ['unit_id'])
    lay_within()
    for name in ('case', 'unit', 'person', 'because'):
        op.drop_index(f'ix_case_access_{name}', table_name='case_access')
    op.create_index('ix_case_access_case', 'case_access', ['case_id', 'unit_id'])
    partial('ix_case_access_unit', ['unit_id', 'case_id'], 'unit_id IS NOT NULL AND {}', barred=False)
    partial('ix_case_access_person', ['username', 'case_id'], 'username IS NOT NULL AND {}', barred=False)
    partial('ix_case_access_barred_unit', ['unit_id', 'case_id'], 'unit_id IS NOT NULL AND {}', barred=True)
    partial('ix_case_access_barred_person', ['username', 'case_id'], 'username IS NOT NULL AND {}', barred=True)
    partial('ix_case_access_bars', ['case_id'], '{}', barred=True)
    partial('ix_case_access_because', ['because'], 'because IS NOT NULL', barred=True)


def lay_within() -> None:
    """Each unit within those that its path names."""
    unit = sa.table('unit', sa.column('id', sa.Integer), sa.column('code', sa.String), sa.column('path', sa.String))
    within = sa.table('unit_within', sa.column('above_id', sa.Integer), sa.column('unit_id', sa.Integer))
    units = op.get_bind().execute(sa.select(unit.c.id, unit.c.code, unit.c.path)).all()
    id_of = {code: key for key, code, _path in units}
    rows = [(id_of[above], key) for key, _code, path in units for above in path.split('/') if above]
    if rows:
        op.bulk_insert(within, [{'above_id': above, 'unit_id': key} for above, key in rows])


def partial(name: str, columns: list[str], condition: str, *, barred: bool) -> None:
    """An index of the ways in alone, or of the bars."""
    postgresql, sqlite = ('barred', 'barred = 1') if barred else ('NOT barred', 'barred = 0')
    op.create_index(
        name, 'case_access', columns,
        postgresql_where=sa.text(condition.format(postgresql)), sqlite_where=sa.text(condition.format(sqlite)),
    )


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
