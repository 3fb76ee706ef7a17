"""Screening rounds of the villages, and notices about them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caseapp.db import Instant

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

CASE = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('screening_round',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('first_on', sa.Date(), nullable=False),
    sa.Column('last_on', sa.Date(), nullable=False),
    sa.Column('area', sa.String(length=200), nullable=False),
    sa.Column('households', sa.Integer(), nullable=False),
    sa.Column('companions', sa.String(length=200), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('nothing_found', sa.Boolean(), nullable=False),
    sa.Column('signed_by', sa.String(length=80), nullable=False),
    sa.Column('signed_on', sa.Date(), nullable=False),
    sa.Column('signed_at', Instant(), nullable=False),
    sa.Column('token', sa.String(length=80), nullable=False),
    sa.CheckConstraint('last_on >= first_on', name=op.f('ck_screening_round_span')),
    sa.CheckConstraint('households >= 1', name=op.f('ck_screening_round_households')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_screening_round_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_screening_round')),
    sa.UniqueConstraint('unit_id', 'first_on', name=op.f('uq_screening_round_unit_id_first_on')),
    sa.UniqueConstraint('token', name=op.f('uq_screening_round_token')),
    )
    op.create_table('screening_member',
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('username', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['round_id'], ['screening_round.id'], name=op.f('fk_screening_member_round_id_screening_round')),
    sa.PrimaryKeyConstraint('round_id', 'username', name=op.f('pk_screening_member')),
    )
    op.create_table('screening_finding',
    sa.Column('case_id', CASE, nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('added_at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_screening_finding_case_id_case_file')),
    sa.ForeignKeyConstraint(['round_id'], ['screening_round.id'], name=op.f('fk_screening_finding_round_id_screening_round')),
    sa.PrimaryKeyConstraint('case_id', name=op.f('pk_screening_finding')),
    )
    op.create_index('ix_screening_finding_round', 'screening_finding', ['round_id'])
    op.create_table('screening_correction',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('field', sa.String(length=20), nullable=False),
    sa.Column('before', sa.Text(), nullable=False),
    sa.Column('after', sa.Text(), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('made_by', sa.String(length=80), nullable=False),
    sa.Column('made_at', Instant(), nullable=False),
    sa.Column('token', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['round_id'], ['screening_round.id'], name=op.f('fk_screening_correction_round_id_screening_round')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_screening_correction')),
    )
    op.create_index('ix_screening_correction_round', 'screening_correction', ['round_id'])
    _let_notices_be_about_villages()


def _let_notices_be_about_villages() -> None:
    """SQLite makes the table of notices anew; what points at its rows stands aside meanwhile and comes back."""
    aside = op.get_bind().dialect.name == 'sqlite'
    if aside:
        op.execute('CREATE TEMPORARY TABLE lines_aside AS SELECT * FROM delivery_line')
        op.execute('DELETE FROM delivery_line')
    with op.batch_alter_table('notice') as batch_op:
        batch_op.add_column(sa.Column('unit_id', sa.Integer(), nullable=True))
        batch_op.alter_column('case_id', existing_type=CASE, nullable=True)
        batch_op.create_foreign_key(op.f('fk_notice_unit_id_unit'), 'unit', ['unit_id'], ['id'])
        batch_op.create_unique_constraint(
            op.f('uq_notice_unit_id_kind_item_version_rung_recipient'),
            ['unit_id', 'kind', 'item', 'version', 'rung', 'recipient'],
        )
        batch_op.create_check_constraint(op.f('ck_notice_case_or_village'), '(case_id IS NULL) <> (unit_id IS NULL)')
    if aside:
        op.execute('INSERT INTO delivery_line SELECT * FROM lines_aside')
        op.execute('DROP TABLE lines_aside')


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
