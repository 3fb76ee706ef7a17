"""A case says since when an agreement holds in it that a court could still be asked to confirm. Of agreements that are on
record it is told now."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = '0064'
down_revision = '0063'
branch_labels = None
depends_on = None

CONFIRMABLE = sa.text('confirmable_since IS NOT NULL')
OF_AGREEMENTS = ('agreed', 'undertaken', 'performed', 'breached', 'reopened')


def upgrade() -> None:
    op.add_column('case_file', sa.Column('confirmable_since', sa.Date(), nullable=True))
    _tell_of_those_on_record(op.get_bind())
    op.create_index(
        'ix_case_file_confirmable', 'case_file', ['confirmable_since'], unique=False,
        postgresql_where=CONFIRMABLE, sqlite_where=CONFIRMABLE,
    )


def downgrade() -> None:
    raise RuntimeError("migrations only go up; restore a backup instead")


def _tell_of_those_on_record(connection: sa.Connection) -> None:
    """Each agreement in force, of which something is still to be performed, in a case that is open or resolved."""
    event = sa.table(
        'case_event', sa.column('case_id'), sa.column('at'), sa.column('seq'), sa.column('kind'),
        sa.column('facts', sa.JSON()),
    )
    case = sa.table(
        'case_file', sa.column('id'), sa.column('standing'), sa.column('sealed', sa.Boolean()),
        sa.column('archived', sa.Boolean()), sa.column('confirmable_since', sa.Date()),
    )
    agreed = sa.select(event.c.case_id).where(event.c.kind == 'agreed')
    living = sa.select(case.c.id).where(
        case.c.standing.in_(('open', 'resolved')), ~case.c.sealed, ~case.c.archived, case.c.id.in_(agreed)
    )
    told = sa.select(event.c.case_id, event.c.kind, event.c.facts).where(
        event.c.case_id.in_(living), event.c.kind.in_(OF_AGREEMENTS)
    )
    histories: dict[int, list[tuple[str, dict[str, object]]]] = {}
    for case_id, kind, facts in connection.execute(told.order_by(event.c.case_id, event.c.at, event.c.seq)):
        histories.setdefault(case_id, []).append((kind, facts))
    for case_id, events in histories.items():
        since = _holds_since(events)
        if since is not None:
            connection.execute(case.update().where(case.c.id == case_id).values(confirmable_since=since))


def _holds_since(events: list[tuple[str, dict[str, object]]]) -> date | None:
    since: date | None = None
    undone: dict[object, bool] = {}
    for kind, facts in events:
        if kind == 'agreed':
            since, undone = date.fromisoformat(str(facts['effective_on'])), {}
        elif kind == 'reopened' or facts.get('then') == 'reopen':
            since = None
        elif kind in ('undertaken', 'performed'):
            undone[facts['nth']] = kind == 'undertaken'
    return since if not undone or any(undone.values()) else None
