"""Known devices, one-time codes, second factors, what is done to accounts; failed logins counted under digests.

An office that is there already gets the second factor thirty days from now, a date that its administrator moves; a new one
needs it from the first login on.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa
from alembic import op

from caseapp.db import Instant

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None

NOTICE = timedelta(days=30)
STAGE = "stage IN ('code', 'enrol', 'full')"


def upgrade() -> None:
    with op.batch_alter_table('login_session') as session:
        session.add_column(sa.Column('stage', sa.String(length=10), nullable=False, server_default='full'))
        session.add_column(sa.Column('device', sa.String(length=80), nullable=False, server_default=''))
        session.create_check_constraint(op.f('ck_login_session_stage'), STAGE)
    count_under_digests()
    op.create_table('known_device',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('first_at', Instant(), nullable=False),
    sa.Column('factor_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_known_device_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_known_device')),
    sa.UniqueConstraint('digest', 'user_id', name=op.f('uq_known_device_digest_user_id'))
    )
    op.create_index('ix_known_device_user', 'known_device', ['user_id'])
    op.create_table('entry_code',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('made_by', sa.String(length=80), nullable=False),
    sa.Column('made_at', Instant(), nullable=False),
    sa.Column('until', Instant(), nullable=False),
    sa.Column('ended_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_entry_code_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_entry_code'))
    )
    op.create_index('ix_entry_code_user', 'entry_code', ['user_id'])
    op.create_table('second_factor',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('secret', sa.String(length=200), nullable=False),
    sa.Column('waiting', sa.String(length=200), nullable=False),
    sa.Column('since', Instant(), nullable=True),
    sa.Column('last_step', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_second_factor_user_id_user_account')),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_second_factor'))
    )
    op.create_table('recovery_code',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('used_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_recovery_code_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_code'))
    )
    op.create_index('ix_recovery_code_user', 'recovery_code', ['user_id'])
    op.create_table('account_act',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('username', sa.String(length=60), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('unit', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('asked_by', sa.String(length=80), nullable=False),
    sa.Column('asked_at', Instant(), nullable=False),
    sa.Column('decided_by', sa.String(length=80), nullable=True),
    sa.Column('decided_at', Instant(), nullable=True),
    sa.Column('told_at', Instant(), nullable=True),
    sa.CheckConstraint("kind IN ('post', 'reset', 'enable', 'end_factor')", name=op.f('ck_account_act_kind')),
    sa.CheckConstraint("state IN ('waiting', 'done', 'refused')", name=op.f('ck_account_act_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_act'))
    )
    op.create_index('ix_account_act_username', 'account_act', ['username', 'id'])
    waiting = sa.text("state = 'waiting'")
    op.create_index('ix_account_act_waiting', 'account_act', ['id'], postgresql_where=waiting, sqlite_where=waiting)
    give_notice()


def count_under_digests() -> None:
    """Failed tries of the last minutes go on counting, under the digest of what was typed instead of it."""
    bind = op.get_bind()
    tries = bind.execute(sa.text("SELECT username, at FROM login_attempt")).all()
    op.drop_table('login_attempt')
    op.create_table('login_attempt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_login_attempt'))
    )
    op.create_index('ix_login_attempt_key', 'login_attempt', ['key', 'at'])
    op.create_index('ix_login_attempt_at', 'login_attempt', ['at'])
    for username, at in tries:
        key = sha256(f"account:{username}".encode()).hexdigest()
        bind.execute(sa.text("INSERT INTO login_attempt (key, at) VALUES (:key, :at)"), {"key": key, "at": at})


def give_notice() -> None:
    """Where people log in already, they are not stopped tomorrow morning."""
    bind = op.get_bind()
    if bind.scalar(sa.text("SELECT id FROM user_account LIMIT 1")) is None:
        return
    now = datetime.now(UTC)
    setting = sa.table(
        'office_setting', sa.column('key', sa.String()), sa.column('value', sa.JSON()), sa.column('valid_from', sa.Date()),
        sa.column('set_by', sa.String()), sa.column('set_at', Instant()),
    )  # fmt: skip
    bind.execute(setting.insert().values(
        key='login.factor_from', value=(now + NOTICE).date().isoformat(), valid_from=datetime(2000, 1, 1).date(),
        set_by='system', set_at=now,
    ))  # fmt: skip


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
