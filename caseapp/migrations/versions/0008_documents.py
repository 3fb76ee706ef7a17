"""Photos and papers of a case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caseapp.db import Instant

revision = '0008'
down_revision = '0006'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
KINDS = "kind IN ('photo', 'letter', 'evidence', 'agreement', 'voucher', 'opinion', 'other')"


def upgrade() -> None:
    op.create_table('document',
    sa.Column('id', KEY, nullable=False),
    sa.Column('case_id', KEY, nullable=False),
    sa.Column('nth', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('form', sa.String(length=10), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('added_by', sa.String(length=80), nullable=False),
    sa.Column('added_at', Instant(), nullable=False),
    sa.Column('client_id', sa.String(length=80), nullable=True),
    sa.Column('withdrawn_by', sa.String(length=80), nullable=True),
    sa.Column('withdrawn_at', Instant(), nullable=True),
    sa.Column('withdrawn_reason', sa.String(length=500), server_default='', nullable=False),
    sa.CheckConstraint(KINDS, name=op.f('ck_document_kind')),
    sa.CheckConstraint("form IN ('picture', 'pdf')", name=op.f('ck_document_form')),
    sa.CheckConstraint('(withdrawn_at IS NULL) = (withdrawn_by IS NULL)', name=op.f('ck_document_withdrawn_by_somebody')),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_document_case_id_case_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document')),
    sa.UniqueConstraint('case_id', 'client_id', name=op.f('uq_document_case_id_client_id')),
    sa.UniqueConstraint('case_id', 'nth', name=op.f('uq_document_case_id_nth'))
    )
    op.create_table('document_page',
    sa.Column('id', KEY, nullable=False),
    sa.Column('document_id', KEY, nullable=False),
    sa.Column('nth', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('thumbnail', sa.String(length=64), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_document_page_document_id_document')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document_page')),
    sa.UniqueConstraint('document_id', 'nth', name=op.f('uq_document_page_document_id_nth'))
    )


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
