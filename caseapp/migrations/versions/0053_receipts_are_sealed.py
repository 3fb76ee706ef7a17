"""Tokens and codes of receipts are encrypted, and a token is looked up by its digest. Receipts that were printed before
open what they opened. What is there is encrypted once, when the schema is brought up to date (``actions/sealing.py``)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from caseapp.db import Instant
from caseapp.domain.receipts.codes import digest_of_token

revision = '0053'
down_revision = '0052'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
COPY = """INSERT INTO receipt (case_id, token, token_digest, code, issued_at, issued_by)
    SELECT case_id, token, {digest}, code, issued_at, issued_by FROM was_receipt ORDER BY case_id"""
BY_POSTGRESQL = "encode(sha256(convert_to('receipt:' || token, 'UTF8')), 'hex')"


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == 'postgresql'
    op.execute('ALTER TABLE receipt RENAME TO was_receipt')
    if postgres:
        op.execute('ALTER TABLE was_receipt RENAME CONSTRAINT pk_receipt TO pk_was_receipt')
        op.execute('ALTER TABLE was_receipt RENAME CONSTRAINT fk_receipt_case_id_case_file TO fk_was_receipt')
    else:
        connection: Any = op.get_bind().connection.driver_connection
        connection.create_function('digest_of_token', 1, digest_of_token)
    op.create_table('receipt',
    sa.Column('case_id', KEY, autoincrement=False, nullable=False),
    sa.Column('token', sa.String(length=200), nullable=False),
    sa.Column('token_digest', sa.String(length=64), nullable=False),
    sa.Column('code', sa.String(length=200), nullable=False),
    sa.Column('issued_at', Instant(), nullable=False),
    sa.Column('issued_by', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_receipt_case_id_case_file')),
    sa.PrimaryKeyConstraint('case_id', name=op.f('pk_receipt')),
    sa.UniqueConstraint('token_digest', name=op.f('uq_receipt_token_digest')),
    )
    op.execute(COPY.format(digest=BY_POSTGRESQL if postgres else 'digest_of_token(token)'))
    op.drop_table('was_receipt')
    op.execute("DELETE FROM mark WHERE name = 'to_seal'")
    op.execute(
        "INSERT INTO mark (name, value) SELECT 'to_seal', 'pressure_report receipt' "
        "WHERE EXISTS (SELECT 1 FROM receipt) OR EXISTS (SELECT 1 FROM pressure_report)"
    )


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
