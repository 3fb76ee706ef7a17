"""Giving out whole case histories (contract §4). What leaves, for whom and why, is on record."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import and_, select

from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.domain.access import permissions as may
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.history import History
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_histories, stubs_for
from caseapp.domain.exchange.casefile import write_case
from caseapp.domain.exchange.queries import seen_numbers
from caseapp.domain.org.queries import lies_within
from caseapp.domain.receipts.queries import oversees
from caseapp.domain.receipts.ratings import sees_rating
from caseapp.kernel.errors import N_, RuleViolation


def export_cases(ctx: Ctx, unit: str | None = None, *, reason: str | None = None) -> Iterator[str]:
    """Whole histories as JSON lines, oldest first; telephone numbers only with a reason. All within the actor's scope.

    An export holds everything an import needs: taken in by an empty database and given out again, it is the same bytes.
    Left out are ratings of cases that the actor handles, until they are archived, that a case repeats one which the
    actor does not see, and what was struck out: of that only whoever runs the machine has more than the number.
    Raises NotAllowed, RuleViolation.
    """
    ctx.actor.demand(may.EXCHANGE)
    if reason is not None:
        ctx.actor.demand(may.CONTACTS)
        if not reason.strip():
            raise RuleViolation("reason", N_("say why the telephone numbers and addresses must leave"))
    where = and_(scope(ctx.actor, Case.id), ~stubs_for(ctx.actor))
    if unit is not None:
        ctx.units.place(unit)
        where = and_(where, lies_within(Case.unit_id, [ctx.units.part(unit)]))
    found = select(Case.id, Case.number, Case.sealed).where(where).order_by(Case.registered_at, Case.id)
    rows = list(ctx.session.execute(found))
    _note_what_leaves(ctx, unit or "", rows, contacts=reason is not None, reason=reason or "")
    for start in range(0, len(rows), 500):
        part = [row.id for row in rows[start : start + 500]]
        yield from _lines(ctx, part, contacts=reason is not None)


def _note_what_leaves(ctx: Ctx, unit: str, rows: Iterable[Any], **told: Any) -> None:
    """Put an export on record: each accusation in an entry of its own, for who may read it, the others by their
    number, so that the log tells nobody else how many accusations there are."""
    sealed = [row.number for row in rows if row.sealed]
    note(ctx, "cases_exported", unit, cases=sum(not row.sealed for row in rows), **told)
    for number in sealed:
        note(ctx, "accusation_exported", number, **told)


def _lines(ctx: Ctx, ids: list[int], *, contacts: bool) -> Iterator[str]:
    """Some cases as they leave, in their order."""
    histories = dict(load_histories(ctx.session, Case.id.in_(ids), ctx.units, texts=True))
    seen = _seen_numbers(ctx, histories.values())
    for history in map(histories.__getitem__, ids):
        told = [event for event in history.entered if _is_told(ctx, history, event, seen)]
        yield json.dumps(write_case(history.head, told, contacts=contacts), ensure_ascii=False)


def _seen_numbers(ctx: Ctx, histories: Iterable[History]) -> set[str]:
    """Of the cases that some histories repeat, those that the actor sees."""
    named = {event.text("of") for history in histories for event in history.entered if event.kind == "repeated"}
    return seen_numbers(ctx.session, ctx.actor, named) if named else set()


def _is_told(ctx: Ctx, history: History, event: Event, seen: set[str]) -> bool:
    """Whether an event leaves. That a case repeats one that the actor does not see, as an accusation, would give that
    one's number away, and an import could not find it."""
    return rating_told(ctx, history, event) and (event.kind != "repeated" or event.text("of") in seen)


def rating_told(ctx: Ctx, history: History, event: Event) -> bool:
    """Whether an event leaves in an export: any but a rating that the actor does not see yet."""
    if event.kind != "rated" or ctx.actor.is_system:
        return True
    return sees_rating(history, event, ctx.actor.username, oversees=oversees(ctx.actor))
