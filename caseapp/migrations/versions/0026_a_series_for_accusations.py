"""Accusations get a series of numbers of their own. A town that gave numbers before gets a beginning for it that no number
there has; accusations of before keep the numbers they have."""

from __future__ import annotations

from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op

from caseapp.db import Instant

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None

CASES = sa.table("case_file", sa.column("number", sa.String))
SERIES = sa.table("number_series", sa.column("last"))
SETTINGS = sa.table(
    "office_setting", sa.column("id", sa.Integer), sa.column("key", sa.String), sa.column("value", sa.JSON),
    sa.column("valid_from", sa.Date), sa.column("set_by", sa.String), sa.column("set_at", Instant()),
)
PETITION, SHIPPED, SIGN, LONGEST = "信", "控", "控", 10
BETWEEN = ("", "检", "举", "纪", "检举", "纪检", "专", "密")


def upgrade() -> None:
    connection = op.get_bind()
    given = connection.execute(sa.select(sa.func.count()).select_from(SERIES).where(SERIES.c.last > 0)).scalar_one()
    prefix = free_prefix(connection, stem_of(connection)) if given else SHIPPED
    if prefix != SHIPPED:
        since = {"valid_from": date(2000, 1, 1), "set_by": "system", "set_at": datetime.now(UTC)}
        op.bulk_insert(SETTINGS, [{"key": "prefix.accusation", "value": prefix, **since}])


def stem_of(connection: sa.Connection) -> str:
    """What stands before the last character of the petitions' prefix in force: the name of the town."""
    newest = sa.select(SETTINGS.c.value).where(SETTINGS.c.key == "prefix.petition").order_by(SETTINGS.c.id.desc())
    return str(connection.execute(newest.limit(1)).scalar() or PETITION)[:-1]


def free_prefix(connection: sa.Connection, stem: str) -> str:
    """The first beginning that no number has yet; where each has one, the first (numbers that exist are stepped over)."""
    prefixes = [f"{stem[: LONGEST - 1 - len(between)]}{between}{SIGN}" for between in BETWEEN]
    return next((prefix for prefix in prefixes if not is_taken(connection, prefix)), prefixes[0])


def is_taken(connection: sa.Connection, prefix: str) -> bool:
    found = sa.select(CASES.c.number).where(CASES.c.number.startswith(prefix, autoescape=True)).limit(1)
    return connection.execute(found).first() is not None


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
