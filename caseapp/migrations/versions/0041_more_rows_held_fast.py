"""More tables are held fast: signings, flags, frozen reports, series of numbers, logins, devices, one-time codes. Nothing
of the schema changes; the rows there are come in when it is brought up to date, as with 0039."""

from __future__ import annotations

revision = '0041'
down_revision = '0040'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The program holds them, after the last migration."""


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
