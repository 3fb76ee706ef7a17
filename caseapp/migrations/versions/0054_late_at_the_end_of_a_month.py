"""A due item says at the ends of which months it is late, so that a report finds the items of its last day by an index
and their number among the sums (``domain/deadlines/late.py``)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

revision = '0054'
down_revision = '0053'
branch_labels = None
depends_on = None

FOREVER, AT_ONCE = 2**15 - 1, 5_000
COLUMNS = ('late_from', 'late_to', 'late_bin')
LATE = sa.text('late_bin IS NOT NULL')


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column('deadline', sa.Column(name, sa.SmallInteger(), nullable=True))
    deadline = sa.table(
        'deadline', sa.column('id', sa.Integer), sa.column('from_on', sa.Date), sa.column('due_on', sa.Date),
        sa.column('to_on', sa.Date), *(sa.column(name, sa.SmallInteger) for name in COLUMNS),
    )
    once = sa.select(deadline.c.id, deadline.c.from_on, deadline.c.due_on, deadline.c.to_on)
    once = once.where(sa.or_(deadline.c.to_on.is_(None), deadline.c.to_on > deadline.c.due_on))
    found = [told for row in op.get_bind().execute(once) for told in _late(*row)]
    change = sa.update(deadline).where(deadline.c.id == sa.bindparam('of'))
    change = change.values({name: sa.bindparam(f'new_{name}') for name in COLUMNS})
    for begin in range(0, len(found), AT_ONCE):
        op.get_bind().execute(change, found[begin : begin + AT_ONCE])
    op.create_index(
        'ix_deadline_late', 'deadline', ['late_bin', 'due_on', 'late_from', 'late_to', 'case_id', 'kind'], unique=False,
        postgresql_where=LATE, sqlite_where=LATE,
    )


def _late(key: int, from_on: date, due_on: date, to_on: date | None) -> Iterator[dict[str, int]]:
    """What a row says of the months at whose end it is late; nothing of one that never is."""
    first = _number(max(from_on, due_on + timedelta(days=1)))
    last = FOREVER if to_on is None else _number(to_on) - 1
    if first <= last:
        told = zip(COLUMNS, (first, last, _bin(first, last)), strict=True)
        yield {'of': key, **{f'new_{name}': value for name, value in told}}


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _bin(first: int, last: int) -> int:
    for months in (1, 3, 12):
        if first // months == last // months:
            return first // months
    return -(first // 12) if last // 12 == first // 12 + 1 else 0


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")
