"""How letters were served: each try, to whom, in which way, on which day, what shows it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caseapp.db import Instant

revision = '0059'
down_revision = '0058'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
SERVED = sa.text('served_on IS NOT NULL')


def upgrade() -> None:
    op.create_table('letter_service',
    sa.Column('id', KEY, nullable=False),
    sa.Column('letter_id', KEY, nullable=False),
    sa.Column('receiver', sa.String(length=200), nullable=False),
    sa.Column('way', sa.String(length=12), nullable=False),
    sa.Column('tried_on', sa.Date(), nullable=False),
    sa.Column('served_on', sa.Date(), nullable=True),
    sa.Column('received_by', sa.String(length=200), server_default='', nullable=False),
    sa.Column('why', sa.String(length=500), server_default='', nullable=False),
    sa.Column('paper', sa.String(length=10), server_default='', nullable=False),
    sa.Column('parcel', sa.String(length=60), server_default='', nullable=False),
    sa.Column('recorded_by', sa.String(length=80), nullable=False),
    sa.Column('recorded_at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['letter_id'], ['letter.id'], name=op.f('fk_letter_service_letter_id_letter')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter_service')),
    )
    op.create_index(op.f('ix_letter_service_letter_id'), 'letter_service', ['letter_id'], unique=False)
    op.create_index('uq_letter_service_served', 'letter_service', ['letter_id', 'receiver'], unique=True,
    postgresql_where=SERVED, sqlite_where=SERVED)


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
