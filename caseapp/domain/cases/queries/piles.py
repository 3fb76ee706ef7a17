"""The first cases of several lists at once, as a desk shows them, and what such lists are of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from caseapp.db import figure, plain_rows, word
from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import not_barred, scope
from caseapp.domain.cases.limits import LIMITS
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.cases.queries import OPEN
from caseapp.domain.cases.queries.lines import NEWEST_FIRST
from caseapp.domain.cases.words import SEATS
from caseapp.kernel.clock import SHANGHAI

FOR_EVER = timedelta(days=36500)
DAY = timedelta(days=1)
Clause = ColumnElement[bool]
Pile = tuple[int, list[int]]
Part = Select[*tuple[Any, ...]]
"""Cases (``id``, ``registered_at``), newest first, as an index has them."""


def scope_ordinary(actor: Actor, case_id: Any, guarded: Any = None) -> Clause:
    """``scope()`` of cases that are known to be no accusations: who reads all units needs no other way in, and is kept
    out by a bar alone, which is looked up of those that are ``guarded``."""
    if actor.is_system or not any(part.everything for part in actor.parts_with(may.READ)):
        return scope(actor, case_id)
    return or_(false() if guarded is None else ~guarded, not_barred(actor, case_id))


def cases_where(actor: Actor, *clauses: Clause) -> Part:
    """The cases of a kind that an actor sees, without accusations."""
    seen = scope_ordinary(actor, Case.id, Case.guarded)
    query = select(Case.id, Case.registered_at).where(seen, ~Case.sealed, *clauses)
    return query.order_by(*NEWEST_FIRST)


def accusations_where(actor: Actor, *clauses: Clause) -> Part:
    """The accusations of a kind that an actor sees."""
    query = select(Case.id, Case.registered_at).where(scope(actor, Case.id), Case.sealed, *clauses)
    return query.order_by(*NEWEST_FIRST)


class Piles:
    """The ids of the first cases of several lists with the count of each, no further than one over a number, in one
    statement. Each list is of one part or of several, which have no case in common. Made once a reader and day."""

    def __init__(self, lists: Mapping[str, Sequence[Part]], size: int, up_to: int) -> None:
        self.names = list(lists)
        parts = [self._first(name, some, size, up_to) for name, some in lists.items() if some]
        self._numbers = union_all(*parts) if parts else None

    def found(self, session: Session) -> dict[str, Pile]:
        """The count and the ids of each list, newest first."""
        found: dict[str, Pile] = {name: (0, []) for name in self.names}
        rows = plain_rows(session, self._numbers) if self._numbers is not None else []
        for name, key, _at, count in sorted(rows, key=lambda row: (row[2], row[1]), reverse=True):
            found[name] = count, [*found[name][1], key]
        return found

    @staticmethod
    def _first(name: str, parts: Sequence[Part], size: int, up_to: int) -> Part:
        cut = [part.limit(figure(up_to + 1)).subquery() for part in parts]
        some = cut[0].c if len(cut) == 1 else union_all(*(select(*one.c) for one in cut)).subquery().c
        first = select(some.id, some.registered_at, func.count().over().label("count"))
        one = first.order_by(some.registered_at.desc(), some.id.desc()).limit(figure(size)).subquery().c
        return select(word(name), one.id, one.registered_at, one.count)


def to_serve() -> Clause:
    """Cases of which a paper is still to be handed to the petitioner: a written reply, the notice of a later act."""
    return Case.serve_due_on.is_not(None)


def moved_since(instant: datetime, username: str) -> Clause:
    """Cases on which somebody else put something on record since an instant. Those that were touched lately are few,
    and looked up first: ``OFFSET 0`` keeps PostgreSQL from going through all cases in their order, and of a span with
    two ends it expects few whatever they are."""
    by_others = exists().where(
        CaseEvent.case_id == Case.id,
        CaseEvent.recorded_at >= instant,
        or_(CaseEvent.by.is_(None), CaseEvent.by != username),
    )
    lately = aliased(Case)
    since = lately.last_recorded_at.between(instant, instant + FOR_EVER)
    return and_(Case.id.in_(select(lately.id).where(since).offset(0)), by_others)


def without_team(actor: Actor, today: date) -> list[Part]:
    """Open cases that need the five seats and have one empty: those that needed them from the first day on, and those
    that came of age (积案), a year ago or more. Each kind has an index in its order, and neither passes over the cases
    that need none yet."""
    empty = OPEN, Case.seats_filled < figure(len(SEATS)), Case.team_from <= today
    at_once, later = Case.team_from <= Case.registered_on, Case.team_from > Case.registered_on
    aged = registered_by(today - timedelta(days=LIMITS.backlog))
    return [cases_where(actor, *empty, at_once), cases_where(actor, *empty, later, aged)]


def registered_by(day: date) -> Clause:
    """Cases that were registered on a day or before."""
    return Case.registered_at < datetime.combine(day + DAY, time(), SHANGHAI)


def to_reply() -> Clause:
    """Petitions being handled: their written opinion is still owed."""
    return and_(Case.state == word("handling"), Case.track == word("petition"))


def without_plan() -> Clause:
    """Open cases that need a team and on which no plan was filed."""
    return and_(Case.plan_owed)


def to_accept() -> Clause:
    """Petitions that were registered and neither accepted nor sent elsewhere yet; one of a matter of many is accepted
    with that."""
    return and_(Case.state == word("registered"), Case.track == word("petition"), Case.matter.is_(None))
