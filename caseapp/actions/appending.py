"""Events are put on a case's record: held against the rules, chained, their shadow cast. Nobody is told here."""

from __future__ import annotations

from datetime import datetime

from caseapp.actions.context import Ctx
from caseapp.actions.journal import append_links, chain
from caseapp.actions.opening import checked
from caseapp.actions.shadow import cast_shadow
from caseapp.db.rows import Rows
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.history import History
from caseapp.domain.cases.judging import check_history
from caseapp.domain.cases.merging import Others
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_history
from caseapp.domain.moves.queries import others_named
from caseapp.kernel.clock import not_before


def recorded_at(ctx: Ctx, case: Case) -> datetime:
    """When what is put down now is recorded: not before what is on record, where the clock went back a little."""
    return not_before(ctx.now, case.last_recorded_at)


def append_events(
    ctx: Ctx, case: Case, *events: Event, others: Others | None = None, history: History | None = None
) -> None:  # fmt: skip
    """Put events on a case's record after holding them, and what came after them, against the rules; what was settled
    before them is not judged again (contract §4). An import knows the ``others`` of its file. ``history``: of the case,
    where it was read while nobody else could work on it. Raises RuleViolation."""
    ctx.session.flush()  # what was changed beside the case is read back
    events = tuple(checked(ctx, events))
    history = history or load_history(ctx.session, case, ctx.units)
    known = others_named(ctx, case.number, events) if others is None else others
    check_history(history.head, events, ctx.law, recorded_at(ctx, case), history.events, others=known)
    longer = history.followed_by(events)
    named = any(event.kind == "amended" and event.data.get("field") == "about" for event in events)
    rows = Rows()
    append_links(ctx.session, [(case, chain(case, events))], rows)
    cast_shadow(ctx, case, longer, history, named=named, rows=rows)
