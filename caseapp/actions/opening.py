"""Putting whole histories on record: one event from a form, many from an import, which puts down many cases at once."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.util import identity_key

from caseapp.actions.context import Ctx
from caseapp.actions.journal import Link, append_links, chain
from caseapp.actions.numbers import next_numbers
from caseapp.actions.owed import owed_of_all
from caseapp.actions.receipts import first_receipt
from caseapp.actions.shadow import Cast, after_first_shadows, first_shadows
from caseapp.db.rows import Rows, draw_ids
from caseapp.domain.audit.chain import START
from caseapp.domain.cases.events import Event, Head
from caseapp.domain.cases.fields import check_event
from caseapp.domain.cases.heads import check_head
from caseapp.domain.cases.history import History
from caseapp.domain.cases.judging import check_history
from caseapp.domain.cases.merging import Others
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries.again import says_the_same
from caseapp.domain.deadlines.models import Deadline
from caseapp.domain.moves.queries import others_named
from caseapp.domain.receipts.models import Receipt
from caseapp.kernel.errors import N_, AnotherMatter

OF_A_CASE = tuple(column.name for column in Case.__table__.columns)
FEW = 3
"""So many cases are put down together with their numbers; of more nobody who registers waits for the rest of it."""


@dataclass(frozen=True)
class Opening:
    """A history that may be put on record, and the token that its case is known again by."""

    history: History
    token: str | None = None


def open_case(
    ctx: Ctx, head: Head, events: list[Event], *, token: str | None = None, receipt: bool = False
) -> Case:  # fmt: skip
    """Put a history on record, with a ``receipt`` or without. Raises RuleViolation."""
    return put_on_record(ctx, [judged(ctx, head, events, token=token)], receipts=receipt)[0]


def known_again(ctx: Ctx, case: Case, head: Head, event: Event) -> Case:
    """The case that a form made, when the same form comes again. Raises AnotherMatter when it says something else."""
    clean = check_head(head, ctx.units, ctx.office.categories())
    if says_the_same(ctx.session, case, clean, event, ctx.units):
        return case
    message = N_(
        "this form was logged as %(number)s already and says something else now: sent once more, it is logged as"
        " another matter"
    )
    raise AnotherMatter("", message, number=case.number)


def judged(
    ctx: Ctx, head: Head, events: list[Event], *, token: str | None = None, others: Others | None = None,
    legal: bool = False,
) -> Opening:  # fmt: skip
    """A history that breaks no rule; an import knows the ``others`` of its file. Its head and its events are cleaned
    and checked here, wherever they come from. ``legal``: as they come they were held against the rules already, and
    end in no other case. Raises RuleViolation."""
    clean, told = check_head(head, ctx.units, ctx.office.categories()), checked(ctx, events)
    if not (legal and (clean, told) == (head, events)):
        known = others_named(ctx, clean.number, told) if others is None else others
        check_history(clean, told, ctx.law, ctx.now, others=known)
    return Opening(History(clean, told, ctx.units), token)


def checked(ctx: Ctx, events: Iterable[Event]) -> list[Event]:
    """Events with their fields cleaned. Raises RuleViolation."""
    return [check_event(event, ctx.units, ctx.office.categories()) for event in events]


def put_on_record(ctx: Ctx, openings: Sequence[Opening], *, receipts: bool = False) -> list[Case]:
    """Put histories that were judged on record, in their order, each under its number or the next one of its series.
    All who register wait for each other from then on, so numbers are given when everything else was worked out, and
    when it is much, written."""
    session, rows = ctx.session, Rows()
    cast = _worked_out(ctx, openings, rows)
    cases = [case for case, _ in cast]
    if receipts:
        rows.add(Receipt, [first_receipt(ctx, case.id) for case in cases])
    if many := len(cases) > FEW:
        _put_down(session, cases, rows)
    _give_numbers(ctx, [(case, history) for case, history in cast if not history.head.number], rows)
    append_links(session, [(case, _chained(case, history)) for case, history in cast], rows)
    if many:
        rows.put_down(session)
    else:
        _put_down(session, cases, rows)
    after_first_shadows(ctx, cast)
    return cases


def _worked_out(ctx: Ctx, openings: Sequence[Opening], rows: Rows) -> Cast:
    """New cases with what hangs on them as rows to be put down."""
    owed = owed_of_all(ctx, [one.history for one in openings])
    wanted = (Case, len(openings)), (Deadline, sum(map(len, owed)))
    case_ids, owed_ids = draw_ids(ctx.session, *wanted)
    cast = [(_new_case(key, one), one.history) for key, one in zip(case_ids, openings, strict=True)]
    due = [{"case_id": key, **row} for key, some in zip(case_ids, owed, strict=True) for row in some]
    first_shadows(ctx, cast, list(zip(owed_ids, due, strict=True)), rows)
    return cast


def _new_case(key: int, opening: Opening) -> Case:
    number = opening.history.head.number or _for_now()
    return Case(id=key, number=number, length=0, chain=START, token=opening.token, signed_for=0)


def _give_numbers(ctx: Ctx, nameless: Cast, rows: Rows) -> None:
    given = next_numbers(ctx, [(history.head.series, history.events[0].on.year) for _, history in nameless])
    for (case, _), number in zip(nameless, given, strict=True):
        rows.change(case, {"number": number})


def _put_down(session: Session, cases: Sequence[Case], rows: Rows) -> None:
    """Put down new cases with their rows; from then on they are cases like others."""
    rows.add(Case, [{name: getattr(case, name) for name in OF_A_CASE} for case in cases])
    rows.put_down(session)
    for case in cases:
        make_transient_to_detached(case)
        ghost = session.identity_map.get(identity_key(instance=case))
        if ghost is not None:  # of a transaction that was taken back; SQLite gives its id again
            session.expunge(ghost)
        session.add(case)


def _for_now() -> str:
    """What stands in the place of a number until one is given."""
    return secrets.token_hex(16)


def _chained(case: Case, history: History) -> list[Link]:
    return chain(case, history.entered, history.head)
