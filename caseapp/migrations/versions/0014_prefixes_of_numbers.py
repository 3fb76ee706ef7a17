"""What numbers begin with is the office's to set. A database that gave numbers before keeps the beginning they had."""

from __future__ import annotations

from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op

from caseapp.db import Instant

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

SERIES = sa.table("number_series", sa.column("last"))
SETTINGS = sa.table(
    "office_setting", sa.column("key", sa.String), sa.column("value", sa.JSON), sa.column("valid_from", sa.Date),
    sa.column("set_by", sa.String), sa.column("set_at", Instant()),
)
BEFORE = {"petition": "太信", "dispute": "太调", "sheet": "太督"}


def upgrade() -> None:
    given = op.get_bind().execute(sa.select(sa.func.count()).select_from(SERIES).where(SERIES.c.last > 0)).scalar_one()
    if given:
        since = {"valid_from": date(2000, 1, 1), "set_by": "system", "set_at": datetime.now(UTC)}
        op.bulk_insert(SETTINGS, [{"key": f"prefix.{series}", "value": prefix, **since} for series, prefix in BEFORE.items()])


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
