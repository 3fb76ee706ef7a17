"""The logs are append-only, and their chains have a beginning."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NEVER_CHANGED = ("case_event", "audit_entry", "seal", "case_event_text")
NEVER_DELETED = ("case_event", "audit_entry", "seal")


def upgrade() -> None:
    op.execute(
        "INSERT INTO chain_head (name, seq, digest) VALUES ('audit', 0, '%s'), ('seals', 0, '%s')" % (("0" * 64,) * 2)
    )
    if op.get_bind().dialect.name == "postgresql":
        guard_postgresql()
    else:
        guard_sqlite()


def guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in NEVER_CHANGED:
        op.execute(f"CREATE TRIGGER {table}_never_changed BEFORE UPDATE ON {table} EXECUTE FUNCTION refuse_change()")
    for table in NEVER_DELETED:
        op.execute(
            f"CREATE TRIGGER {table}_never_deleted BEFORE DELETE OR TRUNCATE ON {table} EXECUTE FUNCTION refuse_change()"
        )


def guard_sqlite() -> None:
    for moves, tables in (("UPDATE", NEVER_CHANGED), ("DELETE", NEVER_DELETED)):
        for table in tables:
            op.execute(
                f"CREATE TRIGGER {table}_no_{moves.lower()} BEFORE {moves} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def downgrade() -> None:
    raise RuntimeError("the logs stay append-only; restore a backup instead")
