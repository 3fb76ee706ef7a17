"""The tree of units gets dates: its changes, append-only and chained. The units there are have always been there."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from caseapp.db import Instant

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    table = op.create_table(
        "unit_change",
        sa.Column("seq", KEY, autoincrement=False, nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint("kind IN ('opened', 'renamed', 'moved', 'merged', 'closed')", name=op.f("ck_unit_change_kind")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_unit_change")),
    )
    op.execute("ALTER TABLE unit ADD COLUMN closed_on DATE")
    op.execute("ALTER TABLE unit ADD COLUMN into_id INTEGER CONSTRAINT fk_unit_into_id_unit REFERENCES unit (id)")
    rows = opened(op.get_bind(), datetime.now(UTC))
    if rows:
        op.bulk_insert(table, rows)
    end = {"seq": len(rows), "digest": rows[-1]["digest"] if rows else "0" * 64}
    op.execute(sa.text("INSERT INTO chain_head (name, seq, digest) VALUES ('units', :seq, :digest)").bindparams(**end))
    guard()


def opened(bind: sa.Connection, now: datetime) -> list[dict]:
    """A row for each unit that is there, from the town down, chained."""
    found = bind.execute(
        sa.text(
            "SELECT unit.code, above.code AS parent, unit.tier, unit.kind, unit.name FROM unit"
            " LEFT JOIN unit AS above ON above.id = unit.parent_id ORDER BY unit.path"
        )
    ).mappings()
    rows: list[dict] = []
    previous = "0" * 64
    for seq, unit in enumerate(found, start=1):
        facts = {"parent": unit["parent"] or "", "tier": unit["tier"], "kind": unit["kind"], "name": unit["name"]}
        row = {"unit": unit["code"], "kind": "opened", "from_on": None, "facts": facts, "by": "system", "reason": ""}
        content = {**row, "seq": seq, "recorded_at": now.isoformat()}
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        digest = hashlib.sha256((previous + text).encode()).hexdigest()
        rows.append({**row, "seq": seq, "recorded_at": now, "previous": previous, "digest": digest})
        previous = digest
    return rows


def guard() -> None:
    """The same triggers as the other logs have."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE TRIGGER unit_change_never_changed BEFORE UPDATE ON unit_change EXECUTE FUNCTION refuse_change()")
        op.execute(
            "CREATE TRIGGER unit_change_never_deleted BEFORE DELETE OR TRUNCATE ON unit_change"
            " EXECUTE FUNCTION refuse_change()"
        )
        return
    for moves in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER unit_change_no_{moves.lower()} BEFORE {moves} ON unit_change "
            "BEGIN SELECT RAISE(ABORT, 'unit_change is append-only'); END"
        )


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
