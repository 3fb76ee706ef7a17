"""Absences, interests, supervision, co-handlers, signing, notices, settings and official days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caseapp.db import Instant

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('absence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('username', sa.String(length=60), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('to_on', sa.Date(), nullable=False),
    sa.Column('entered_by', sa.String(length=80), nullable=False),
    sa.Column('entered_at', Instant(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.CheckConstraint("kind IN ('leave', 'training', 'illness', 'other')", name=op.f('ck_absence_kind')),
    sa.CheckConstraint('to_on >= from_on', name=op.f('ck_absence_span')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_absence'))
    )
    with op.batch_alter_table('absence', schema=None) as batch_op:
        batch_op.create_index('ix_absence_person', ['username', 'from_on'], unique=False)

    op.create_table('calendar_day',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('entered_by', sa.String(length=80), nullable=False),
    sa.Column('entered_at', Instant(), nullable=False),
    sa.CheckConstraint("kind IN ('holiday', 'workday')", name=op.f('ck_calendar_day_kind')),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_calendar_day'))
    )
    op.create_table('delivery',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('recipient', sa.String(length=60), nullable=False),
    sa.Column('channel', sa.String(length=10), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('next_try_at', Instant(), nullable=False),
    sa.Column('created_at', Instant(), nullable=False),
    sa.Column('claimed_at', Instant(), nullable=True),
    sa.Column('sent_at', Instant(), nullable=True),
    sa.Column('problem', sa.Text(), nullable=False),
    sa.CheckConstraint("state IN ('waiting', 'sending', 'sent', 'given_up', 'uncertain', 'needless')", name=op.f('ck_delivery_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery'))
    )
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.create_index('ix_delivery_recipient', ['recipient', 'channel', 'state'], unique=False)
        batch_op.create_index('ix_delivery_to_send', ['next_try_at'], unique=False, postgresql_where=sa.text("state IN ('waiting', 'sending')"), sqlite_where=sa.text("state IN ('waiting', 'sending')"))

    op.create_table('office_setting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('value', sa.JSON(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('set_by', sa.String(length=80), nullable=False),
    sa.Column('set_at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_office_setting'))
    )
    with op.batch_alter_table('office_setting', schema=None) as batch_op:
        batch_op.create_index('ix_office_setting_key', ['key', 'valid_from'], unique=False)

    op.create_table('reach',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('username', sa.String(length=60), nullable=False),
    sa.Column('channel', sa.String(length=10), nullable=False),
    sa.Column('address', sa.String(length=500), nullable=False),
    sa.Column('secret', sa.String(length=200), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.CheckConstraint("channel IN ('email', 'wecom', 'dingtalk')", name=op.f('ck_reach_channel')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reach')),
    sa.UniqueConstraint('username', 'channel', name=op.f('uq_reach_username_channel'))
    )
    op.create_table('co_handler',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('username', sa.String(length=60), nullable=False),
    sa.Column('task', sa.String(length=500), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('asked_by', sa.String(length=80), nullable=False),
    sa.Column('asked_at', Instant(), nullable=False),
    sa.Column('last_word', sa.String(length=1000), nullable=False),
    sa.Column('last_word_at', Instant(), nullable=True),
    sa.Column('done_at', Instant(), nullable=True),
    sa.Column('ended_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_co_handler_case_id_case_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_co_handler'))
    )
    with op.batch_alter_table('co_handler', schema=None) as batch_op:
        batch_op.create_index('ix_co_handler_case', ['case_id'], unique=False)
        batch_op.create_index('ix_co_handler_running', ['username', 'due_on'], unique=False, postgresql_where=sa.text('done_at IS NULL AND ended_at IS NULL'), sqlite_where=sa.text('done_at IS NULL AND ended_at IS NULL'))

    op.create_table('interest',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('username', sa.String(length=80), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('declared_at', Instant(), nullable=False),
    sa.Column('undo_asked_by', sa.String(length=80), nullable=True),
    sa.Column('undone_by', sa.String(length=80), nullable=True),
    sa.Column('undone_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_interest_case_id_case_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interest'))
    )
    with op.batch_alter_table('interest', schema=None) as batch_op:
        batch_op.create_index('ix_interest_case', ['case_id'], unique=False)
        batch_op.create_index('ix_interest_person', ['username'], unique=False)

    op.create_table('notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('recipient', sa.String(length=60), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('item', sa.String(length=40), nullable=False),
    sa.Column('version', sa.String(length=40), nullable=False),
    sa.Column('rung', sa.String(length=10), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('on_day', sa.Date(), nullable=False),
    sa.Column('created_at', Instant(), nullable=False),
    sa.Column('read_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_notice_case_id_case_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice')),
    sa.UniqueConstraint('case_id', 'kind', 'item', 'version', 'rung', 'recipient', name=op.f('uq_notice_case_id_kind_item_version_rung_recipient'))
    )
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.create_index('ix_notice_inbox', ['recipient', 'id'], unique=False)
        batch_op.create_index('ix_notice_unread', ['recipient'], unique=False, postgresql_where=sa.text('read_at IS NULL'), sqlite_where=sa.text('read_at IS NULL'))

    op.create_table('signing',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('move', sa.Integer(), nullable=False),
    sa.Column('signed_by', sa.String(length=80), nullable=False),
    sa.Column('signed_at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_signing_case_id_case_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signing')),
    sa.UniqueConstraint('case_id', 'move', name=op.f('uq_signing_case_id_move'))
    )
    op.create_table('supervision_sheet',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=True),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ground', sa.String(length=20), nullable=False),
    sa.Column('trigger', sa.String(length=60), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('requirement', sa.Text(), nullable=False),
    sa.Column('seat', sa.String(length=10), nullable=False),
    sa.Column('answer_on', sa.Date(), nullable=True),
    sa.Column('drafted_on', sa.Date(), nullable=False),
    sa.Column('issued_by', sa.String(length=80), nullable=True),
    sa.CheckConstraint("ground IN ('half_time', 'follow_up_missed', 'handle_passed', 'raised_again')", name=op.f('ck_supervision_sheet_ground')),
    sa.CheckConstraint("state IN ('draft', 'issued', 'answered', 'returned', 'closed', 'dropped')", name=op.f('ck_supervision_sheet_state')),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_supervision_sheet_case_id_case_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_supervision_sheet')),
    sa.UniqueConstraint('case_id', 'ground', 'trigger', name=op.f('uq_supervision_sheet_case_id_ground_trigger')),
    sa.UniqueConstraint('number', name=op.f('uq_supervision_sheet_number'))
    )
    with op.batch_alter_table('supervision_sheet', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_supervision_sheet_case_id'), ['case_id'], unique=False)
        batch_op.create_index('ix_supervision_sheet_state', ['state', 'answer_on'], unique=False)
        batch_op.create_index('uq_supervision_sheet_open', ['case_id', 'ground'], unique=True, postgresql_where=sa.text("state IN ('draft', 'issued', 'answered', 'returned')"), sqlite_where=sa.text("state IN ('draft', 'issued', 'answered', 'returned')"))

    op.create_table('delivery_line',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('delivery_id', sa.Integer(), nullable=False),
    sa.Column('notice_id', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(length=10), nullable=False),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_delivery_line_delivery_id_delivery')),
    sa.ForeignKeyConstraint(['notice_id'], ['notice.id'], name=op.f('fk_delivery_line_notice_id_notice')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery_line')),
    sa.UniqueConstraint('notice_id', 'channel', name=op.f('uq_delivery_line_notice_id_channel'))
    )
    with op.batch_alter_table('delivery_line', schema=None) as batch_op:
        batch_op.create_index('ix_delivery_line_delivery', ['delivery_id'], unique=False)

    op.create_table('supervision_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sheet_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('by', sa.String(length=80), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['sheet_id'], ['supervision_sheet.id'], name=op.f('fk_supervision_step_sheet_id_supervision_sheet')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_supervision_step'))
    )
    with op.batch_alter_table('supervision_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_supervision_step_sheet_id'), ['sheet_id'], unique=False)

    with op.batch_alter_table('case_file', schema=None) as batch_op:
        batch_op.add_column(sa.Column('moves', sa.Integer(), server_default='0', nullable=False))

    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unit", sa.String(length=10), server_default="calendar", nullable=False))
        batch_op.add_column(sa.Column("provisional", sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table('flag', schema=None) as batch_op:
        batch_op.add_column(sa.Column('seat', sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column('person', sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column('acting', sa.Boolean(), server_default=sa.false(), nullable=False))



def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
